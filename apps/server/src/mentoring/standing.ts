import type { DbOrTx } from '../platform/index.ts';
import { handsEver, type HandRow } from './host-store.ts';
import { entryOf } from './lobby-store.ts';
import { sessionFor, type SessionSeen } from './may.ts';
import type { Actor } from './ports.ts';
import { sessionOfRoom } from './start.ts';
import { endedAmong } from './store.ts';

/** Who somebody is in a session, for what is kept with it. `isOut`: the host removed them, or they gave their seat back. */
export interface Standing {
  readonly bookingId: string;
  readonly role: SessionSeen['role'];
  readonly isOut: boolean;
  readonly topic: string;
}

/** Hands that went up in a room; none where it is no session's. */
export async function handsIn(db: DbOrTx, roomName: string): Promise<HandRow[]> {
  const id = sessionOfRoom(roomName);
  return id === null ? [] : await handsEver(db, id);
}

/** What modules that keep something with a session ask of it. */
export const sessionStandings = {
  /** @throws booking.not_found */
  async standing(db: DbOrTx, bookingId: string, actor: Pick<Actor, 'personId' | 'roles'>): Promise<Standing> {
    const { booking, seats, role, isGuest } = await sessionFor(db, bookingId, actor);
    const entry = role === 'mentee' ? await entryOf(db, bookingId, actor.personId) : null;
    const seat = seats.find(({ personId }) => personId === actor.personId);
    const hasGone = isGuest
      ? entry?.state !== 'admitted'
      : seat?.leftAt !== null || entry?.state === 'removed';
    const isOut = role === 'mentee' && hasGone;
    return { bookingId, role, isOut, topic: booking.topic ?? booking.title };
  },
  /** Those of some sessions that are over. */
  async over(db: DbOrTx, bookingIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await endedAmong(db, bookingIds));
  },
};
