import { BOOKING_CHANGED, channelOf } from '@latido/protocol';
import { hintRecipients, notifyAll, type NewNotice } from '../inbox/index.ts';
import type { Clock, Hints, Tx } from '../platform/index.ts';
import type { MentoringDeps } from './ports.ts';
import type { BookingRow } from './store.ts';

type SessionNotice = Extract<NewNotice, { type: `booking.${string}` | `lobby.${string}` }>;
type Distribute<T> = T extends SessionNotice
  ? { readonly type: T['type']; readonly payload: Omit<T['payload'], 'bookingId' | 'title' | 'startsAt'> }
  : never;

/** What is told of a session, without what is said of every one. */
export type Said = Distribute<SessionNotice>;

/**
 * Tells people of a session, in the transaction in which it becomes true; under `key` once for each of them.
 * Gives who was told: hint them after the commit.
 */
export async function tell(
  tx: Tx,
  booking: Pick<BookingRow, 'id' | 'title' | 'startsAt'>,
  { to, key, said, clock }: { to: readonly string[]; key: string; said: Said; clock: Pick<Clock, 'now'> },
): Promise<string[]> {
  const of = { bookingId: booking.id, title: booking.title, startsAt: booking.startsAt.toISOString() };
  const notices = to.map((recipientId) => ({
    recipientId,
    dedupKey: `${said.type}:${booking.id}:${key}`,
    type: said.type,
    payload: { ...of, ...said.payload },
  }));
  return await notifyAll(tx, notices as NewNotice[], clock);
}

/** After the commit: inboxes are looked at, and whoever has the session open reads it anew. */
export function sayChanged(
  { hints, hub }: { hints: Pick<Hints, 'publish'>; hub: MentoringDeps['hub'] },
  { bookingId, people, told }: { bookingId: string; people: readonly string[]; told: readonly string[] },
): void {
  hintRecipients(hints, told);
  for (const personId of new Set(people)) {
    hub().broadcast(channelOf.user(personId), BOOKING_CHANGED, { bookingId });
  }
}
