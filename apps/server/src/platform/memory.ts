import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from './clock.ts';

const LOOK_EVERY_MS = 10_000;
/** A thread that works more than this part of the time collects by itself, and needs what it has compiled. */
const QUIET_BELOW = 0.2;

/**
 * Once, after the first quiet ten seconds: gives the memory back that the start took (reading sources, compiling,
 * migrating). A server that is idle would keep that garbage for a long time: 70 MB of 385.
 */
export function giveMemoryBackSoon(): void {
  let before = performance.eventLoopUtilization();
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization < QUIET_BELOW) collect();
    else systemClock.setTimeout(look, LOOK_EVERY_MS);
  };
  systemClock.setTimeout(look, LOOK_EVERY_MS);
}

function collect(): void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  gc();
}
