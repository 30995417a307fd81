import { LatidoError } from '@latido/client';
import type { TokenAnswer } from '@latido/protocol';
import type { Track } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../labels.ts';
import type { CallProblem } from './problems.ts';
import { mediaOf } from './publish.ts';
import { wayBack, wayBackInMs } from './way-back.ts';

const token = (name: string): TokenAnswer => ({ token: name }) as TokenAnswer;
const problem = (code: ProblemCode): CallProblem => ({ code, detail: null, requestId: null, extra: {} });
const refusal = (status: number) => new LatidoError(status, null);

/** Plays a way back: each try with a token gets the next of `answers`; what was tried and told comes out. */
async function play({
  last = token('old'),
  answers,
  asked = [],
}: {
  last?: TokenAnswer | null;
  answers: (ProblemCode | null)[];
  asked?: (string | LatidoError)[];
}) {
  const tried: string[] = [];
  let wanted = true;
  const ended = await wayBack({
    isWanted: () => wanted,
    last,
    async ask() {
      const next = asked.shift() ?? 'new';
      if (typeof next !== 'string') throw next;
      return token(next);
    },
    async connect(answer) {
      const code = answers.shift() ?? null;
      tried.push(`${answer.token} ${code ?? 'in'}`);
      if (code === 'ended') wanted = false;
      return code === null ? null : problem(code);
    },
    failed: ({ code }, byServer) => void tried.push(`told ${code}${byServer ? ' by the server' : ''}`),
    pause: () => Promise.resolve(),
  });
  return { tried, ended };
}

describe('the way back into a call', () => {
  it('[REACT-REJOIN] the token that we have is tried until the media server is there: nobody is asked for another', async () => {
    const { tried } = await play({ answers: ['media_server', 'media_server', null] });
    expect(tried).toEqual([
      'old media_server',
      'told media_server',
      'old media_server',
      'told media_server',
      'old in',
    ]);
  });

  it.each(['not_found', 'forbidden', 'media_path'] as const)(
    '[REACT-REJOIN] one that the media server does not take (%s) is replaced',
    async (code) => {
      const { tried } = await play({ answers: [code, null] });
      expect(tried).toEqual([`old ${code}`, `told ${code}`, 'new in']);
    },
  );

  it('[REACT-REJOIN] a server that is away is asked again, one that says no ends it', async () => {
    const away = await play({ last: null, answers: [null], asked: [refusal(503), 'late'] });
    expect(away).toEqual({ tried: ['told server_away by the server', 'late in'], ended: null });
    const no = await play({ last: null, answers: [], asked: [refusal(403)] });
    expect(no.ended?.code).toBe('forbidden');
  });

  it('[REACT-REJOIN] a call that ends meanwhile is not tried again', async () => {
    expect((await play({ answers: ['ended', null] })).tried).toEqual(['old ended']);
  });

  it('[REACT-REJOIN] at once, then within half a second for twenty seconds, then every two', () => {
    expect(wayBackInMs(0, 0.9)).toBe(0);
    expect(Math.max(...Array.from({ length: 40 }, (_, n) => wayBackInMs(n, 0.5)))).toBe(500);
    expect([wayBackInMs(40, 0), wayBackInMs(40, 1)]).toEqual([1_500, 2_500]);
  });
});

describe('what a Room that takes the place of another opens', () => {
  const roomWith = (sent: Partial<Record<Track.Source, boolean>>) => ({
    getActiveDevice: (kind: string) => (kind === 'videoinput' ? 'cam2' : undefined),
    localParticipant: {
      getTrackPublication: (source: Track.Source) =>
        sent[source] === undefined ? undefined : { isMuted: !sent[source] },
    },
  });
  it.each([
    [{ microphone: true, camera: true }, true, true],
    [{ microphone: false, camera: true }, false, true],
    [{ microphone: true }, true, true],
  ] as const)('[REACT-REJOIN] who is muted stays muted: %o', (sent, audio, video) => {
    expect(mediaOf(roomWith(sent), { audio: true, video: true, audioDeviceId: 'mic1' })).toEqual({
      audio,
      video,
      audioDeviceId: 'mic1',
      videoDeviceId: 'cam2',
    });
  });
});
