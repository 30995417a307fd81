import type { MeterState } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { chargedOf } from './charged.ts';

const plan: MeterState['plan'] = {
  id: 'standard',
  version: 1,
  name: '',
  policy: 'completed-minute',
  price: 10,
  priceDen: 1,
  incrementMs: 60_000,
  currency: 'COIN',
  earnerShareBp: null,
};
const thirds = { ...plan, price: 5, priceDen: 3 };
const earns = { ...plan, earnerShareBp: 6_667 };

describe('what a summary says was charged', () => {
  it.each([
    ['minutes at their price', { plan, unitsCharged: 2, timeUnits: 2, coins: 20, earned: null }, 2, 10],
    ['a fee is no minute', { plan, unitsCharged: 2, timeUnits: 1, coins: 15, earned: null }, 1, null],
    ['a fee alone', { plan, unitsCharged: 1, timeUnits: 0, coins: 5, earned: null }, 0, null],
    ['a dear first minute', { plan, unitsCharged: 2, timeUnits: 2, coins: 60, earned: null }, 2, null],
    ['parts of coins', { plan: thirds, unitsCharged: 2, timeUnits: 2, coins: 3, earned: null }, 2, 5 / 3],
    ['a share', { plan: earns, unitsCharged: 2, timeUnits: 2, coins: 13, earned: 13 }, 2, 6.667],
    ['a server of before', { plan, unitsCharged: 2, coins: 20, earned: null }, 2, 10],
  ])('[METER-64] %s', (_title, meter, units, price) => {
    expect(chargedOf(meter)).toEqual({ units, price });
  });
});
