import { describe, expect, it } from 'vitest';
import { enLabels } from '../labels-en.ts';
import { formatCoins, minutePrice, minutesOf, unitPrice, unitShare } from './unit-price.ts';

const thirds = { price: 5, priceDen: 3, incrementMs: 60_000, earnerShareBp: null };
const byTheSecond = { price: 1, priceDen: 6, incrementMs: 1_000, earnerShareBp: 7_000 };

describe('what a unit costs', () => {
  it('[METER-44] parts of a coin are read as such, three places at most, by the reader’s own point', () => {
    expect(formatCoins(unitPrice(thirds), 'en')).toMatch(/^1[.,]667$/);
    expect(enLabels.price(formatCoins(unitPrice({ price: 6, priceDen: 6 }), 'en'), 'a minute')).toBe(
      '1 coin a minute',
    );
    expect(formatCoins(1_000, 'en')).toBe('1000');
  });

  it('[METER-44] who earns reads their share of them', () => {
    expect(unitShare(byTheSecond)).toBeCloseTo(0.7 / 6);
    expect(unitShare(thirds)).toBeCloseTo(5 / 3);
  });

  it('[METER-44] a minute costs all of its units, and coins are enough for whole minutes', () => {
    expect(minutePrice(byTheSecond)).toBe(10);
    expect([9, 10, 25].map((coins) => minutesOf(coins, byTheSecond))).toEqual([0, 1, 2]);
    expect([1, 5, 6].map((coins) => minutesOf(coins, thirds))).toEqual([0, 3, 3]);
  });
});
