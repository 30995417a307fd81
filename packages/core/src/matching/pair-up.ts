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

/** The first who fits and is somebody new; else a last partner, once both have been free for long enough. */
function choose(payer: InLine, earners: readonly InLine[], now: number): number {
  let again = -1;
  for (const [at, earner] of earners.entries()) {
    if (!fits(payer, earner)) continue;
    if (!areLastPartners(payer, earner)) return at;
    const bothWaited = Math.max(payer.freeSince, earner.freeSince) + SAME_AGAIN_AFTER_MS <= now;
    if (again < 0 && bothWaited) again = at;
  }
  return again;
}

function areLastPartners(payer: InLine, earner: InLine): boolean {
  return payer.lastPartnerId === earner.personId || earner.lastPartnerId === payer.personId;
}
