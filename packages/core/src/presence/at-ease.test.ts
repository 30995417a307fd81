import fc from 'fast-check';
import { expect, test } from 'vitest';
import { atEaseUntil } from './at-ease.ts';
import { at } from './builders.testing.ts';
import { judgeMedia } from './frozen.ts';
import { judge } from './judge.ts';
import { watch } from './watch.testing.ts';
import type { Watch } from './watch.ts';

const NOW = 100;
const instant = fc.option(fc.integer({ min: NOW - 8, max: NOW }).map((seconds) => at(seconds)));
const seldom = fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: instant });
const anybody = fc
  .record({
    state: fc.constantFrom('present', 'present', 'present', 'suspected', 'unreachable'),
    suspectedAt: instant,
    lastBeatAt: instant,
    lastProofAt: fc.integer({ min: NOW - 8, max: NOW }).map((seconds) => at(seconds)),
    beating: fc.boolean(),
    followed: fc.constantFrom(null, 'named', 'said'),
    roomLostAt: seldom,
    socketClosedAt: seldom,
    pageLeftAt: seldom,
    goneAt: seldom,
    ownQuietFrom: instant,
    listedAt: instant,
    sight: fc.record({ seenAt: instant, reportedAt: instant, expected: fc.boolean(), expectedFrom: instant }),
    frozen: fc.option(fc.record({ fromAt: fc.constant(at(NOW - 5)), paused: fc.boolean() }), { freq: 2 }),
  } satisfies Partial<Record<keyof Watch, fc.Arbitrary<unknown>>>)
  .map((more) => watch(NOW, more as Partial<Watch>));

const waits = fc.integer({ min: 0, max: 5_000 });

test('[PRES-F3] [PRES-F12] of whom there is nothing to ask until an instant, nothing would have been said until then', () => {
  let atEase = 0;
  fc.assert(
    fc.property(anybody, waits, (one, waitMs) => {
      const until = atEaseUntil(one);
      if (until <= at(NOW)) return;
      const now = Math.min(at(NOW) + waitMs, until - 1);
      atEase += 1;
      const tick = { now, lateMs: 0, startedAt: at(0), heardAt: at(NOW), outage: null };
      expect([...judge([one], tick), ...judgeMedia([one], tick)]).toEqual([]);
    }),
    { numRuns: 20_000 },
  );
  expect(atEase).toBeGreaterThan(20);
});

test('[PRES-F3] [PRES-F12] a beat, and media of which some came before, only move on until when there is nothing to ask', () => {
  fc.assert(
    fc.property(anybody, waits, (one, waitMs) => {
      const now = at(NOW) + waitMs;
      const beat = { beating: true, lastBeatAt: now, roomLostAt: null, pageLeftAt: null, absent: null };
      const { sight } = one;
      const seen = {
        ...one,
        sight: { ...sight, seenAt: sight.seenAt === null ? null : now, reportedAt: now },
      };
      expect(atEaseUntil({ ...one, ...beat })).toBeGreaterThanOrEqual(atEaseUntil(one));
      expect(atEaseUntil(seen)).toBeGreaterThanOrEqual(atEaseUntil(one));
    }),
    { numRuns: 5_000 },
  );
  expect(atEaseUntil(watch(NOW))).toBeGreaterThan(at(NOW));
});
