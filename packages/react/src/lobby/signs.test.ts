import type { Lobby } from '@latido/protocol';
import { describe, expect, it } from 'vitest';
import { cameSince } from './knock.ts';
import { withSigns } from './signs.ts';

const at = (s: number): string => new Date(s * 1_000).toISOString();
const lobby = (serverS: number, signs: Readonly<Record<string, number>>): Lobby => ({
  serverAt: at(serverS),
  written: null,
  items: Object.entries(signs).map(([entryId, s], n) => ({
    entryId,
    personId: entryId,
    name: entryId,
    position: n + 1,
    waitingMs: 0,
    state: 'waiting',
    isBooked: true,
    isGuest: false,
    lastSignAt: at(s),
  })),
});

describe('the signs of life of who waits', () => {
  it('[REACT-LOBBY-1] are put on our own clock', () => {
    expect(withSigns(new Map(), lobby(100, { eve: 97 }), 1_000_000).get('eve')).toEqual([997_000]);
  });

  it('[REACT-LOBBY-1] are one beat each, also where an answer was slow, and those of who went are gone', () => {
    const first = withSigns(new Map(), lobby(100, { eve: 97, bob: 98 }), 100_000);
    const again = withSigns(first, lobby(102, { eve: 97 }), 102_400);
    const next = withSigns(again, lobby(105, { eve: 102 }), 105_000);
    expect([...next]).toEqual([['eve', [97_000, 102_000]]]);
  });
});

describe('a knock at the door', () => {
  it('[REACT-LOBBY-2] is for who comes, not for who went or is still there', () => {
    const eve = { entryId: 'eve' };
    expect(cameSince(new Set(), [eve])).toBe(true);
    expect(cameSince(new Set(['eve']), [eve])).toBe(false);
    expect(cameSince(new Set(['eve', 'bob']), [eve])).toBe(false);
    expect(cameSince(new Set(['bob']), [eve])).toBe(true);
  });
});
