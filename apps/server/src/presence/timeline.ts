import type { Clock } from '../platform/index.ts';

/** How much of the wall clock's difference is taken over with each reading. */
const SLEW = 0.001;

/**
 * The detector's time: epoch milliseconds that run with the monotonic clock. When somebody sets the machine's clock
 * by five seconds, nobody may seem silent for five seconds; the difference is taken over little by little.
 */
export function startTimeline(clock: Clock): () => number {
  // Fields of an object: V8 writes them in place, and makes a number anew for each time that a variable outside is set.
  const at = { epoch: clock.now(), monotonicMs: clock.monotonic() };
  return () => {
    const passedMs = clock.monotonic() - at.monotonicMs;
    at.monotonicMs += passedMs;
    at.epoch += passedMs + (clock.now() - at.epoch - passedMs) * Math.min(SLEW, passedMs / 1000);
    return Math.round(at.epoch);
  };
}
