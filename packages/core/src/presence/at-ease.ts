import { arrivesUntil } from './frozen.ts';
import { steadyUntil } from './judge.ts';
import type { Watch } from './watch.ts';

/**
 * Until when neither {@link judge} nor {@link judgeMedia} has anything to ask of somebody, even if nothing more is heard of them: what
 * comes of them meanwhile only moves it on. Most people are looked at once a second by it, and not at each tick.
 *
 * @returns epoch ms; -Infinity for whoever is in question already
 */
export function atEaseUntil(watch: Watch): number {
  return Math.min(steadyUntil(watch), arrivesUntil(watch));
}
