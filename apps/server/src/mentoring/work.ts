import { isReminderDue, REMIND_BEFORE_MS } from '@latido/core';
import type { Reminder } from '@latido/core';
import type { Tx } from '../platform/index.ts';
import type { Done } from './book.ts';
import { isDue, judge } from './finish.ts';
import { lowerHandsOfGone } from './hands-of-gone.ts';
import { namesOf } from './may.ts';
import type { MentoringDeps } from './ports.ts';
import { seatsOf } from './seats.ts';
import type { BookingRow } from './store.ts';
import { bookingsToJudge, lockBooking, markReminded } from './store.ts';
import { sayChanged, tell } from './telling.ts';

const REMINDERS: readonly Reminder[] = ['day', 'minutes'];

/**
 * Looks at every session for which the clock may have a word: reminders, mentors who did not come, rooms that everybody left, hands of who
 * left.
 * Each is done under the booking's lock and looked at again there, so that it is done once, on however many nodes this runs.
 */
export async function lookAtClock(deps: MentoringDeps): Promise<void> {
  const { db, clock } = deps;
  const soon = new Date(clock.now() + REMIND_BEFORE_MS.day);
  for (const booking of await bookingsToJudge(db, soon)) {
    for (const which of REMINDERS) {
      if (!isUntold(booking, which, clock.now())) continue;
      const done = await db.transaction().execute((tx) => remind(tx, deps, { id: booking.id, which }));
      if (done) sayChanged(deps, done);
    }
    if ((await isDue(db, booking, clock.now())) === null) continue;
    // Who came back, and is stored, is not gone.
    await deps.caughtUp();
    const done = await db.transaction().execute((tx) => judge(tx, booking.id, deps));
    if (done) sayChanged(deps, done);
  }
  await lowerHandsOfGone(deps);
}

function isUntold(booking: BookingRow, which: Reminder, now: number): boolean {
  if (which === 'day' ? booking.remindedDay : booking.remindedMinutes) return false;
  const { status, startsAt, endsAt, agreedAt } = booking;
  const instants = { startsAt: startsAt.getTime(), endsAt: endsAt.getTime(), agreedAt: agreedAt.getTime() };
  return isReminderDue(which, { status, ...instants }, now);
}

async function remind(
  tx: Tx,
  { clock }: MentoringDeps,
  { id, which }: { id: string; which: Reminder },
): Promise<Done | null> {
  const booking = await lockBooking(tx, id);
  const now = clock.now();
  if (!booking || !isUntold(booking, which, now)) return null;
  await markReminded(tx, id, which);
  // Nobody needs to be told of tomorrow who has just been told that it begins.
  const leftMs = booking.startsAt.getTime() - now;
  const isStale = which === 'day' && leftMs < REMIND_BEFORE_MS.minutes;
  const seats = (await seatsOf(tx, [id])).filter(({ leftAt }) => leftAt === null);
  const people = [booking.mentorId, ...seats.map(({ personId }) => personId)];
  if (isStale) return null;
  const name = (await namesOf(tx, [booking.mentorId]))(booking.mentorId);
  const said = { type: 'booking.soon', payload: { name, leftMs } } as const;
  const key = `${which}:${booking.startsAt.getTime()}`;
  const told = await tell(tx, booking, { to: people, key, said, clock });
  return { bookingId: id, people, told };
}
