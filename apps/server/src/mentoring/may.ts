import { hostsOf } from '@latido/core';
import { EARNING } from '@latido/protocol';
import { personsById } from '../access/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { guestOf } from './guest-store.ts';
import type { EntryRow } from './lobby-store.ts';
import { entriesOf, entryOf } from './lobby-store.ts';
import type { Actor } from './ports.ts';
import type { SeatRow } from './seats.ts';
import { seatsOf } from './seats.ts';
import type { BookingRow } from './store.ts';
import { bookingById } from './store.ts';

/** A session, those who have or had a seat in it, and what the reader is in it. */
export interface SessionSeen {
  readonly booking: BookingRow;
  readonly seats: readonly SeatRow[];
  readonly role: 'mentor' | 'mentee' | 'staff';
  /** They came by its link, and have no seat. */
  readonly isGuest: boolean;
}

/**
 * A session, if somebody may see it (MENTOR-18).
 *
 * @throws booking.not_found also for those of others: nobody learns that they exist
 */
export async function sessionFor(
  db: DbOrTx,
  id: string,
  actor: Pick<Actor, 'personId' | 'roles'>,
): Promise<SessionSeen> {
  const booking = await bookingById(db, id);
  if (booking) {
    const seats = await seatsOf(db, [id]);
    const role = roleIn(booking, seats, actor);
    if (role) return { booking, seats, role, isGuest: false };
    if (await guestOf(db, id, actor.personId)) return await seenByGuest(db, booking, { seats, actor });
  }
  throw noSession(id);
}

/** A guest is as a mentee of this one session; who they are with, and about what, they learn as they are let in (MENTOR-33). */
async function seenByGuest(
  db: DbOrTx,
  booking: BookingRow,
  { seats, actor }: { seats: readonly SeatRow[]; actor: Pick<Actor, 'personId'> },
): Promise<SessionSeen> {
  const isIn = (await entryOf(db, booking.id, actor.personId))?.state === 'admitted';
  const role = { role: 'mentee', isGuest: true } as const;
  return isIn ? { booking, seats, ...role } : { booking: { ...booking, topic: null }, seats: [], ...role };
}

/** What somebody is in a session; null for who has nothing to do with it. */
export function roleIn(
  { mentorId }: Pick<BookingRow, 'mentorId'>,
  seats: readonly SeatRow[],
  actor: Pick<Actor, 'personId' | 'roles'>,
): SessionSeen['role'] | null {
  if (actor.personId === mentorId) return 'mentor';
  if (seats.some(({ personId }) => personId === actor.personId)) return 'mentee';
  return actor.roles.some((role) => role === 'admin' || role === 'manager') ? 'staff' : null;
}

/** The answer about a session that is not there, or not the asker's. */
export function noSession(id: string): Error {
  return problem('booking.not_found', `There is no session ${id.slice(0, 64)}, or it is not yours.`);
}

/** A session, everybody who ever asked to come in, and who its hosts are. */
export interface Hosted {
  readonly booking: BookingRow;
  readonly entries: readonly EntryRow[];
  readonly hosts: readonly string[];
}

/** For a host: the mentor, or whom the mentor made one (MENTOR-24). @throws booking.not_found */
export async function requireAnyHost(
  db: DbOrTx,
  booking: BookingRow | null,
  { actor, id }: { actor: Actor; id: string },
): Promise<Hosted> {
  if (!booking) throw noSession(id);
  const entries = await entriesOf(db, id);
  const hosts = hostsOf(booking.mentorId, entries);
  if (!hosts.includes(actor.personId)) throw noSession(id);
  return { booking, entries, hosts };
}

/** For the mentor. @throws booking.not_found */
export function requireHost(
  booking: BookingRow | null,
  actor: Actor,
  id: string,
): asserts booking is BookingRow {
  if (booking?.mentorId !== actor.personId) throw noSession(id);
}

/** @throws auth.forbidden for who earns nothing, and for keys */
export function requireMentor(actor: Actor): void {
  requirePerson(actor);
  if (!actor.roles.some((role) => EARNING.includes(role))) {
    throw problem('auth.forbidden', 'Hours and offerings are for mentors and models.');
  }
}

/** @throws auth.forbidden for API keys */
export function requirePerson({ via }: Actor): void {
  if (via === 'api_key') throw problem('auth.forbidden', 'An API key is nobody: sign in to have a session.');
}

/** Names of people; who is gone has none. */
export async function namesOf(db: DbOrTx, ids: readonly string[]): Promise<(id: string) => string> {
  const people = await personsById(db, ids);
  return (id) => people.get(id)?.name ?? '';
}
