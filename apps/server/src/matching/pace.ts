/**
 * Hints wake a look at the line, but not more often: who comes meanwhile is let in and looked at together, and costs a share of a look. Nor
 * does the door to the line open more often in a crowd.
 */
export const APART_MS = 200;

/** Once a second, where that costs little. */
const LEAST_MS = 1_000;
/** What only a whole look sees is seen so late at most. */
const MOST_MS = 5_000;
/** A whole look lasts a fortieth of the time from one to the next: a long line, or a slow machine, has fewer of them. */
const TIMES_AS_LONG = 40;

/** How long after a look at the whole line the next one comes, by how long that one took (ms). */
export function wholeEveryMs(tookMs: number): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, tookMs * TIMES_AS_LONG));
}
