import { SAME_AGAIN_AFTER_MS } from './limits.ts';
import { byPlace, fits, isReady, type InLine } from './line.ts';

/** Two to be offered to each other. */
export interface Pair {
  readonly payerId: string;
  readonly earnerId: string;
}

/**
 * Who meets whom now: the payer who has waited longest first, and for them the earner who has been idle longest of those
 * who fit. Nobody who is left over fits anybody who is.
 */
export function pairUp(line: readonly InLine[], now: number): Pair[] {
  const ready = line.filter((person) => isReady(person, now)).toSorted(byPlace);
  const earners = ready.filter(({ side }) => side === 'earner');
  const pairs: Pair[] = [];
  for (const payer of ready) {
    if (payer.side !== 'payer') continue;
    const at = choose(payer, earners, now);
    const [earner] = at < 0 ? [] : earners.splice(at, 1);
    if (earner) pairs.push({ payerId: payer.personId, earnerId: earner.personId });
  }
  return pairs;
}

/**
 * The first who fits and is somebody new; else whom the payer has met before the last call, who has had nobody since; else the payer's
 * last partner, once both have been free for long enough. With two earners Next leads from one to the other, and back.
 */
function choose(payer: InLine, earners: readonly InLine[], now: number): number {
  let [before, again] = [-1, -1];
  for (const [at, earner] of earners.entries()) {
    if (!fits(payer, earner)) continue;
    if (payer.lastPartnerId === earner.personId) {
      const bothWaited = Math.max(payer.freeSince, earner.freeSince) + SAME_AGAIN_AFTER_MS <= now;
      if (again < 0 && bothWaited) again = at;
    } else if (earner.lastPartnerId !== payer.personId) return at;
    else if (before < 0) before = at;
  }
  return before < 0 ? again : before;
}
