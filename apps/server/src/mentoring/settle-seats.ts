import type { SeatOutcome } from '@latido/core';
import { coinsCharged } from '@latido/core';
import { settleReserved } from '../ledger/index.ts';
import type { Tx } from '../platform/index.ts';
import type { SeatRow } from './seats.ts';
import { writeCharged } from './seats.ts';
import type { BookingRow } from './store.ts';

/** Charges what a seat costs in the end and gives the rest back, once; gives how many coins came back. The booking is locked. */
export async function settleSeat(
  tx: Tx,
  booking: BookingRow,
  { seat, outcome, at }: { seat: SeatRow; outcome: SeatOutcome; at: Date },
): Promise<bigint> {
  const { reservationId, personId, coins, charged } = seat;
  if (reservationId === null || coins === null || charged !== null) return 0n;
  const { freeUntilHours, thenBack, share, mentorId, id: bookingId } = booking;
  const startsAt = booking.startsAt.getTime();
  const price = { coins, startsAt, cancellation: { freeUntilHours, thenBack } };
  const cost = coinsCharged(price, outcome);
  // Of a part of the price the mentor has the same part.
  const part = ((share ?? 0n) * cost) / coins;
  const of = { id: reservationId, payerId: personId, earnerId: mentorId };
  await settleReserved(tx, { ...of, coins: cost, share: part, at });
  await writeCharged(tx, { bookingId, personId, charged: cost });
  return coins - cost;
}
