import { describe, expect, it } from 'vitest';
import { countsAt, limitOf, moreAbove, stepsOf } from './limits.ts';

const prices = [
  { price: 8, people: 2 },
  { price: 30, people: 1 },
];

describe('the price limit', () => {
  it('[MEET-1] has a step for what is asked now, by the house, and for what was wished before', () => {
    expect(stepsOf(prices, { house: 10, wished: 8, chosen: null })).toEqual([
      { price: 8, people: 2 },
      { price: 10, people: 0 },
      { price: 30, people: 1 },
    ]);
    expect(stepsOf(undefined, { house: 10 })).toEqual([{ price: 10, people: 0 }]);
  });

  it('[MATCH-74] keeps the step that is chosen while the only one at that price goes off air', () => {
    const steps = stepsOf([{ price: 8, people: 2 }], { house: 10, chosen: 30 });
    expect(steps.map(({ price }) => price)).toEqual([8, 10, 30]);
  });

  it('[MEET-2] says who is within it and who is above', () => {
    const steps = stepsOf(prices, { house: 10 });
    expect(countsAt(steps, 10)).toEqual({ within: 2, above: 1 });
    expect(countsAt(steps, 30)).toEqual({ within: 3, above: 0 });
  });

  it('[MEET-3] names the next price only where somebody asks it', () => {
    expect(moreAbove(stepsOf(prices, { house: 10, wished: 20 }), 10)).toEqual({ price: 30, people: 3 });
    expect(moreAbove(stepsOf(prices, { house: 50 }), 30)).toBeNull();
    expect(moreAbove(stepsOf(prices, {}), null)).toBeNull();
  });

  it('[MEET-4] is not known before the price of the house is: nobody looks at a guess', () => {
    const none = { chosen: null, wished: undefined, steps: [] };
    expect(limitOf({ ...none, house: undefined })).toBeNull();
    expect(limitOf({ ...none, steps: stepsOf(prices, {}), house: undefined })).toBeNull();
    expect(limitOf({ ...none, house: 10 })).toBe(10);
    expect(limitOf({ ...none, house: undefined, wished: 8 })).toBe(8);
    expect(limitOf({ ...none, house: 10, wished: 8, chosen: 30 })).toBe(30);
    expect(limitOf({ ...none, steps: stepsOf(prices, {}), house: null })).toBe(8);
  });
});
