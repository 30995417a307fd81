import { counted, isInTime } from '@latido/core';
import type { Clock, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Done } from './book.ts';
import { startRefused } from './book.ts';
import { busyOf, freeTime, lockTimeOf, takeTime } from './busy.ts';
import { noSession, roleIn } from './may.ts';
import { hoursOf } from './offers.ts';
import type { Actor } from './ports.ts';
import type { SeatRow } from './seats.ts';
import { leaveSeat, seatsOf } from './seats.ts';
import { settleSeat } from './settle-seats.ts';
import { faultOfStart } from '@latido/core';
import type { BookingRow } from './store.ts';
import { addEvent, changeBooking, lockBooking, moveBooking } from './store.ts';
import { tell } from './telling.ts';

interface Session {
  readonly booking: BookingRow;
  /** Those who sit. */
  readonly seats: readonly SeatRow[];
}

async function lockSession(tx: Tx, id: string, actor: Actor): Promise<Session> {
  const booking = await lockBooking(tx, id);
  const seats = booking ? await seatsOf(tx, [id]) : [];
  if (!booking || !roleIn(booking, seats, actor)) throw noSession(id);
  return { booking, seats: seats.filter(({ leftAt }) => leftAt === null) };
}

/**
 * Cancels a session, or gives a seat in it back where others have one, too. What was held is charged and given back as the offering
 * says. Cancelling what is cancelled changes nothing.
 *
 * @throws booking.not_found, booking.over
 */
export async function cancel(
  tx: Tx,
  actor: Actor,
  { id, reason, clock }: { id: string; reason: string | null; clock: Pick<Clock, 'now'> },
): Promise<Done> {
  const { booking, seats } = await lockSession(tx, id, actor);
  const people = [booking.mentorId, ...seats.map(({ personId }) => personId)];
  const done: Done = { bookingId: id, people, told: [] };
  if (booking.status === 'CANCELLED') return done;
  requireScheduled(booking, 'cancelled');
  const own = seats.find(({ personId }) => personId === actor.personId);
  // Staff cancel as the mentor does: nobody pays for it.
  const by = own ? 'mentee' : 'mentor';
  if (!own && booking.mentorId !== actor.personId && !isStaff(actor)) return done;
  const wholly = by === 'mentor' || seats.length === 1;
  const at = new Date(clock.now());
  const left = wholly ? seats : seats.filter((seat) => seat === own);
  const back = new Map<string, bigint>();
  for (const seat of left) {
    const outcome = { kind: 'cancelled', by, at: at.getTime() } as const;
    back.set(seat.personId, await settleSeat(tx, booking, { seat, outcome, at }));
    await leaveSeat(tx, { bookingId: id, personId: seat.personId, at });
  }
  await freeTime(tx, id, wholly ? undefined : actor.personId);
  const ended = { status: 'CANCELLED', endedAt: at, endedBy: actor.personId, reason } as const;
  await changeBooking(tx, id, wholly ? { ...ended, at } : { at });
  await addEvent(tx, id, {
    at,
    byId: actor.personId,
    type: wholly ? 'cancelled' : 'seat_left',
    payload: { reason },
  });
  const to = (wholly ? people : [booking.mentorId]).filter((personId) => personId !== actor.personId);
  const told: string[] = [];
  for (const recipient of to.toSorted()) {
    const payload = { name: actor.name, wholly, reason, back: Number(back.get(recipient) ?? 0n) };
    const key = `${actor.personId}:${at.getTime()}`;
    told.push(
      ...(await tell(tx, booking, {
        to: [recipient],
        key,
        said: { type: 'booking.cancelled', payload },
        clock,
      })),
    );
  }
  return { ...done, told };
}

/**
 * Gives a session another time; id, seats and coins stay (MENTOR-16). The mentor may choose any free time, a mentee who is alone in
 * it one that is offered, for as long as cancelling would be free.
 *
 * @throws booking.not_found, booking.over, booking.in_past, booking.taken, booking.not_offered, auth.forbidden
 */
