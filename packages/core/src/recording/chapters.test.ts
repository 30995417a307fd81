import { describe, expect, it } from 'vitest';
import { BACK_WITHIN_MS, chaptersOf, joinsOf } from './chapters.ts';

const stay = (personId: string | null, joinedAt: number, leftAt: number | null = null) => ({
  personId,
  joinedAt,
  leftAt,
});

describe('chapters of a recording', () => {
  it('[REC-17] whoever comes in is one, strangers are not', () => {
    expect(joinsOf([stay('dora', 0), stay(null, 5), stay('alice', 10)])).toEqual([
      { kind: 'join', personId: 'dora', at: 0 },
      { kind: 'join', personId: 'alice', at: 10 },
    ]);
  });

  it('[REC-17] who was there a moment before, or is there on another device, has not come in', () => {
    const back = 100 + BACK_WITHIN_MS;
    expect(
      joinsOf([stay('dora', 0, 100), stay('dora', back - 1, back), stay('dora', back, null)]),
    ).toHaveLength(1);
    expect(joinsOf([stay('dora', 0, 100), stay('dora', back)])).toHaveLength(2);
    expect(joinsOf([stay('dora', 0), stay('dora', 50_000)])).toHaveLength(1);
  });

  it('[REC-17] what was before the file and after it is not in it; what is stands where it was, in order', () => {
    const at = (personId: string, when: number) => ({ kind: 'hand' as const, personId, at: when });
    const file = { startedAt: 1_000, endedAt: 3_000 };
    expect(chaptersOf([at('late', 3_000), at('b', 2_500), at('a', 1_500), at('early', 1_000)], file)).toEqual(
      [
        { kind: 'hand', personId: 'a', atMs: 500 },
        { kind: 'hand', personId: 'b', atMs: 1_500 },
      ],
    );
  });
});
