import { LatidoError, NoAnswer } from '@latido/client';
import { describe, expect, it } from 'vitest';
import { awaySince, isSilent, silenceAfter, type Silence } from './server-away.ts';

const after = (...answers: boolean[]): Silence | null =>
  answers.reduce<Silence | null>((before, answered, n) => silenceAfter(before, answered, n), null);
const refused = (status: number, code?: string): LatidoError =>
  new LatidoError(status, code === undefined ? null : ({ code, status } as never));

describe('a server that is away', () => {
  it.each([
    ['one question may be lost by itself', [false], null],
    ['two are not, and it is away since the first', [true, false, false], 1],
    ['it stays so', [false, false, false], 0],
    ['one answer and it is back', [false, false, true], null],
  ])('[WEB-AWAY-1] %s', (_title, answers, since) => {
    expect(awaySince(after(...answers))).toBe(since);
  });

  it.each([
    ['nothing answers', new NoAnswer('Failed to fetch'), true],
    ['a fault of our own', new TypeError('x is undefined'), false],
    ['a proxy without a server', refused(502), true],
    ['a server that starts', refused(503, 'server.starting'), true],
    ['a server without its media server', refused(503, 'livekit.unavailable'), false],
    ['a refusal', refused(403, 'auth.forbidden'), false],
    ['a failure of its own', refused(500), false],
  ])('[WEB-AWAY-2] %s', (_title, error, silent) => {
    expect(isSilent(error)).toBe(silent);
  });
});