export async function reschedule(
  tx: Tx,
  actor: Actor,
  { id, startsAt, clock }: { id: string; startsAt: number; clock: Pick<Clock, 'now'> },
): Promise<Done> {
  const { booking, seats } = await lockSession(tx, id, actor);
  const { mentorId } = booking;
  await lockTimeOf(tx, mentorId);
  requireScheduled(booking, 'moved');
  const at = new Date(clock.now());
  const isMentor = actor.personId === mentorId || isStaff(actor);
  if (!isMentor) requireMayMove(booking, seats, at.getTime());
  const lengthMs = booking.endsAt.getTime() - booking.startsAt.getTime();
  const hours = await hoursOf(tx, mentorId);
  const busy = await busyOf(tx, mentorId, id);
  const rules = hours ?? {
    timeZone: 'UTC',
    weekly: [],
    exceptions: [],
    noticeMs: 0,
    horizonMs: 0,
    bufferMs: 0,
  };
  const fault = faultOfStart({ rules, lengthMs, busy, startsAt, now: at.getTime() });
  if (fault && !(isMentor && fault === 'not_offered')) throw startRefused(fault);
  await freeTime(tx, id);
  const to = { startsAt: new Date(startsAt), endsAt: new Date(startsAt + lengthMs), at };
  if (!(await moveBooking(tx, id, to))) throw startRefused('taken');
  await takeTimes(tx, { booking, seats, startsAt, lengthMs, bufferMs: rules.bufferMs });
  const previousAt = booking.startsAt.toISOString();
  await addEvent(tx, id, { at, byId: actor.personId, type: 'moved', payload: { previousAt } });
  const people = [mentorId, ...seats.map(({ personId }) => personId)];
  const told = await tell(
    tx,
    { ...booking, startsAt: to.startsAt },
    {
      to: people.filter((personId) => personId !== actor.personId),
      key: String(booking.sequence + 1),
      said: { type: 'booking.moved', payload: { name: actor.name, previousAt } },
      clock,
    },
  );
  return { bookingId: id, people, told };
}

async function takeTimes(
  tx: Tx,
  {
    booking,
    seats,
    startsAt,
    lengthMs,
    bufferMs,
  }: Session & { startsAt: number; lengthMs: number; bufferMs: number },
): Promise<void> {
  const { id: bookingId, mentorId } = booking;
  const mine = [startsAt, startsAt + lengthMs + bufferMs] as const;
  if (!(await takeTime(tx, { bookingId, personId: mentorId, span: mine }))) throw startRefused('taken');
  for (const { personId } of seats) {
    const span = [startsAt, startsAt + lengthMs] as const;
    if (await takeTime(tx, { bookingId, personId, span })) continue;
    throw problem('booking.taken', 'Somebody of this session has another one at that time.');
  }
}

function requireMayMove(booking: BookingRow, seats: readonly SeatRow[], at: number): void {
  const { freeUntilHours, thenBack } = booking;
  const terms = { startsAt: booking.startsAt.getTime(), cancellation: { freeUntilHours, thenBack } };
  if (seats.length > 1) throw problem('auth.forbidden', 'Others have a seat, too: only the mentor moves it.');
  if (isInTime(terms, at)) return;
  throw problem(
    'auth.forbidden',
    `Less than ${counted(freeUntilHours, ['hour', 'hours'])} before, only the mentor moves it. Ask them, or cancel.`,
  );
}

function requireScheduled({ status }: BookingRow, what: string): void {
  if (status === 'SCHEDULED') return;
  const why = status === 'IN_PROGRESS' ? 'it has begun; its host can end it' : `it is ${status}`;
  throw problem('booking.over', `This session cannot be ${what}: ${why}.`);
}

function isStaff({ roles }: Actor): boolean {
  return roles.some((role) => role === 'admin' || role === 'manager');
}
