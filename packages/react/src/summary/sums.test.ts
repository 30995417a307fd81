import { describe, expect, it } from 'vitest';
import { sumsOf } from './sums.ts';

const at = (s: number): string => new Date(s * 1000).toISOString();

describe('sums of a call', () => {
  it.each([
    ['a call without pauses', at(0), at(65), 65_000, { togetherMs: 65_000, durationMs: 65_000, pausesMs: 0 }],
    [
      'a gap of 20 s is a pause',
      at(0),
      at(85),
      65_000,
      { togetherMs: 65_000, durationMs: 85_000, pausesMs: 20_000 },
    ],
    [
      'what is shown adds up: 64.6 s together in 84.4 s',
      at(0),
      at(84.4),
      64_600,
      { togetherMs: 64_000, durationMs: 84_000, pausesMs: 20_000 },
    ],
    [
      'less than a second is no pause: 64.6 s together in 65.1 s',
      at(0),
      at(65.1),
      64_600,
      { togetherMs: 64_000, durationMs: 64_000, pausesMs: 0 },
    ],
    ['nobody met', null, at(30), 0, { togetherMs: 0, durationMs: 0, pausesMs: 0 }],
    [
      'still going on, counted to the server’s now',
      at(0),
      null,
      9_000,
      { togetherMs: 9_000, durationMs: 10_000, pausesMs: 1_000 },
    ],
  ])('[REACT-SUMS] %s', (_title, startedAt, endedAt, billableMs, expected) => {
    expect(sumsOf({ startedAt, endedAt, billableMs, serverAt: at(10) })).toEqual(expected);
  });
});
