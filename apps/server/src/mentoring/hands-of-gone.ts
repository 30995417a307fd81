import { isAttended, isHandLeft } from '@latido/core';
import type { DbOrTx } from '../platform/index.ts';
import { intervalsOfRoom } from '../presence/index.ts';
import { handsOf, sessionsWithHands, writeLowered } from './host-store.ts';
import type { MentoringDeps } from './ports.ts';
import { tellRoom } from './room-routes.ts';
import { roomOfSession } from './start.ts';
import { lockBooking } from './store.ts';

/** Whose hands are up in a session that they have left. */
async function goneWithHand(db: DbOrTx, bookingId: string, now: number): Promise<string[]> {
  const hands = await handsOf(db, bookingId);
  if (hands.length === 0) return [];
  const intervals = (await intervalsOfRoom(db, roomOfSession(bookingId))).filter(isAttended);
  const leftAtsOf = (personId: string): (number | null)[] =>
    intervals.filter((each) => each.personId === personId).map(({ leftAt }) => leftAt);
  return hands.flatMap(({ personId }) => (isHandLeft(leftAtsOf(personId), now) ? [personId] : []));
}

/** Lowers the hands of those whose page is gone (MENTOR-27), under each session's lock, so that it is told once. */
export async function lowerHandsOfGone(deps: MentoringDeps): Promise<void> {
  const { db, clock } = deps;
  for (const bookingId of await sessionsWithHands(db)) {
    if ((await goneWithHand(db, bookingId, clock.now())).length === 0) continue;
    // Who came back, and is stored, is not gone.
    await deps.caughtUp();
    const lowered = await db.transaction().execute(async (tx) => {
      await lockBooking(tx, bookingId);
      const gone = await goneWithHand(tx, bookingId, clock.now());
      const at = new Date(clock.now());
      for (const personId of gone) await writeLowered(tx, { bookingId, personId, byId: 'system', at });
      return gone.length;
    });
    if (lowered > 0) await tellRoom(deps, bookingId);
  }
}
