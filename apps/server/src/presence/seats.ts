import type { Watch } from '@latido/core';
import { personOfIdentity } from '@latido/core';
import type { Entry } from './entry.ts';
import { enter, leave } from './entry-sets.ts';

/** Of whom something is asked: LiveKit lets an identity be in a room once, and its sids follow one another. */
export type Seat = Pick<Watch, 'identity' | 'roomName'>;

/** Who sits on a seat, and beside them as the same person. */
export class Seats {
  readonly #entries = new Map<string, Set<Entry>>();
  readonly #ofPersons = new Map<string, Set<Entry>>();

  /** The sids of an identity in a room: a room of thousands is not searched for somebody's others. */
  of({ roomName, identity }: Seat): Entry[] {
    return [...(this.#entries.get(keyOf(roomName, identity)) ?? [])];
  }

  /** The sids of a person in a room, under whatever identity. */
  ofPerson(roomName: string, person: string): Iterable<Entry> {
    return this.#ofPersons.get(keyOf(roomName, person)) ?? [];
  }

  enter(seat: Seat, entry: Entry): void {
    enter(this.#entries, keyOf(seat.roomName, seat.identity), entry);
    enter(this.#ofPersons, keyOf(seat.roomName, personOfSeat(seat)), entry);
  }

  leave(seat: Seat, entry: Entry): void {
    leave(this.#entries, keyOf(seat.roomName, seat.identity), entry);
    leave(this.#ofPersons, keyOf(seat.roomName, personOfSeat(seat)), entry);
  }
}

/** Whose it is: a person of ours, or whoever calls themselves so. */
export function personOfSeat({ identity }: Seat): string {
  return personOfIdentity(identity) ?? identity;
}

/** As JSON, since names may have any sign in them. */
export function keyOf(roomName: string, who: string): string {
  return JSON.stringify([roomName, who]);
}
