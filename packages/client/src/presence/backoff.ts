const FIRST_MS = 250;
const LONGEST_MS = 8_000;

/**
 * How long to wait before the next attempt: full jitter between nothing and a bound that doubles from 0.25 s
 * to 8 s, so that the clients of a server that restarts do not come back in one wave.
 *
 * @param attempt 0 for the first one.
 * @param chance A number in [0, 1).
 */
export function backoffMs(attempt: number, chance: number): number {
  return Math.floor(chance * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16)));
}
