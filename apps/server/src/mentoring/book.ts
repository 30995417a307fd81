import type { StartFault } from '@latido/core';
import { COINS, counted, faultOfStart } from '@latido/core';
import type { ErrorCode } from '@latido/protocol';
import { refuseBlocked } from '../access/index.ts';
import { reserve } from '../ledger/index.ts';
import { planFor } from '../metering/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';
import { busyOf, lockTimeOf, takeTime } from './busy.ts';
import type { OfferingRow } from './offers.ts';
import { hoursOf, offeringById } from './offers.ts';
import type { Actor } from './ports.ts';
import { seatsOf, takeSeat } from './seats.ts';
import type { BookingRow } from './store.ts';
import { addEvent, bookingById, insertBooking, lockSessionAt } from './store.ts';
import { tell } from './telling.ts';

/** What is booked, by whom. */
export interface Wanted {
  readonly offeringId: string;
  readonly startsAt: number;
  readonly topic: string | null;
}

/** What a change of a session leaves to be said after the commit. */
export interface Done {
  readonly bookingId: string;
  readonly people: readonly string[];
  readonly told: readonly string[];
}

/**
 * Books a session, or a seat in the one that others have booked: times, seat and coins, all or nothing (MENTOR-14, MENTOR-15).
 *
 * @throws offering.not_found, booking.in_past, booking.taken, booking.not_offered, balance.insufficient, person.blocked
 */
export async function book(
  tx: Tx,
  actor: Actor,
  { wanted, clock }: { wanted: Wanted; clock: Pick<Clock, 'now'> },
): Promise<Done> {
  const offering = await offeringById(tx, wanted.offeringId);
  if (!offering) throw noOffering(wanted.offeringId);
  const { mentorId } = offering;
  if (mentorId === actor.personId) throw problem('request.invalid', 'Book somebody else: this is you.');
  await refuseBlocked(tx, [mentorId, actor.personId]);
  await lockTimeOf(tx, mentorId);
  const at = new Date(clock.now());
  const startsAt = new Date(wanted.startsAt);
  if (startsAt <= at) throw startRefused('in_past');
  const open = await lockSessionAt(tx, { offeringId: offering.id, startsAt });
  const booking = open ?? (await openSession(tx, offering, { wanted, at }));
  await sitDown(tx, booking, { personId: actor.personId, at });
  const people = (await seatsOf(tx, [booking.id])).map(({ personId }) => personId);
  await addEvent(tx, booking.id, { at, byId: actor.personId, type: 'booked' });
  const told = await tell(tx, booking, {
    to: [mentorId],
    key: `${actor.personId}:${at.getTime()}`,
    said: { type: 'booking.made', payload: { name: actor.name } },
    clock,
  });
  return { bookingId: booking.id, people: [mentorId, ...people], told };
}

/** Nobody has this time yet: the session is made, and the mentor's time taken. */
async function openSession(
  tx: Tx,
  offering: OfferingRow,
  { wanted, at }: { wanted: Wanted; at: Date },
): Promise<BookingRow> {
  const { mentorId, minutes, id: offeringId } = offering;
  const lengthMs = minutes * 60_000;
  const hours = await hoursOf(tx, mentorId);
  if (!hours) throw startRefused('not_offered');
  const busy = await busyOf(tx, mentorId);
  const fault = faultOfStart({
    rules: hours,
    lengthMs,
    busy,
    startsAt: wanted.startsAt,
    now: at.getTime(),
  });
  if (fault) throw startRefused(fault);
  const id = newId('booking');
  const isNew = await insertBooking(tx, {
    ...offering,
    id,
    offeringId,
    topic: wanted.topic,
    startsAt: new Date(wanted.startsAt),
    endsAt: new Date(wanted.startsAt + lengthMs),
    timeZone: hours.timeZone,
    share: await shareOf(tx, offering),
    agreedAt: at,
  });
  const span = [wanted.startsAt, wanted.startsAt + lengthMs + hours.bufferMs] as const;
  if (!isNew || !(await takeTime(tx, { bookingId: id, personId: mentorId, span })))
    throw startRefused('taken');
  const made = await bookingById(tx, id);
  if (!made) throw new Error(`the booking ${id} was not written`);
  return made;
}

/** What of a fixed price is the mentor's, as their plan shares it. */
async function shareOf(tx: Tx, { coins, mentorId }: OfferingRow): Promise<bigint | null> {
  if (coins === null) return null;
  const { earnerShareBp } = await planFor(tx, { name: undefined, earnerId: mentorId });
  return (coins * BigInt(earnerShareBp)) / 10_000n;
}

/** A mentee's time, seat and coins. */
async function sitDown(
  tx: Tx,
  booking: BookingRow,
  { personId, at }: { personId: string; at: Date },
): Promise<void> {
  const { id: bookingId, coins, mentorId, seats } = booking;
  const had = (await seatsOf(tx, [bookingId])).find((seat) => seat.personId === personId);
  if (had && had.leftAt === null) throw problem('booking.taken', 'You have a seat in this session already.');
  const span = [booking.startsAt.getTime(), booking.endsAt.getTime()] as const;
  if (!(await takeTime(tx, { bookingId, personId, span }))) {
    throw problem('booking.taken', 'You have another session at that time.');
  }
  const reservationId = coins === null ? null : newId('meter');
  if (!(await takeSeat(tx, { bookingId, seats, personId, reservationId, coins, at }))) {
    throw problem('booking.taken', 'The last seat was taken a moment ago. Choose another time.');
  }
  if (coins === null || reservationId === null) return;
  const of = { id: reservationId, payerId: personId, earnerId: mentorId, coins, at };
  const { isHeld, available } = await reserve(tx, of);
  if (isHeld) return;
  const missing = coins - available;
  const detail = `This session needs ${counted(coins, COINS.en)}; you have ${available}. Top up ${missing}.`;
  const figures = { required: Number(coins), available: Number(available), missing: Number(missing) };
  throw problem('balance.insufficient', detail, { ...figures, currency: 'COIN' });
}

const REFUSED: Readonly<Record<StartFault, [ErrorCode, string]>> = {
  in_past: ['booking.in_past', 'This time is over. Choose one that lies ahead.'],
  taken: ['booking.taken', 'This time is taken, wholly or in part. Choose another one.'],
  not_offered: [
    'booking.not_offered',
    'This time is not among the mentor’s hours, or too soon, or too far ahead. Ask for the slots.',
  ],
};

/** The answer to a start that cannot be. */
export function startRefused(fault: StartFault): Error {
  return problem(...REFUSED[fault]);
}

/** The answer about an offering that is not there. */
export function noOffering(id: string): Error {
  return problem(
    'offering.not_found',
    `There is no offering ${id.slice(0, 64)}, or it is not made any more.`,
  );
}
