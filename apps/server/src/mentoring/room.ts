import { handsInOrder, hostsOf, isCommanded, personOfIdentity } from '@latido/core';
import type { SessionRoom } from '@latido/protocol';
import { findOpenCall } from '../calls/index.ts';
import type { Clock, DbOrTx, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { handsOf, writeHand, writeHost, writeLock, writeLowered } from './host-store.ts';
import { entriesOf } from './lobby-store.ts';
import { notAdmitted } from './lobby.ts';
import type { Hosted } from './may.ts';
import { namesOf, noSession, requireHost, roleIn } from './may.ts';
import type { Actor, MentoringDeps } from './ports.ts';
import { seatsOf } from './seats.ts';
import { notStarted, over, roomOfSession } from './start.ts';
import type { BookingRow } from './store.ts';
import { addEvent, bookingById, lockBooking } from './store.ts';

interface Of {
  readonly id: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Who asks about which session. */
interface Asked {
  readonly actor: Actor;
  readonly id: string;
}

/**
 * A session that goes on, for who is within: a host, or whom a host has let in.
 *
 * @throws booking.not_found, booking.not_started, booking.over, lobby.not_admitted
 */
async function within(db: DbOrTx, booking: BookingRow | null, { actor, id }: Asked): Promise<Hosted> {
  if (!booking) throw noSession(id);
  const entries = await entriesOf(db, id);
  const own = entries.find(({ personId }) => personId === actor.personId);
  if (!own && roleIn(booking, await seatsOf(db, [id]), actor) === null) throw noSession(id);
  if (booking.status === 'SCHEDULED') throw notStarted(booking);
  if (booking.status !== 'IN_PROGRESS') throw over(booking);
  const hosts = hostsOf(booking.mentorId, entries);
  if (!hosts.includes(actor.personId) && own?.state !== 'admitted') throw notAdmitted();
  return { booking, entries, hosts };
}

/** The same for a host alone. @throws booking.not_found for everybody else */
async function withinAsHost(db: DbOrTx, booking: BookingRow | null, asked: Asked): Promise<Hosted> {
  const found = await within(db, booking, asked);
  if (!found.hosts.includes(asked.actor.personId)) throw noSession(asked.id);
  return found;
}

/** The room as everybody within sees it. @throws as {@link within} */
export async function roomFor(db: DbOrTx, actor: Actor, { id, clock }: Of): Promise<SessionRoom> {
  return await shown(db, await within(db, await bookingById(db, id), { actor, id }), clock);
}

/** The room as it is now, for whoever is told of it. */
export async function roomAsItIs(db: DbOrTx, { id, clock }: Of): Promise<SessionRoom | null> {
  const booking = await bookingById(db, id);
  if (!booking) return null;
  const entries = await entriesOf(db, id);
  return await shown(db, { booking, entries, hosts: hostsOf(booking.mentorId, entries) }, clock);
}

async function shown(
  db: DbOrTx,
  { booking, entries, hosts }: Hosted,
  clock: Pick<Clock, 'now'>,
): Promise<SessionRoom> {
  const admitted = entries.filter(({ state }) => state === 'admitted').map(({ personId }) => personId);
  const inside = [booking.mentorId, ...admitted];
  const nameOf = await namesOf(db, inside);
  const hands = handsInOrder(await handsOf(db, booking.id), new Set(inside));
  return {
    isLocked: booking.lockedAt !== null,
    hosts: hosts.map((personId) => ({ personId, name: nameOf(personId) })),
    hands: hands.map(({ personId, position, raisedAt }) => ({
      personId,
      name: nameOf(personId),
      position,
      raisedAt: raisedAt.toISOString(),
    })),
    serverAt: new Date(clock.now()).toISOString(),
  };
}

/** A host locks the room, or opens it again. Doing it twice is once (MENTOR-25). @throws as {@link withinAsHost} */
export async function setLock(
  tx: Tx,
  actor: Actor,
  { id, isLocked, clock }: Of & { isLocked: boolean },
): Promise<void> {
  await withinAsHost(tx, await lockBooking(tx, id), { actor, id });
  const at = new Date(clock.now());
  if (await writeLock(tx, id, isLocked ? at : null))
    await addEvent(tx, id, { at, byId: actor.personId, type: isLocked ? 'locked' : 'unlocked' });
}

/**
 * The mentor makes somebody who is let in a host, or no longer one (MENTOR-24).
 *
 * @throws booking.not_found, booking.not_started, booking.over, person.not_found
 */
export async function setHost(
  tx: Tx,
  actor: Actor,
  { id, personId, isHost, clock }: Of & { personId: string; isHost: boolean },
): Promise<void> {
  const booking = await lockBooking(tx, id);
  requireHost(booking, actor, id);
  const { entries } = await within(tx, booking, { actor, id });
  const entry = entries.find((each) => each.personId === personId && each.state === 'admitted');
  if (!entry) throw notWithin(personId);
  const at = new Date(clock.now());
  if (await writeHost(tx, { entryId: entry.id, isHost }))
    await addEvent(tx, id, {
      at,
      byId: actor.personId,
      type: isHost ? 'host_made' : 'host_unmade',
      payload: { personId },
    });
}

/** Somebody within raises their hand; one that is up keeps its place (MENTOR-27). @throws as {@link within} */
export async function raiseHand(tx: Tx, actor: Actor, { id, clock }: Of): Promise<void> {
  await within(tx, await lockBooking(tx, id), { actor, id });
  await writeHand(tx, { bookingId: id, personId: actor.personId, at: new Date(clock.now()) });
}

/** A hand goes down: one's own, or as a host anybody's, or everybody's (null). @throws as {@link withinAsHost} */
export async function lowerHand(
  tx: Tx,
  actor: Actor,
  { id, personId, clock }: Of & { personId: string | null },
): Promise<void> {
  const booking = await lockBooking(tx, id);
  if (personId === actor.personId) await within(tx, booking, { actor, id });
  else await withinAsHost(tx, booking, { actor, id });
  await writeLowered(tx, { bookingId: id, personId, byId: actor.personId, at: new Date(clock.now()) });
}

/** What a host turns off for others, and whose: of one, or of everybody but themselves (null). */
export interface TurnOff {
  readonly id: string;
  readonly source: 'microphone' | 'camera';
  readonly personId: string | null;
}

/**
 * A host turns microphones or cameras off; whose they are may turn them on again (MENTOR-26). Commanded at once or not at all: what
 * came late would silence who speaks by then. Gives whose they were.
 *
 * @throws booking.not_found, booking.not_started, booking.over, person.not_found, livekit.unavailable
 */
export async function turnOff(
  { db, rooms }: Pick<MentoringDeps, 'db' | 'rooms'>,
  actor: Actor,
  { id, source, personId }: TurnOff,
): Promise<string[]> {
  await withinAsHost(db, await bookingById(db, id), { actor, id });
  const call = await findOpenCall(db, roomOfSession(id));
  const isMeant = (identity: string): boolean =>
    isCommanded(personOfIdentity(identity), { byId: actor.personId, personId });
  const meant = call ? await rooms.turnOff(call.livekitRoom, { source, isMeant }) : [];
  if (personId !== null && meant.length === 0) throw notWithin(personId);
  return [...new Set(meant.flatMap((identity) => personOfIdentity(identity) ?? []))];
}

function notWithin(personId: string): Error {
  return problem('person.not_found', `${personId.slice(0, 64)} is not in the room.`);
}
