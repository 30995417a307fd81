import { isArriving } from './frozen.ts';
import { isSteady } from './judge.ts';
import type { Watch } from './watch.ts';

/** Whether neither {@link judge} nor {@link judgeMedia} has anything to ask of somebody: of most people, at most ticks. */
export function isAtEase(watch: Watch, now: number): boolean {
  return isSteady(watch, now) && isArriving(watch, now);
}
