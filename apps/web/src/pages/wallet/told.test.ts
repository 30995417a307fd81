import { describe, expect, it } from 'vitest';
import { nextOf, toldOf } from './told.ts';

const ENDED = ['failed', 'expired', 'mismatch', 'refunded', 'disputed'] as const;
const url = 'https://checkout.test/1';

describe('what is told of a purchase of coins', () => {
  it('[CASH-30] who left the payment page reads that it is not paid, until something is known', () => {
    expect(toldOf({ status: 'pending' }, true)).toBe('left');
    expect(toldOf({ status: 'pending' }, false)).toBe('pending');
    for (const status of ['paid', ...ENDED] as const) expect(toldOf({ status }, true)).toBe(status);
  });

  it('[CASH-31] that coins have come is told of what was paid alone', () => {
    expect(nextOf({ status: 'paid' })).toBe('came');
    expect(nextOf({ status: 'pending', url })).toBe('pay');
    expect(nextOf({ status: 'pending' })).toBe('told');
    for (const status of ENDED) expect(nextOf({ status })).toBe('told');
  });
});
