import { describe, expect, it } from 'vitest';
import { offsetOf, offsetOfWord, withOffset, type ClockStretch } from './clock-stretches.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const s = (seconds: number): number => NOW + seconds * 1000;

/** A clock that was ahead by `beforeMs` and is by `afterMs`: set between 29.5 s and 30 s. */
function set(beforeMs: number, afterMs: number): readonly ClockStretch[] {
  const first = withOffset([], beforeMs, { at: s(0), heardAt: -Infinity });
  return withOffset(first, afterMs, { at: s(30), heardAt: s(29.5) });
}

const STEPS: readonly [number, number][] = [0, 120_000, -240_000, 20_000, -20_000, 5_000].flatMap(
  (beforeMs) =>
    [0, 120_000, -240_000, 20_000, -20_000, 5_000].flatMap((afterMs): [number, number][] =>
      beforeMs === afterMs ? [] : [[beforeMs, afterMs]],
    ),
);

describe("stretches of LiveKit's clock", () => {
  it.each(STEPS)(
    '[PRES-R51] set from %i to %i ms: what was named before and after is told apart',
    (beforeMs, afterMs) => {
      const stretches = set(beforeMs, afterMs);
      for (const at of [0, 5, 20, 29]) {
        const bounds = { earliestAt: -Infinity, receivedAt: s(at) + 20 };
        expect(offsetOf(s(at) + beforeMs, stretches, bounds)).toBe(beforeMs);
      }
      for (const at of [30, 31, 60, 3_600]) {
        const bounds = { earliestAt: -Infinity, receivedAt: s(at) + 20 };
        expect(offsetOf(s(at) + afterMs, stretches, bounds)).toBe(afterMs);
      }
    },
  );

  it('[PRES-R51] a word that is tried again over the step holds from when it says, or later: nobody pays for what is not known', () => {
    for (const [beforeMs, afterMs] of STEPS) {
      const offset = offsetOf(s(25) + beforeMs, set(beforeMs, afterMs), {
        earliestAt: s(0),
        receivedAt: s(45),
      });
      const ours = s(25) + beforeMs - (offset ?? NaN);
      expect([s(25), s(25) + beforeMs - afterMs]).toContain(ours);
      expect(ours).toBeGreaterThanOrEqual(s(25));
    }
  });

  it('[PRES-R52] what contradicts every stretch has just happened', () => {
    const right = withOffset([], 0, { at: s(0), heardAt: -Infinity });
    const bounds = { earliestAt: s(58), receivedAt: s(60) };
    for (const skewMs of [-240_000, -20_000, -5_000, 5_000, 120_000]) {
      const { offsetMs, isKnown } = offsetOfWord(s(60) + skewMs, right, bounds);
      expect([s(60) + skewMs - offsetMs, isKnown]).toEqual([s(60), false]);
    }
    // One that is late is not: nobody was heard since.
    const late = { earliestAt: s(39), receivedAt: s(60) };
    expect(offsetOfWord(s(40), right, late)).toEqual({ offsetMs: 0, isKnown: true });
  });

  it('[PRES-R51] a clock that drifts is one stretch, and only the last ones are kept', () => {
    let stretches = withOffset([], 0, { at: s(0), heardAt: -Infinity });
    for (let at = 1; at <= 20; at += 1) {
      stretches = withOffset(stretches, at * 500, { at: s(at * 10), heardAt: s(at * 10 - 10) });
    }
    expect(stretches).toEqual([{ offsetMs: 10_000, fromAt: -Infinity, untilAt: Infinity }]);
    for (let at = 1; at <= 20; at += 1) {
      stretches = withOffset(stretches, (at % 2) * 10_000, { at: s(300 + at), heardAt: s(299 + at) });
    }
    expect(stretches.length).toBeLessThanOrEqual(8);
    expect(offsetOf(s(0), [], { earliestAt: -Infinity, receivedAt: s(0) })).toBe(0);
  });
});
