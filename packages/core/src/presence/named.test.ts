import { describe, expect, test } from 'vitest';
import { at, fact, fold, joined, left, line, listed, proof, sdk } from './builders.testing.ts';
import type { Fact } from './fact.ts';

const lines = (facts: readonly Fact[]): string[] => fold(facts).map(line);
const two = { participantSid: 'PA_2' };

describe('whom LiveKit has named', () => {
  test.each<[string, Fact[], boolean[]]>([
    ['beats alone', [sdk('connected', 0), proof(0, 60)], [false]],
    ['a goodbye of one that never was', [sdk('connected', 0), sdk('bye', 9)], [false]],
    ['a joined', [sdk('connected', 0), joined(1)], [true]],
    ['a track', [fact('track_published', 1, { source: 'webhook' })], [true]],
    ['a list', [sdk('connected', 0), proof(0, 60), listed(40)], [true]],
    [
      'a left that says when it joined',
      [
        sdk('connected', 0),
        { ...left(9, 'CLIENT_INITIATED'), payload: { participant: { joinedAt: String(at(1) / 1000) } } },
      ],
      [true],
    ],
  ])('[PRES-R20] LiveKit has named it, or nobody has: %s', (_title, facts, expected) => {
    expect(fold(facts).map(({ named }) => named)).toEqual(expected);
  });

  test('[PRES-R20] a sid that only a browser names ends none that LiveKit named, until LiveKit names it, too', () => {
    const facts = [joined(0), proof(0, 30), sdk('connected', 20, two), proof(20, 40, two)];
    expect(lines(facts)).toEqual(['0–… open present', '20–… open present']);
    expect(lines([...facts, listed(41, two)])).toEqual(['0–20 superseded left', '20–… open present']);
  });

  test('[PRES-R20] what a list says of whose a sid is beats what a browser said before', () => {
    const facts = [sdk('connected', 0, { identity: 'mallory' }), listed(9)];
    expect(fold(facts).map(({ identity }) => identity)).toEqual(['alice']);
  });
});
