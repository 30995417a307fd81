import type { CallRow } from '../calls/index.ts';
import { callById } from '../calls/index.ts';
import type { Clock, DbOrTx, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { payInGroup, startPaidCallIn } from '../metering/index.ts';
import { entryOf } from './lobby-store.ts';
import { notAdmitted } from './lobby.ts';
import { noSession } from './may.ts';
import { callOfSession, isForTwo, notStarted, over, roomOfSession, sessionOfRoom } from './start.ts';
import type { BookingRow } from './store.ts';
import { bookingById, changeBooking, lockBooking } from './store.ts';

/** The session whose room is called so; null where the room is nobody's session. */
export async function sessionCalled(db: DbOrTx, roomName: string): Promise<string | null> {
  const id = sessionOfRoom(roomName);
  return id !== null && (await bookingById(db, id)) ? id : null;
}

/**
 * The call for which somebody may have a token: the session goes on, and they are its host or were let in (MENTOR-17). Where they pay by the
 * minute, the first one is held. `mayEnter` comes before anything is made or held, and after what keeps them out in any case.
 *
 * @throws booking.not_found, booking.not_started, booking.over, lobby.not_admitted, balance.insufficient; what `mayEnter` throws
 */
export async function admission(
  tx: Tx,
  personId: string,
  of: { bookingId: string; clock: Pick<Clock, 'now'>; mayEnter: (tx: Tx) => Promise<void> },
): Promise<{ call: CallRow; roomName: string; isPaid: boolean }> {
  const { bookingId, clock } = of;
  const booking = await lockBooking(tx, bookingId);
  if (!booking) throw noSession(bookingId);
  const isHost = booking.mentorId === personId;
  const entry = isHost ? null : await entryOf(tx, bookingId, personId);
  if (booking.status === 'SCHEDULED') throw notStarted(booking);
  if (booking.status !== 'IN_PROGRESS') throw over(booking);
  if (!isHost && entry?.state !== 'admitted') throw notAdmitted();
  await of.mayEnter(tx);
  const callId = await callOfSession(tx, { booking, clock });
  if (callId !== booking.callId) await changeBooking(tx, bookingId, { callId, at: new Date(clock.now()) });
  const roomName = roomOfSession(bookingId);
  const isPaid = booking.priceKind === 'per_minute';
  if (isPaid && !isHost) await pay(tx, { booking, callId, personId, clock });
  const call = await callById(tx, callId);
  if (!call) throw problem('call.not_found', 'The call of this session is gone. Ask again.');
  return { call, roomName, isPaid };
}

/** The next minute of who comes in by the minute is held. */
async function pay(
  tx: Tx,
  of: { booking: BookingRow; callId: string; personId: string; clock: Pick<Clock, 'now'> },
): Promise<void> {
  const { booking, callId, personId: payerId, clock } = of;
  if (isForTwo(booking)) {
    await startPaidCallIn(tx, clock, { roomName: roomOfSession(booking.id), payerId, openedBy: payerId });
    return;
  }
  await payInGroup(tx, { callId, payerId, earnerId: booking.mentorId, planId: booking.planId ?? undefined });
}
