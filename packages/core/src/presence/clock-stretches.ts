import { CREATED_AT_CUT_MS } from './limits.ts';

/**
 * So long a clock was ahead of ours by as much. Its beginning and its end are known within bounds: somebody set it after the last
 * word of before and before the first one of after, so that stretches overlap. Our clock.
 */
export interface ClockStretch {
  /** Behind is negative. */
  readonly offsetMs: number;
  /** It began no earlier. */
  readonly fromAt: number;
  /** It ended no later; Infinity while it goes on. */
  readonly untilAt: number;
}

/** What else is known of an instant that LiveKit names, on our clock. */
export interface InstantBounds {
  /** It was no earlier; -Infinity where nothing says so. */
  readonly earliestAt: number;
  /** When the word of it came: it was no later. */
  readonly receivedAt: number;
}

/** What this much apart is one clock still: seconds are cut, and answers are on their way. */
export const ONE_CLOCK_MS = 1_000;
/** Stretches that are remembered. */
const STRETCHES_MAX = 8;

const RIGHT: ClockStretch = { offsetMs: 0, fromAt: -Infinity, untilAt: Infinity };

/**
 * The stretches, newest first, once the clock is known to be ahead by `offsetMs`. By a little more or less than it was, it is the
 * same stretch.
 *
 * @param at when that was found, our clock
 * @param heardAt when the stretch of before was found to go on the last time; -Infinity if never
 */
export function withOffset(
  stretches: readonly ClockStretch[],
  offsetMs: number,
  { at, heardAt }: { at: number; heardAt: number },
): readonly ClockStretch[] {
  const [newest = { ...RIGHT, offsetMs }, ...older] = stretches;
  if (Math.abs(newest.offsetMs - offsetMs) < ONE_CLOCK_MS) return [{ ...newest, offsetMs }, ...older];
  const next = { offsetMs, fromAt: Math.max(heardAt, newest.fromAt), untilAt: Infinity };
  return [next, { ...newest, untilAt: Math.max(at, newest.fromAt) }, ...older].slice(0, STRETCHES_MAX);
}

/**
 * By how much LiveKit's clock was ahead when it named `at`: of the stretches in which that instant can lie the one by which it was
 * latest, as nobody pays for what is not known. Null where it can lie in none: the clock has been set since, or the word is of
 * another clock.
 */
export function offsetOf(
  at: number,
  stretches: readonly ClockStretch[],
  { earliestAt, receivedAt }: InstantBounds,
): number | null {
  // A clock of which nothing is known is taken for right.
  const known = stretches.length === 0 ? [RIGHT] : stretches;
  const offsets = known.flatMap(({ offsetMs, fromAt, untilAt }): number[] => {
    const ours = at - offsetMs;
    const isSoon = ours + CREATED_AT_CUT_MS + ONE_CLOCK_MS >= Math.max(earliestAt, fromAt);
    return isSoon && ours <= Math.min(receivedAt, untilAt) + ONE_CLOCK_MS ? [offsetMs] : [];
  });
  return offsets.length === 0 ? null : Math.min(...offsets);
}

/**
 * The same, where there is always an answer: what can lie in no stretch has just happened. Words come at once but for those that are
 * tried again, and that it is one of those is what no stretch allows.
 */
export function offsetOfWord(
  at: number,
  stretches: readonly ClockStretch[],
  bounds: InstantBounds,
): { offsetMs: number; isKnown: boolean } {
  const known = offsetOf(at, stretches, bounds);
  return { offsetMs: known ?? at - bounds.receivedAt, isKnown: known !== null };
}
