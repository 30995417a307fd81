import type { Unpaid, Watch } from '@latido/core';
import { personOfIdentity, stillUnpaid } from '@latido/core';
import type { Entry } from './entry.ts';
import { enter, leave } from './entry-sets.ts';

/** Of whom something is asked: LiveKit lets an identity be in a room once, and its sids follow one another. */
type Seat = Pick<Watch, 'identity' | 'roomName'>;

/**
 * Who sits on a seat, and what its person had unpaid in the room: neither a new sid nor an identity of its own for each page makes that
 * forgotten (PRES-F22, PRES-F25, PRES-F27).
 */
export class Seats {
  readonly #entries = new Map<string, Set<Entry>>();
  readonly #ofPersons = new Map<string, Set<Entry>>();
  readonly #unpaid = new Map<string, Unpaid>();

  /** The sids of an identity in a room: a room of thousands is not searched for somebody's others. */
  of(seat: Seat): Entry[] {
    return [...(this.#entries.get(keyOf(seat)) ?? [])];
  }

  /** The sids of its person in the room, under whatever identity. */
  ofPerson(seat: Seat): Iterable<Entry> {
    return this.#ofPersons.get(personKeyOf(seat)) ?? [];
  }

  enter(seat: Seat, entry: Entry): void {
    enter(this.#entries, keyOf(seat), entry);
    enter(this.#ofPersons, personKeyOf(seat), entry);
  }

  leave(seat: Seat, entry: Entry): void {
    leave(this.#entries, keyOf(seat), entry);
    leave(this.#ofPersons, personKeyOf(seat), entry);
  }

  /** What its person had unpaid before whoever sits down on it now. */
  unpaidOf(seat: Seat): Unpaid | null {
    return this.#unpaid.get(personKeyOf(seat)) ?? null;
  }

  /** Sets what counts from now on, for each sid of its person. */
  setUnpaid(seat: Seat, unpaid: Unpaid): void {
    const key = personKeyOf(seat);
    if (isNothing(unpaid)) this.#unpaid.delete(key);
    else this.#unpaid.set(key, unpaid);
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

function personKeyOf({ roomName, identity }: Seat): string {
  return keyOf({ roomName, identity: personOfIdentity(identity) ?? identity });
}
