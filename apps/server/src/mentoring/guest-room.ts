import { faultOfVisiting, lobbyOrder, type Visited } from '@latido/core';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { noLink } from './guest-link.ts';
import { countNamed, guestsOf } from './guest-store.ts';
import { entriesOf, instantsOf } from './lobby-store.ts';
import { seatsOf } from './seats.ts';
import { notStarted, over } from './start.ts';
import type { BookingRow } from './store.ts';

const MINUTE_MS = 60_000;
const NOBODY = { all: 0, lately: 0 } as const;

/** By which link, and when. `isNamed`: they have a name on it already, and take no other one. */
interface By {
  readonly linkAt: number;
  readonly now: number;
  readonly isNamed?: boolean;
}

/** A session behind a link, and why one may not come by it now. @throws guest.link_invalid */
export async function visited(db: DbOrTx, booking: BookingRow | null, { linkAt, now, isNamed }: By) {
  if (booking?.guestsFrom?.getTime() !== linkAt || !booking) throw noLink();
  const named = { bookingId: booking.id, linkAt: new Date(linkAt), since: new Date(now - MINUTE_MS) };
  const session: Visited = {
    status: booking.status,
    startsAt: booking.startsAt.getTime(),
    endsAt: booking.endsAt.getTime(),
    guestsFrom: linkAt,
    people: await countPeople(db, booking.id, now),
    named: isNamed ? NOBODY : await countNamed(db, named),
  };
  return { booking, fault: faultOfVisiting(session, { linkAt, now }) };
}

/** Mentees with a seat, and whoever else waits or was let in. */
async function countPeople(db: DbOrTx, bookingId: string, now: number): Promise<number> {
  const seats = (await seatsOf(db, [bookingId])).filter(({ leftAt }) => leftAt === null);
  const entries = (await entriesOf(db, bookingId)).map((each) => ({ ...each, ...instantsOf(each) }));
  const inside = entries.filter(({ state }) => state === 'admitted');
  const there = [...seats, ...inside, ...lobbyOrder(entries, now)];
  return new Set(there.map(({ personId }) => personId)).size;
}

/**
 * Somebody may come by this link now (MENTOR-31).
 *
 * @throws guest.link_invalid, booking.not_started, booking.over, booking.full, request.rate_limited
 */
export async function requireRoom(db: DbOrTx, given: BookingRow | null, by: By): Promise<void> {
  const { booking, fault } = await visited(db, given, by);
  if (fault === 'too_early') throw notStarted(booking);
  if (fault === 'over') throw over(booking);
  if (fault === 'full') throw full();
  if (fault === 'too_many')
    throw problem('request.rate_limited', 'Too many come by this link at once. Try again in a minute.');
}

/** The ids of those who came to a session by a link. */
export async function guestIdsOf(db: DbOrTx, bookingId: string): Promise<ReadonlySet<string>> {
  return new Set((await guestsOf(db, bookingId)).map(({ personId }) => personId));
}

function full(): Error {
  return problem('booking.full', 'So many are in this session that nobody else comes in. Try again later.');
}
