import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, fact, fold, joined } from './builders.testing.ts';

const track = (type: 'published' | 'unpublished', s: number, sid = 'TR_1', source: unknown = 'CAMERA') =>
  fact(`track_${type}`, s, { source: 'webhook', payload: { track: { sid, source } } });

describe('tracks', () => {
  test('[PRES-R29] the earliest begin and the latest end of each track, in any order and said twice', () => {
    const facts = [
      joined(0),
      track('published', 2),
      track('published', 3),
      track('unpublished', 8),
      track('unpublished', 9),
      track('published', 4, 'TR_0', 3),
      track('unpublished', 5, 'TR_2', 'MICROPHONE'),
    ];
    const expected = [
      ['TR_0', 'screen', at(4), null],
      ['TR_1', 'camera', at(2), at(9)],
      ['TR_2', 'microphone', null, at(5)],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (shuffled) => {
        expect(fold([...shuffled, ...facts])[0]?.tracks).toEqual(expected);
      }),
    );
  });

  test('[PRES-R29] what names no track, or none of the three kinds, is kept as nothing, and no more than 100', () => {
    const odd = [null, 'SCREEN_SHARE_AUDIO', 0, 'UNKNOWN', {}].map((source) =>
      track('published', 1, 'TR_x', source),
    );
    const nameless = [track('published', 1, ''), fact('track_published', 1, { source: 'webhook' })];
    expect(fold([joined(0), ...odd, ...nameless])[0]?.tracks).toBeUndefined();
    const many = Array.from({ length: 150 }, (_, n) => track('published', n, `TR_${1000 + n}`));
    const kept = fold([joined(0), ...many])[0]?.tracks;
    expect([kept?.length, kept?.[99]?.[0]]).toEqual([100, 'TR_1099']);
    expect(fold([joined(0), ...many.toReversed()])[0]?.tracks).toEqual(kept);
  });
});
