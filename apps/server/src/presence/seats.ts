import type { Unpaid, Watch } from '@latido/core';
import { stillUnpaid } from '@latido/core';
import type { Entry } from './entry.ts';

/** Of whom something is asked: LiveKit lets an identity be in a room once, and its sids follow one another. */
type Seat = Pick<Watch, 'identity' | 'roomName'>;

/** Who sits on a seat, and what it had unpaid: a new sid does not make that forgotten (PRES-F22, PRES-F25). */
export class Seats {
  readonly #entries = new Map<string, Set<Entry>>();
  readonly #unpaid = new Map<string, Unpaid>();

  /** The sids of an identity in a room: a room of thousands is not searched for somebody's others. */
  of(seat: Seat): Entry[] {
    return [...(this.#entries.get(keyOf(seat)) ?? [])];
  }

  enter(seat: Seat, entry: Entry): void {
    enter(this.#entries, keyOf(seat), entry);
  }

  leave(seat: Seat, entry: Entry): void {
    leave(this.#entries, keyOf(seat), entry);
  }

  /** What the seat had unpaid before whoever sits down on it now. */
  unpaidOf(seat: Seat): Unpaid | null {
    return this.#unpaid.get(keyOf(seat)) ?? null;
  }

  /** Sets what counts from now on, for each of its sids. */
  setUnpaid(seat: Seat, unpaid: Unpaid): void {
    if (isNothing(unpaid)) this.#unpaid.delete(keyOf(seat));
    else this.#unpaid.set(keyOf(seat), unpaid);
  }

  /** What was unpaid long ago is nobody's any more. */
  forgetOld(now: number): void {
    for (const [key, unpaid] of this.#unpaid)
      if (isNothing(stillUnpaid(unpaid, now))) this.#unpaid.delete(key);
  }
}

const isNothing = ({ unheard, stopped }: Unpaid): boolean => unheard.length === 0 && stopped.length === 0;

/** As JSON, since names may have any sign in them. */
function keyOf({ roomName, identity }: Seat): string {
  return JSON.stringify([roomName, identity]);
}

/** Into the set of that key. */
export function enter(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([entry]));
  else set.add(entry);
}

/** Out of the set of that key. */
export function leave(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
}
