import { describe, expect, it } from 'vitest';
import { moved, readPacks, type PackDraft } from './pack-draft.ts';

const small: PackDraft = {
  key: 'a',
  id: 'small',
  name: 'Small',
  coins: '100',
  bonus: '5',
  amount: '5,50',
  currency: 'EUR',
};

describe('the editor of packs', () => {
  it('[WEB-PLANS-5] reads coins, bonus and the price in the currency’s own parts', () => {
    expect(readPacks([small]).items).toEqual([
      { id: 'small', name: 'Small', coins: 100, bonus: 5, amount: 550, currency: 'EUR' },
    ]);
    expect(readPacks([{ ...small, amount: '500', currency: 'JPY' }]).items?.[0]?.amount).toBe(500);
  });

  it.each([
    ['coins', { coins: '0' }],
    ['bonus', { bonus: '-1' }],
    ['amount', { amount: '0' }],
    ['amount', { amount: '1000001' }],
    ['currency', { currency: 'euros' }],
    ['id', { id: '' }],
    ['name', { name: '' }],
  ])('[WEB-PLANS-6] what is wrong is named: %s of %o', (field, more) => {
    expect(readPacks([{ ...small, ...more }]).wrong?.get('a')).toEqual([field]);
  });

  it('[WEB-PLANS-6] two packs have two ids; a row goes up a place', () => {
    expect(readPacks([small, { ...small, key: 'b' }]).wrong?.get('b')).toEqual(['id']);
    expect(moved(['a', 'b', 'c'], 2)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0)).toEqual(['a', 'b']);
  });
});
