import { describe, expect, it } from 'vitest';
import { heard, largeOf, SILENCE, turnsInMs, type Candidate } from './speaker.ts';

/** Who is shown after each of these was heard, at these seconds. */
const shownAfter = (...said: readonly (readonly [number, string | null])[]): (string | null)[] => {
  let floor = SILENCE;
  return said.map(([s, loudest]) => (floor = heard(floor, loudest, s * 1_000)).shown);
};

describe('the large picture', () => {
  it('[REACT-GRID-2] goes to whoever speaks for two seconds, and to the first at once', () => {
    expect(shownAfter([0, 'bob'], [5, 'eve'], [6.9, 'eve'], [7, 'eve'])).toEqual([
      'bob',
      'bob',
      'bob',
      'eve',
    ]);
  });

  it('[REACT-GRID-2] is not turned by a word in between, nor by silence', () => {
    expect(shownAfter([0, 'bob'], [5, 'eve'], [6, 'bob'], [7.5, 'eve'], [9, null], [20, 'eve'])).toEqual(
      Array.from({ length: 6 }, () => 'bob'),
    );
  });

  it('[REACT-GRID-2] says when it is to be looked at again', () => {
    const floor = heard(heard(SILENCE, 'bob', 0), 'eve', 5_000);
    expect([turnsInMs(floor, 5_500), turnsInMs(floor, 9_000)]).toEqual([1_500, 0]);
    expect(turnsInMs(heard(floor, 'bob', 6_000), 6_000)).toBeNull();
    expect(turnsInMs(SILENCE, 0)).toBeNull();
  });

  const of = (key: string, more: Partial<Candidate> = {}): Candidate => ({
    key,
    sid: key,
    isScreen: false,
    isLocal: false,
    ...more,
  });
  const [me, bob, eve, screen] = [
    of('me', { isLocal: true }),
    of('bob'),
    of('eve'),
    of('s', { isScreen: true, sid: 'eve' }),
  ];
  it.each([
    ['what is pinned', [me, bob, eve, screen], { pinned: 'bob', shown: 'eve' }, 'bob'],
    ['a screen before who speaks', [me, bob, eve, screen], { pinned: null, shown: 'bob' }, 's'],
    ['who speaks', [me, bob, eve], { pinned: null, shown: 'eve' }, 'eve'],
    ['not oneself, whoever speaks', [me, bob, eve], { pinned: null, shown: 'me' }, 'bob'],
    ['somebody, where the pinned one has gone', [me, bob], { pinned: 'eve', shown: 'eve' }, 'bob'],
    ['oneself, where nobody else is', [me], { pinned: null, shown: null }, 'me'],
  ])('[REACT-GRID-3] is %s', (_what, all, by, key) => {
    expect(largeOf(all, by)?.key).toBe(key);
  });
});
