import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { airOf, keepWishes, keptWishes, lookOf, wishesIn, type Wishes } from './wishes.ts';

const wishes: Wishes = {
  maxPrice: 30,
  language: 'es',
  connectAtOnce: false,
  planId: 'dear',
  price: 20,
  askFirst: true,
  unhurried: true,
};

describe('what somebody asked for last', () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    vi.stubGlobal('localStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    kept.clear();
  });

  it('[MATCH-72] is what Next goes on with, also once the line was left and the server knows it no more', () => {
    const last = wishesIn({ side: 'payer', wishes }, { side: 'payer', last: null });
    const after = wishesIn({}, { side: 'payer', last });
    expect(after && lookOf(after)).toEqual({
      maxPrice: 30,
      language: 'es',
      connectAtOnce: false,
      unhurried: true,
    });
    expect(wishesIn({}, { side: 'payer', last: null })).toBeNull();
    // Who both pays and earns asked for something else on the other side.
    expect(wishesIn({ side: 'earner', wishes }, { side: 'payer', last: null })).toBeNull();
  });

  it('[MATCH-72] is kept over a reload by person and side, and what cannot be read is not known', () => {
    keepWishes('alice', 'payer', wishes);
    expect(keptWishes('alice', 'payer')).toEqual(wishes);
    expect([keptWishes('alice', 'earner'), keptWishes('anna', 'payer')]).toEqual([null, null]);
    for (const broken of ['{', '7', '{"maxPrice":"30"}', JSON.stringify({ ...wishes, askFirst: 1 })]) {
      kept.set('latido.wishes.payer.alice', broken);
      expect(keptWishes('alice', 'payer')).toBeNull();
    }
    vi.stubGlobal('localStorage', undefined);
    keepWishes('alice', 'payer', wishes);
    expect(keptWishes('alice', 'payer')).toBeNull();
  });

  it.each([
    ['nothing is known', { wishes: null, chosen: {} }, { planId: 'house', askFirst: false }],
    ['on air, by the word of the server', { wishes, chosen: {} }, { planId: 'dear', askFirst: true }],
    [
      'chosen, and being asked for',
      { wishes, chosen: { askFirst: false } },
      { planId: 'dear', askFirst: false },
    ],
    ['another plan', { wishes, chosen: { planId: 'house' } }, { planId: 'house', askFirst: true }],
    [
      'a plan that is offered no more',
      { wishes, chosen: { planId: 'old' } },
      { planId: 'house', askFirst: true },
    ],
    ['plans that could not be read', { wishes, chosen: {}, plans: [] }, { planId: 'dear', askFirst: true }],
    ['neither plans nor wishes', { wishes: null, chosen: {}, plans: [] }, { askFirst: false }],
  ])('[MATCH-73] an earner is on air as the server says: %s', (_title, of, air) => {
    expect(airOf({ plans: [{ id: 'house' }, { id: 'dear' }], ...of })).toEqual(air);
  });
});
