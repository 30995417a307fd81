import { calendarFile, NO_SHOW_AFTER_MS, START_FROM_MS } from '@latido/core';
import type { Booking, Offering } from '@latido/protocol';
import type { DbOrTx } from '../platform/index.ts';
import type { SessionSeen } from './may.ts';
import { namesOf } from './may.ts';
import type { OfferingRow } from './offers.ts';
import { roomOfSession } from './start.ts';

type Priced = Pick<OfferingRow, 'priceKind' | 'coins' | 'planId' | 'freeUntilHours' | 'thenBack'>;

function priceOf({ priceKind: kind, coins, planId }: Priced): Booking['price'] {
  return {
    kind,
    ...(coins === null ? {} : { coins: Number(coins) }),
    ...(planId === null ? {} : { planId }),
  };
}

/** An offering, as everybody sees it. */
export function offeringOnWire(row: OfferingRow, mentorName: string): Offering {
  const { id, title, minutes, seats, freeUntilHours, thenBack, mentorId: personId } = row;
  const mentor = { personId, name: mentorName };
  return {
    id,
    mentor,
    title,
    minutes,
    seats,
    price: priceOf(row),
    cancellation: { freeUntilHours, thenBack },
  };
}

/** Sessions, as one of their people sees them. */
export async function bookingsOnWire(
  db: DbOrTx,
  seen: readonly SessionSeen[],
  { readerId, now }: { readerId: string; now: number },
): Promise<Booking[]> {
  const ids = seen.flatMap(({ booking, seats }) => [
    booking.mentorId,
    ...seats.map(({ personId }) => personId),
  ]);
  const nameOf = await namesOf(db, ids);
  return seen.map((session) => oneOnWire(session, { readerId, now, nameOf }));
}

function oneOnWire(
  { booking, seats, role, isGuest }: SessionSeen,
  { readerId, now, nameOf }: { readerId: string; now: number; nameOf: (id: string) => string },
): Booking {
  const { id, status, offeringId, title, topic, timeZone, startsAt, endsAt, freeUntilHours, thenBack } =
    booking;
  const at = (instant: Date | null) => instant?.toISOString() ?? null;
  const around = (ms: number) => new Date(startsAt.getTime() + ms).toISOString();
  const person = (personId: string) => ({ personId, name: nameOf(personId) });
  const own = seats.find(({ personId }) => personId === readerId);
  const sitting = seats.filter(({ leftAt }) => leftAt === null || status === 'CANCELLED');
  return {
    id,
    status,
    videoRoomName: roomOfSession(id),
    role,
    isGuest,
    offeringId,
    title,
    topic,
    startsAt: startsAt.toISOString(),
    endsAt: endsAt.toISOString(),
    timeZone,
    mentor: person(booking.mentorId),
    mentees: sitting.map(({ personId }) => person(personId)),
    seats: booking.seats,
    price: priceOf(booking),
    cancellation: { freeUntilHours, thenBack },
    charged: own?.charged == null ? null : Number(own.charged),
    startFrom: around(-START_FROM_MS),
    startUntil: around(NO_SHOW_AFTER_MS),
    startedAt: at(booking.startedAt),
    endedAt: at(booking.endedAt),
    endedBy: booking.endedBy,
    reason: booking.reason,
    callId: booking.callId,
    serverAt: new Date(now).toISOString(),
  };
}

/** A session as a calendar file, whose links lead to `origin`. */
export async function bookingAsCalendar(
  db: DbOrTx,
  { booking, seats }: SessionSeen,
  { readerId, origin }: { readerId: string; origin: string },
): Promise<string> {
  const isOff = booking.status === 'CANCELLED' || booking.status === 'NO_SHOW';
  const own = seats.find(({ personId }) => personId === readerId);
  // Who gave their seat back has it in their calendar still: for them it is off.
  const hasLeft = own !== undefined && own.leftAt !== null;
  const sitting = hasLeft
    ? [own]
    : seats.filter(({ leftAt }) => leftAt === null || booking.status === 'CANCELLED');
  const ids = [booking.mentorId, ...sitting.map(({ personId }) => personId)];
  const nameOf = await namesOf(db, ids);
  const person = (id: string) => ({ id, name: nameOf(id) });
  return calendarFile({
    uid: `${booking.id}@latido`,
    sequence: booking.sequence,
    isCancelled: isOff || hasLeft,
    startsAt: booking.startsAt.getTime(),
    endsAt: booking.endsAt.getTime(),
    changedAt: booking.changedAt.getTime(),
    title: booking.title,
    description: booking.topic ?? '',
    url: `${origin}/dashboard/sessions/${booking.id}`,
    organizer: person(booking.mentorId),
    attendees: ids.slice(1).map(person),
  });
}
