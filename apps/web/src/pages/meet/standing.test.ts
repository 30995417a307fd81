import { describe, expect, it } from 'vitest';
import { nameOfPage } from './own-page.ts';
import { isElsewhere, isOtherCall, newerOf, type Standing } from './standing.ts';

const at = (serverAt: string): Standing => ({ state: 'waiting', serverAt, clockOffsetMs: 0 });

describe('where somebody stands', () => {
  it('[MEET-4] a state that comes late replaces no newer one', () => {
    const [early, late] = [at('2026-11-27T20:00:00.000Z'), at('2026-11-27T20:00:01.000Z')];
    expect(newerOf(late, early)).toBe(late);
    expect(newerOf(early, late)).toBe(late);
    expect(newerOf(undefined, early)).toBe(early);
  });

  it.each([
    ['off', 'other', false],
    ['waiting', 'own', false],
    ['waiting', 'other', true],
    ['in_call', 'other', true],
    ['offered', null, false],
  ] as const)('[MEET-5] %s with the place held by %s is elsewhere: %s', (state, page, elsewhere) => {
    expect(isElsewhere({ state, page }, 'own')).toBe(elsewhere);
  });

  it('[MEET-6] a call that matching did not make is gone back into, and not begun here', () => {
    expect(isOtherCall({ state: 'in_call', roomName: 'blue' })).toBe(true);
    expect(isOtherCall({ state: 'in_call', roomName: 'match-7' })).toBe(false);
    expect(isOtherCall({ state: 'waiting' })).toBe(false);
  });

  it('[MEET-7] a tab keeps its name over a reload only', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (k: string, v: string) => kept.set(k, v),
    };
    Object.defineProperty(globalThis, 'sessionStorage', { value: storage, configurable: true });
    expect(nameOfPage(false, () => 'one')).toBe('one');
    expect(nameOfPage(true, () => 'two')).toBe('one');
    expect(nameOfPage(false, () => 'three')).toBe('three');
    Reflect.deleteProperty(globalThis, 'sessionStorage');
    expect(nameOfPage(true, () => 'four')).toBe('four');
  });
});
