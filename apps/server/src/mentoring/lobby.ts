import { faultOfAsking, GONE_AFTER_MS, isSignTooLate, lobbyOrder, waitingAs, waitsSince } from '@latido/core';
import type { Lobby, LobbyPlace } from '@latido/protocol';
import { refuseBlocked } from '../access/index.ts';
import { addPerson, findOpenCall, removePerson } from '../calls/index.ts';
import type { Clock, DbOrTx, Tx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { guestOf } from './guest-store.ts';
import { guestIdsOf, requireRoom } from './guest-room.ts';
import { writeLowered } from './host-store.ts';
import type { EntryRow } from './lobby-store.ts';
import {
  entriesOf,
  entryOf,
  instantsOf,
  lastWord,
  writeBeat,
  writeDecision,
  writeWaiting,
} from './lobby-store.ts';
import { namesOf, noSession, requireAnyHost, roleIn } from './may.ts';
import type { Actor } from './ports.ts';
import { seatsOf } from './seats.ts';
import { callOfSession, isForTwo, notStarted, over, roomOfSession } from './start.ts';
import type { BookingRow } from './store.ts';
import { lockBooking } from './store.ts';
import { tell } from './telling.ts';

interface At {
  readonly clock: Pick<Clock, 'now'>;
}

/** What is left to be said after the commit, of one who waits. */
export interface LobbyDone {
  readonly booking: BookingRow;
  readonly personId: string;
  readonly told: readonly string[];
  /** They were in, and are not any more: what they may hear is another thing now. */
  readonly isOut?: boolean;
}

/**
 * Somebody asks to come in; the host is told, once for each time of asking. Whoever is let in already stays so, and who is
 * back soon keeps their place (MENTOR-12).
 *
 * @throws booking.not_found, booking.over, lobby.refused, lobby.locked, person.blocked
 */
export async function ask(tx: Tx, actor: Actor, { id, clock }: At & { id: string }): Promise<LobbyDone> {
  const booking = await lockBooking(tx, id);
  if (!booking) throw noSession(id);
  const isBooked =
    roleIn(
      booking,
      (await seatsOf(tx, [id])).filter(({ leftAt }) => leftAt === null),
      actor,
    ) === 'mentee';
  const guest = isBooked ? null : await guestOf(tx, id, actor.personId);
  // Whoever has the address of a free session may ask; where somebody pays, those who have booked. A guest, where their link led to.
  if (!isBooked && !guest && (actor.isGuest || booking.priceKind !== 'free')) throw noSession(id);
  if (booking.mentorId === actor.personId) throw problem('request.invalid', 'You are its host: come in.');
  if (booking.status !== 'SCHEDULED' && booking.status !== 'IN_PROGRESS') throw over(booking);
  await refuseBlocked(tx, [booking.mentorId, actor.personId]);
  const before = await entryOf(tx, id, actor.personId);
  const done: LobbyDone = { booking, personId: actor.personId, told: [] };
  if (before?.state === 'admitted') return done;
  const fault = faultOfAsking({ isLocked: booking.lockedAt !== null }, before);
  if (fault === 'refused')
    throw problem('lobby.refused', 'The host does not let you in. They can change that.');
  if (fault === 'locked')
    throw problem('lobby.locked', 'The host has locked this session: nobody new comes in now.');
  const now = clock.now();
  if (guest && before?.state !== 'waiting')
    await requireRoom(tx, booking, { linkAt: guest.linkAt.getTime(), now, isNamed: true });
  const since = waitsSince(before && instantsOf(before), now);
  const entryId = before?.id ?? newId('entry');
  const entry = { id: entryId, bookingId: id, personId: actor.personId, askedAt: new Date(since) };
  await writeWaiting(tx, { ...entry, at: new Date(now) });
  const said = { type: 'lobby.waiting', payload: { name: actor.name, entryId } } as const;
  const told = await tell(tx, booking, { to: [booking.mentorId], key: `${entryId}:${since}`, said, clock });
  return { ...done, told };
}

/** The sign of a page that waits; too late it is none (MENTOR-12). @throws lobby.not_found */
export async function beat(
  db: DbOrTx,
  actor: Actor,
  { id, entryId, clock }: At & { id: string; entryId: string },
): Promise<void> {
  const entry = await entryOf(db, id, actor.personId);
  if (entry?.id !== entryId) throw noEntry(entryId);
  const now = clock.now();
  // A page that wakes after an hour has no place any more: it asks anew.
  if (!isSignTooLate(instantsOf(entry), now)) await writeBeat(db, entryId, new Date(now));
}

/** Somebody waits no more, by their own will. */
export async function leaveLobby(
  tx: Tx,
  actor: Actor,
  { id, clock }: At & { id: string },
): Promise<LobbyDone> {
  const booking = await lockBooking(tx, id);
  const entry = await entryOf(tx, id, actor.personId);
  if (!booking || !entry) throw noSession(id);
  if (entry.state === 'waiting') {
    const at = new Date(clock.now());
    const decision = { id: entry.id, state: 'left', byId: actor.personId, sentence: null } as const;
    await writeDecision(tx, { ...decision, since: entry.askedAt, at });
  }
  return { booking, personId: actor.personId, told: [] };
}

/** What the host decides about one who asks. */
export type Decision = 'admitted' | 'denied' | 'removed';

/**
 * The host lets somebody in, denies it, or takes them out again: a removed person is a stranger to the call, whatever token
 * they have (CALL-29). Deciding the same twice is once.
 *
 * @throws booking.not_found, booking.not_started, booking.over, lobby.not_found
 */
export async function decide(
  tx: Tx,
  actor: Actor,
  of: At & { id: string; entryId: string; decision: Decision; sentence: string | null },
): Promise<LobbyDone> {
  const { id, entryId, decision, sentence, clock } = of;
  const { booking, entries } = await requireAnyHost(tx, await lockBooking(tx, id), { actor, id });
  const entry = entries.find((each) => each.id === entryId);
  if (!entry) throw noEntry(entryId);
  const done: LobbyDone = { booking, personId: entry.personId, told: [] };
  if (entry.state === decision) return done;
  if (decision === 'admitted') await letIn(tx, { booking, entry, clock });
  const at = new Date(clock.now());
  const isOut = decision !== 'admitted' && entry.state === 'admitted';
  if (isOut) await takeOut(tx, { booking, entry, at, byId: actor.personId });
  const since = entry.state === 'waiting' ? entry.askedAt : null;
  await writeDecision(tx, { id: entryId, state: decision, byId: actor.personId, sentence, since, at });
  const said = { type: 'lobby.decided', payload: { decision, sentence } } as const;
  const told = await tell(tx, booking, {
    to: [entry.personId],
    key: `${entryId}:${at.getTime()}`,
    said,
    clock,
  });
  return { ...done, told, isOut };
}

async function letIn(
  tx: Tx,
  { booking, entry, clock }: At & { booking: BookingRow; entry: EntryRow },
): Promise<void> {
  if (booking.status === 'SCHEDULED') throw notStarted(booking);
  if (booking.status !== 'IN_PROGRESS') throw over(booking);
  const callId = await callOfSession(tx, { booking, clock });
  const role = isForTwo(booking) ? 'payer' : 'guest';
  // The meter of one who pays begins as they ask for a token: only then there is something to hold.
  await addPerson(tx, callId, { personId: entry.personId, role });
}

/** Out of the call, with the hand down. */
export async function takeOut(
  tx: Tx,
  { booking, entry, at, byId }: { booking: BookingRow; entry: EntryRow; at: Date; byId: string },
): Promise<void> {
  const call = await findOpenCall(tx, roomOfSession(booking.id));
  if (call) await removePerson(tx, { callId: call.id, personId: entry.personId, at });
  await writeLowered(tx, { bookingId: booking.id, personId: entry.personId, byId, at });
}

/** The answer to who was not let in. */
export function notAdmitted(): Error {
  return problem('lobby.not_admitted', 'Ask to come in, and wait until the host lets you in.');
}

/** The answer about somebody who never asked. */
export function noEntry(entryId: string): Error {
  return problem('lobby.not_found', `Nobody waits under the id ${entryId.slice(0, 64)}.`);
}

/** Where somebody stands who asked; null when they never did. */
export async function placeOf(
  db: DbOrTx,
  booking: BookingRow,
  { personId, now }: { personId: string; now: number },
): Promise<LobbyPlace | null> {
  const entries = await entriesOf(db, booking.id);
  const own = entries.find((each) => each.personId === personId);
  if (!own) return null;
  const order = lobbyOrder(
    entries.map((each) => ({ ...each, ...instantsOf(each) })),
    now,
  );
  const seen = waitingAs(instantsOf(own), now);
  const isWaiting = own.state === 'waiting' && seen !== 'gone';
  const word = isWaiting ? await lastWord(db, booking.id, own) : null;
  const byName = word === null ? '' : (await namesOf(db, [word.byId]))(word.byId);
  return {
    entryId: own.id,
    state: own.state === 'waiting' ? (seen === 'gone' ? 'left' : seen) : own.state,
    position: order.find((each) => each.id === own.id)?.position ?? null,
    waitingMs: Number(own.waitedMs) + (own.state === 'waiting' ? now - own.askedAt.getTime() : 0),
    deadlineAt: isWaiting ? new Date(own.beatAt.getTime() + GONE_AFTER_MS).toISOString() : null,
    sentence: own.sentence,
    message: word && { text: word.text, byName, at: word.at.toISOString() },
    status: booking.status,
    serverAt: new Date(now).toISOString(),
  };
}

type Base = Pick<EntryRow, 'id' | 'personId' | 'waitedMs'> & { readonly beatAt: Date | number };

/** The lobby as its host sees it: who waits, in the order of asking; then whom they let in or removed. */
export async function lobbyOf(db: DbOrTx, booking: BookingRow, now: number): Promise<Lobby> {
  const entries = await entriesOf(db, booking.id);
  const seats = await seatsOf(db, [booking.id]);
  const visitors = await guestIdsOf(db, booking.id);
  const word = await lastWord(db, booking.id, null);
  const people = entries.map(({ personId }) => personId);
  const nameOf = await namesOf(db, word === null ? people : [...people, word.byId]);
  const waiting = lobbyOrder(
    entries.map((each) => ({ ...each, ...instantsOf(each) })),
    now,
  );
  const decided = entries.filter(
    ({ state }) => state === 'admitted' || state === 'removed' || state === 'denied',
  );
  const base = ({ id, personId, waitedMs, beatAt }: Base) => ({
    entryId: id,
    personId,
    name: nameOf(personId),
    waitingMs: Number(waitedMs),
    isBooked: seats.some((seat) => seat.personId === personId && seat.leftAt === null),
    isGuest: visitors.has(personId),
    lastSignAt: new Date(beatAt).toISOString(),
  });
  const items: Lobby['items'] = [
    ...waiting.map((each) => ({
      ...base(each),
      position: each.position,
      waitingMs: Number(each.waitedMs) + now - each.askedAt,
      state: each.isAway ? ('away' as const) : ('waiting' as const),
    })),
    ...decided.map((each) => ({ ...base(each), position: null, state: each.state })),
  ];
  const to = entries.find(({ id }) => id === word?.entryId);
  const written = word && {
    text: word.text,
    to: to ? nameOf(to.personId) : null,
    byName: nameOf(word.byId),
    at: word.at.toISOString(),
  };
  return { items, written, serverAt: new Date(now).toISOString() };
}
