import type { Clock } from '../platform/index.ts';

/** How much of the wall clock's difference is taken over with each reading. */
const SLEW = 0.001;

/**
 * The detector's time: epoch milliseconds that run with the monotonic clock. When somebody sets the machine's clock
 * by five seconds, nobody may seem silent for five seconds; the difference is taken over little by little.
 */
export function startTimeline(clock: Clock): () => number {
  let epochAt = clock.now();
  let monotonicMs = clock.monotonic();
  return () => {
    const passedMs = clock.monotonic() - monotonicMs;
    monotonicMs += passedMs;
    epochAt += passedMs + (clock.now() - epochAt - passedMs) * Math.min(SLEW, passedMs / 1000);
    return Math.round(epochAt);
  };
}
