import { faultOfCorrecting } from '@latido/core';
import type { CorrectVerdict, SessionComing } from '@latido/protocol';
import type { Clock, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Done } from './book.ts';
import { comingOf } from './came.ts';
import { noSession, roleIn } from './may.ts';
import type { Actor } from './ports.ts';
import { seatsOf } from './seats.ts';
import { addEvent, lockBooking } from './store.ts';

/**
 * Corrects the verdict on one person, with a reason. What was found stays and is shown beside it; coins are not touched. Saying what
 * stands already changes nothing (MENTOR-22).
 *
 * @throws booking.not_found, booking.not_over, auth.forbidden, person.not_found
 */
export async function correct(
  tx: Tx,
  actor: Actor,
  { id, wanted, clock }: { id: string; wanted: CorrectVerdict; clock: Pick<Clock, 'now'> },
): Promise<Done> {
  const booking = await lockBooking(tx, id);
  const seats = booking ? await seatsOf(tx, [id]) : [];
  const role = booking && roleIn(booking, seats, actor);
  if (!booking || !role) throw noSession(id);
  if (role === 'mentee') throw problem('auth.forbidden', 'Its mentor corrects how people came, and staff.');
  const isOwn = wanted.personId === actor.personId;
  const fault = faultOfCorrecting({ status: booking.status, isOwn });
  if (fault === 'not_over')
    throw problem('booking.not_over', 'How people came is corrected once the session is over.');
  if (fault === 'own') throw problem('auth.forbidden', 'Nobody corrects what is said of themselves.');
  const coming = await comingOf(tx, booking, seats);
  const stands = coming.find(({ personId }) => personId === wanted.personId);
  if (!stands) throw problem('person.not_found', 'They were not of this session.');
  const people = [booking.mentorId, ...seats.map(({ personId }) => personId)];
  if (stands.verdict !== wanted.verdict) await write(tx, actor, { id, wanted, stands, clock });
  return { bookingId: id, people, told: [] };
}

async function write(
  tx: Tx,
  actor: Actor,
  of: { id: string; wanted: CorrectVerdict; stands: SessionComing; clock: Pick<Clock, 'now'> },
): Promise<void> {
  await addEvent(tx, of.id, {
    at: new Date(of.clock.now()),
    byId: actor.personId,
    type: 'verdict_corrected',
    payload: { ...of.wanted, was: of.stands.verdict },
  });
}
