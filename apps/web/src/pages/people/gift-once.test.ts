import { describe, expect, it } from 'vitest';
import { giftOf } from './gift-once.ts';

const form = { coins: 50, memo: 'Welcome', kind: 'gift', days: '30' } as const;
const at = (atMs: number, key: string) => ({ atMs, key });

describe('a gift of coins', () => {
  it('[LEDGER-60] sent again later it is the same gift: the same key, and the same instant of expiry', () => {
    const first = giftOf(null, form, at(0, 'one'));
    expect(first.gift).toEqual({
      coins: 50,
      memo: 'Welcome',
      kind: 'gift',
      expiresAt: '1970-01-31T00:00:00.000Z',
    });
    expect(giftOf(first, { ...form }, at(5_000, 'two'))).toBe(first);
  });

  it('[LEDGER-60] what is said otherwise is another gift, with a key of its own', () => {
    const first = giftOf(null, form, at(0, 'one'));
    for (const other of [{ coins: 51 }, { memo: 'Sorry' }, { kind: 'bonus' }, { days: '7' }] as const)
      expect(giftOf(first, { ...form, ...other }, at(0, 'two')).key).toBe('two');
  });

  it('[LEDGER-60] without an expiry none is sent', () => {
    expect(giftOf(null, { ...form, days: '' }, at(0, 'one')).gift).not.toHaveProperty('expiresAt');
  });
});
