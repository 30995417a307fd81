import { describe, expect, it } from 'vitest';
import type { MeterState } from '@latido/protocol';
import { elapsedOf, nextDueOn, paidUntilOn } from './elapsed.ts';

const at = (s: number): string => new Date(s * 1000).toISOString();
const meter: MeterState = {
  plan: {
    id: 'standard',
    version: 1,
    name: '',
    policy: 'completed-minute',
    price: 10,
    priceDen: 1,
    incrementMs: 60_000,
    currency: 'COIN',
  },
  running: true,
  billableMs: 65_000,
  asOfAt: at(100),
  unitsCharged: 1,
  coins: 10,
  nextDueAt: at(155),
  finalAt: null,
  cutAt: null,
  available: 90,
  earned: null,
};

describe('meter', () => {
  it('[REACT-METER] goes on from the server’s word by the server’s clock', () => {
    expect(elapsedOf(meter, 107_000)).toBe(72_000);
  });
  it('[REACT-METER] stands while it rests, whatever the clock says', () => {
    expect(elapsedOf({ ...meter, running: false }, 999_000)).toBe(65_000);
    expect(nextDueOn({ ...meter, running: false }, 107_000)).toBeNull();
  });
  it('[REACT-METER] never runs backwards when our clock is behind', () => {
    expect(elapsedOf(meter, 90_000)).toBe(65_000);
  });
  it('[REACT-METER] the next unit stands at one place on the meter while time goes by', () => {
    expect([101_000, 120_000, 154_000].map((now) => nextDueOn(meter, now))).toEqual([
      120_000, 120_000, 120_000,
    ]);
  });
  it('[REACT-METER] the end of the coins stands at one place, and nowhere while it is not in sight', () => {
    const last = { ...meter, nextDueAt: null, finalAt: at(155) };
    expect([101_000, 154_000].map((now) => paidUntilOn(last, now))).toEqual([120_000, 120_000]);
    expect(paidUntilOn({ ...last, running: false }, 107_000)).toBeNull();
    expect(paidUntilOn(meter, 107_000)).toBeNull();
  });
});
