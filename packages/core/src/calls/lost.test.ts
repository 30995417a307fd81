import { describe, expect, it } from 'vitest';
import { alice, bob, s, stay, type Stay } from './builders.testing.ts';
import { lostAtEnd } from './lost.ts';

const ofCall = (...stays: Stay[]) =>
  [alice, bob].map(({ personId }) => ({
    personId,
    stays: stays.filter(([who]) => who.personId === personId).map(stay),
  }));

describe('whose connection ended a call', () => {
  it.each<[string, Stay[], string | null]>([
    [
      'silent, and given up',
      [
        [alice, 0, 60, 'lost'],
        [bob, 0],
      ],
      alice.personId,
    ],
    [
      'silent still',
      [
        [alice, 0, null, undefined, { gaps: [[s(60), null]] }],
        [bob, 0],
      ],
      alice.personId,
    ],
    [
      'heard again afterwards, while the other has gone since',
      [
        [alice, 0, null, undefined, { gaps: [[s(60), s(110)]] }],
        [bob, 0, 106, 'bye'],
      ],
      alice.personId,
    ],
    [
      'nobody alone: both were away',
      [
        [alice, 0, 60, 'lost'],
        [bob, 0, 59, 'lost'],
      ],
      null,
    ],
    [
      'nobody that we know of',
      [
        [alice, 0],
        [bob, 0],
      ],
      null,
    ],
  ])('[CALL-27] %s', (_title, stays, whose) => {
    expect(lostAtEnd(ofCall(...stays), s(60))).toBe(whose);
  });
});
