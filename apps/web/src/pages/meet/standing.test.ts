import { LatidoError } from '@latido/client';
import { describe, expect, it } from 'vitest';
import { nameOfPage } from './own-page.ts';
import {
  isCovered,
  isElsewhere,
  isLeftOpen,
  isOtherCall,
  isOtherSide,
  isShortOfCoins,
  newerOf,
  type Standing,
} from './standing.ts';

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

  it.each([
    ['waiting', 'earner', 'payer', true],
    ['waiting', 'payer', 'earner', true],
    ['waiting', 'payer', 'payer', false],
    ['off', 'earner', 'payer', false],
    // An offer is answered wherever it is seen.
    ['offered', 'earner', 'payer', false],
  ] as const)('[MATCH-37] %s as %s is the other side of who is here as %s: %s', (state, side, own, other) => {
    expect(isOtherSide({ state, side }, own)).toBe(other);
  });

  const short = new LatidoError(402, { code: 'balance.insufficient', status: 402 } as never);
  it.each([
    ['off for want of coins', { state: 'off', reason: 'no_coins' }, null, null, true],
    ['off by silence', { state: 'off', reason: 'silent' }, null, null, false],
    ['Next was refused for want of coins', { state: 'off', reason: 'ended' }, short, 'next', true],
    ['the last call ended as the coins did', { state: 'off' }, null, 'out_of_balance', true],
    ['in line again since', { state: 'waiting' }, null, 'out_of_balance', false],
    ['refused for something else', { state: 'off' }, new Error('late'), 'next', false],
  ] as const)('[MATCH-38] more coins are offered: %s', (_title, standing, refusal, lastReason, isOffered) => {
    expect(isShortOfCoins({ standing, refusal, lastReason })).toBe(isOffered);
  });

  const left = { roomName: 'match-7', at: 100 };
  it.each([
    ['answers of before, and the first ones since', 'in_call', 'match-7', [98, 99, 101, 102], false],
    ['still so after that', 'in_call', 'match-7', [101, 102, 3_100], true],
    ['another call', 'in_call', 'match-8', [101, 102, 3_100], false],
    ['in line again', 'waiting', undefined, [101, 102, 3_100], false],
  ] as const)(
    '[MATCH-75] a call that was left here goes on: %s',
    (_title, state, roomName, heard, isOpen) => {
      expect(isLeftOpen({ state, ...(roomName && { roomName }) }, { left, heard })).toBe(isOpen);
      expect(isLeftOpen({ state, ...(roomName && { roomName }) }, { left: null, heard })).toBe(false);
    },
  );

  it.each([
    ['as it was told', 5, 5, 5, false],
    ['fewer than are missing came', 5, 5, 9, false],
    ['as many came', 5, 5, 10, true],
    ['the wallet is not known', 5, undefined, 10, false],
    ['nothing is missing', undefined, 5, 10, false],
  ] as const)('[MATCH-76] the want of coins is over: %s', (_title, missing, had, has, isOver) => {
    expect(isCovered({ missing, had, has })).toBe(isOver);
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
