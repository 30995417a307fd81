import { describe, expect, it } from 'vitest';
import { minutesBy } from './terms.ts';

describe('what a balance is enough for by the terms of an offer', () => {
  it.each([
    ['nothing beside the price', 100, { price: 20 }, 5],
    ['a fee takes its part', 100, { price: 20, connectFee: 5 }, 4],
    ['less than the fee is nothing', 4, { price: 1, connectFee: 5 }, 0],
    ['a dear first minute', 100, { price: 10, first: { forMs: 60_000, coins: 50 } }, 6],
    ['less than the first stretch is nothing', 49, { price: 10, first: { forMs: 60_000, coins: 50 } }, 0],
    ['a later price', 100, { price: 10, later: [{ fromMs: 300_000, price: 25 }] }, 7],
    ['a later price that is not reached', 40, { price: 10, later: [{ fromMs: 300_000, price: 25 }] }, 4],
  ])('[MATCH-36] %s', (_title, coins, terms, minutes) => {
    expect(minutesBy(coins, terms)).toBe(minutes);
  });
});
