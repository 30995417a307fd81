import { isDeserted, isNoShow } from '@latido/core';
import type { Appointment, SeatOutcome } from '@latido/core';
import type { CallRow } from '../calls/index.ts';
import { findOpenCall, latestCallOfRoom } from '../calls/index.ts';
import type { Clock, DbOrTx, Tx } from '../platform/index.ts';
import type { Done } from './book.ts';
import { freeTime } from './busy.ts';
import { recordOf } from './came.ts';
import { namesOf, requireHost } from './may.ts';
import type { Actor } from './ports.ts';
import { seatsOf } from './seats.ts';
import { settleSeat } from './settle-seats.ts';
import { notStarted, over, roomOfSession } from './start.ts';
import type { BookingRow } from './store.ts';
import { addEvent, changeBooking, lockBooking } from './store.ts';
import { tell } from './telling.ts';

interface At {
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The host ends a session for all. Ending it again changes nothing. Gives the call that has to end with it, too.
 *
 * @throws booking.not_found, booking.not_started, booking.over
 */
export async function end(
  tx: Tx,
  actor: Actor,
  { id, clock }: At & { id: string },
): Promise<Done & { call: CallRow | null }> {
  const booking = await lockBooking(tx, id);
  requireHost(booking, actor, id);
  if (booking.status === 'COMPLETED') return { bookingId: id, people: [], told: [], call: null };
  // What nobody began in time is over before the clock has said so.
  const isAhead = booking.status === 'SCHEDULED' && !isNoShow(appointmentOf(booking), clock.now());
  if (isAhead) throw notStarted(booking);
  if (booking.status !== 'IN_PROGRESS') throw over(booking);
  const call = await findOpenCall(tx, roomOfSession(id));
  return { ...(await complete(tx, booking, { byId: actor.personId, clock })), call };
}

/** A session is over: what was held for it is charged or given back, by who met (MENTOR-7, MENTOR-8). The booking is locked. */
async function complete(
  tx: Tx,
  booking: BookingRow,
  { byId, endedAt, clock }: At & { byId: string; endedAt?: Date },
): Promise<Done> {
  const at = new Date(clock.now());
  const { id, mentorId } = booking;
  const seats = (await seatsOf(tx, [id])).filter(({ leftAt }) => leftAt === null);
  const record = await recordOf(tx, booking, at.getTime());
  for (const seat of seats) {
    const met = record.metMs(seat.personId) > 0;
    const outcome: SeatOutcome = met
      ? { kind: 'met' }
      : { kind: 'mentee_absent', mentorUntil: record.mentorUntil };
    await settleSeat(tx, booking, { seat, outcome, at });
  }
  await freeTime(tx, id);
  await changeBooking(tx, id, { status: 'COMPLETED', endedAt: endedAt ?? at, endedBy: byId, at });
  await addEvent(tx, id, { at, byId, type: 'completed' });
  return { bookingId: id, people: [mentorId, ...seats.map(({ personId }) => personId)], told: [] };
}

/** A booking for core, which knows no dates. */
function appointmentOf({ status, startsAt, endsAt }: BookingRow): Appointment {
  return { status, startsAt: startsAt.getTime(), endsAt: endsAt.getTime() };
}

/** Whether the clock has a word for a session; it is said by {@link judge}, under its lock. */
export async function isDue(
  db: DbOrTx,
  booking: BookingRow,
  now: number,
): Promise<'no_show' | { emptySince: Date } | null> {
  const appointment = appointmentOf(booking);
  if (isNoShow(appointment, now)) return 'no_show';
  if (booking.status !== 'IN_PROGRESS') return null;
  const call = await latestCallOfRoom(db, roomOfSession(booking.id));
  if (call?.status !== 'ended') return null;
  const { everEntered } = await recordOf(db, booking, now);
  const emptySince = call.endedAt ?? call.createdAt;
  const deserted = isDeserted(appointment, { emptySince: emptySince.getTime(), everEntered }, now);
  return deserted ? { emptySince } : null;
}

/** The clock's word on a session: its mentor did not come, or everybody has left. Null when it has none (any more). */
export async function judge(tx: Tx, id: string, { clock }: At): Promise<Done | null> {
  const booking = await lockBooking(tx, id);
  const due = booking && (await isDue(tx, booking, clock.now()));
  if (!booking || !due) return null;
  if (due !== 'no_show')
    return await complete(tx, booking, { byId: 'system', endedAt: due.emptySince, clock });
  const at = new Date(clock.now());
  const seats = (await seatsOf(tx, [id])).filter(({ leftAt }) => leftAt === null);
  for (const seat of seats) await settleSeat(tx, booking, { seat, outcome: { kind: 'mentor_absent' }, at });
  await freeTime(tx, id);
  await changeBooking(tx, id, { status: 'NO_SHOW', endedAt: at, endedBy: 'system', at });
  await addEvent(tx, id, { at, byId: 'system', type: 'no_show' });
  const people = [booking.mentorId, ...seats.map(({ personId }) => personId)];
  const name = (await namesOf(tx, [booking.mentorId]))(booking.mentorId);
  const said = { type: 'booking.no_show', payload: { name } } as const;
  const told = await tell(tx, booking, { to: people, key: 'once', said, clock });
  return { bookingId: id, people, told };
}
