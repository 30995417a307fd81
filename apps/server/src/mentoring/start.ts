import { SESSION_ROOM } from '@latido/protocol';
import { faultOfStarting, NO_SHOW_AFTER_MS, START_FROM_MS } from '@latido/core';
import { addPerson, createCall } from '../calls/index.ts';
import { startPaidCallIn } from '../metering/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Done } from './book.ts';
import { admittedTo } from './lobby-store.ts';
import { requireHost } from './may.ts';
import type { Actor } from './ports.ts';
import { seatsOf } from './seats.ts';
import type { BookingRow } from './store.ts';
import { addEvent, changeBooking, lockBooking } from './store.ts';
import { tell } from './telling.ts';

/** What people call the room of a session. */
export function roomOfSession(bookingId: string): string {
  return `${SESSION_ROOM}${bookingId}`;
}

/** Whose session a room is, by its name; null for other rooms. */
export function sessionOfRoom(roomName: string): string | null {
  return /^session-(booking_[0-9a-z]+)$/.exec(roomName)?.[1] ?? null;
}

/**
 * Begins a session: its call is made, its mentees are told. Beginning it again changes nothing (MENTOR-6).
 *
 * @throws booking.not_found, booking.too_early, booking.over
 */
export async function start(
  tx: Tx,
  actor: Actor,
  { id, clock }: { id: string; clock: Pick<Clock, 'now'> },
): Promise<Done> {
  const booking = await lockBooking(tx, id);
  requireHost(booking, actor, id);
  const seats = (await seatsOf(tx, [id])).filter(({ leftAt }) => leftAt === null);
  const people = [booking.mentorId, ...seats.map(({ personId }) => personId)];
  const done = { bookingId: id, people, told: [] };
  const now = clock.now();
  const fault = faultOfStarting(
    { ...booking, startsAt: booking.startsAt.getTime(), endsAt: booking.endsAt.getTime() },
    now,
  );
  if (fault === 'too_early') throw tooEarly(booking);
  if (fault === 'over') throw over(booking);
  if (booking.status === 'IN_PROGRESS') return done;
  const at = new Date(now);
  const callId = await callOfSession(tx, { booking, clock });
  await changeBooking(tx, id, { status: 'IN_PROGRESS', startedAt: at, callId, at });
  await addEvent(tx, id, { at, byId: actor.personId, type: 'started' });
  const told = await tell(tx, booking, {
    to: people.slice(1),
    key: 'once',
    said: { type: 'booking.started', payload: { name: actor.name } },
    clock,
  });
  return { ...done, told };
}

/** Whether it is a paid call like any other; with more seats it is a group, where each who pays has a meter. */
export function isForTwo({ priceKind, seats }: Pick<BookingRow, 'priceKind' | 'seats'>): boolean {
  return priceKind === 'per_minute' && seats === 1;
}

/**
 * The call that goes on in a session's room, with its host and whom they let in; made anew where everybody had left and
 * somebody comes back. The booking is locked.
 */
export async function callOfSession(
  tx: Tx,
  { booking, clock }: { booking: BookingRow; clock: Pick<Clock, 'now'> },
): Promise<string> {
  const roomName = roomOfSession(booking.id);
  const { mentorId, planId } = booking;
  const admitted = await admittedTo(tx, booking.id);
  if (isForTwo(booking)) {
    const order = { roomName, earnerId: mentorId, planId: planId ?? undefined, openedBy: mentorId };
    const [payerId] = admitted;
    return (await startPaidCallIn(tx, clock, { ...order, payerId })).callId;
  }
  const call = await createCall(tx, {
    roomName,
    kind: 'mentoring',
    people: [{ personId: mentorId, role: 'host' }],
    createdBy: mentorId,
    createdAt: new Date(clock.now()),
  });
  for (const personId of admitted) await addPerson(tx, call.id, { personId, role: 'guest' });
  return call.id;
}

/** The answer to who would come in before it has begun. */
export function notStarted({ startsAt }: BookingRow): Error {
  const at = startsAt.toISOString();
  return problem('booking.not_started', `This session has not begun. It is to begin at ${at}.`, {
    startsAt: at,
  });
}

/** The answer to who comes before the time. */
function tooEarly({ startsAt }: BookingRow): Error {
  const from = new Date(startsAt.getTime() - START_FROM_MS).toISOString();
  return problem('booking.too_early', `It can be started from ${from} on, 15 minutes before its time.`, {
    startFrom: from,
  });
}

/** The answer about what is over, or was never begun. */
export function over({ status, startsAt }: BookingRow): Error {
  const until = new Date(startsAt.getTime() + NO_SHOW_AFTER_MS).toISOString();
  const why = status === 'SCHEDULED' ? `it could be started until ${until}` : `it is ${status}`;
  return problem('booking.over', `This session is over: ${why}.`, { status });
}
