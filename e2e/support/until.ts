import { performance } from 'node:perf_hooks';

/** What a story waits for at most, before it says what it was waiting for and what it saw last. */
export const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 40;

/** What is awaited can never come any more: waiting ends at once. */
export class Hopeless extends Error {}

/**
 * Waits for a state, never for a time: looks until `look` gives something, and gives that.
 *
 * @throws when nothing came within `patienceMs`, naming what was awaited and the last error or value seen.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const endAt = performance.now() + patienceMs;
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const seen = await look();
      if (seen !== null && seen !== undefined && seen !== false) return seen;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      last = error;
    }
    if (performance.now() > endAt)
      throw new Error(`waited ${patienceMs} ms for ${what}; last: ${String(last)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/** Prints how long something took: stories tell latencies, the bench judges them. */
export async function timed<T>(what: string, run: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const value = await run();
  console.log(`    ${what}: ${Math.round(performance.now() - from)} ms`);
  return value;
}
