import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, fact, fold, listed } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { history } from './history.testing.ts';

describe('any history', () => {
  test('[PRES-R12] in any order, with any repetition, gives the same intervals byte for byte', () => {
    const shuffled = history.chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray([...facts, ...facts], {
          minLength: facts.length * 2,
          maxLength: facts.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, again]) => {
        expect(JSON.stringify(fold(again))).toBe(JSON.stringify(fold(facts)));
      }),
      { numRuns: 400 },
    );
  });

  test('[PRES-R12] of two words for one instant the reason is the same, whichever came first', () => {
    const words = [
      listed(5, { payload: { joinedAt: at(5) } }),
      fact('track_published', 5, { source: 'webhook' }),
    ] as const;
    const [one, other] = [fold(words), fold(words.toReversed())];
    expect(one).toMatchObject([{ joinedAt: at(5) }]);
    expect(other).toEqual(one);
  });

  test('[PRES-R12] that comes late gives the same intervals: receivedAt is read by nothing', () => {
    fc.assert(
      fc.property(history, fc.nat(60_000), (facts, lateMs) => {
        const late = facts.map((one) => ({ ...one, receivedAt: one.receivedAt + lateMs }));
        expect(fold(late)).toEqual(fold(facts));
      }),
    );
  });

  test('[PRES-R13] folded again from its facts gives the same bytes', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const stored = facts.map((one) => ({
          ...one,
          payload: JSON.parse(JSON.stringify(one.payload)) as Fact['payload'],
        }));
        expect(JSON.stringify(fold(stored))).toBe(JSON.stringify(fold(facts)));
      }),
    );
  });

  test('[PRES-R10] keeps every interval and gap forward, and gaps inside their interval', () => {
    fc.assert(
      fc.property(history, (facts) => {
        for (const { joinedAt, leftAt, leftAtMin, leftAtMax, gaps, state } of fold(facts)) {
          const endAt = leftAt ?? Infinity;
          expect(endAt).toBeGreaterThanOrEqual(joinedAt);
          if (leftAt !== null)
            expect([(leftAtMin ?? Infinity) <= leftAt, leftAt <= (leftAtMax ?? 0)]).toEqual([true, true]);
          else expect(['present', 'suspected', 'unreachable']).toContain(state);
          for (const [fromAt, toAt] of gaps) {
            expect(toAt ?? endAt).toBeGreaterThan(fromAt);
            expect(toAt ?? 0).toBeLessThanOrEqual(endAt);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
