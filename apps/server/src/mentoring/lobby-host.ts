import { lobbyOrder } from '@latido/core';
import type { Clock, Tx } from '../platform/index.ts';
import { writeHost } from './host-store.ts';
import { entriesOf, instantsOf, writeWaiting, writeWord } from './lobby-store.ts';
import { noEntry, takeOut, type LobbyDone } from './lobby.ts';
import { requireAnyHost } from './may.ts';
import type { Actor } from './ports.ts';
import { over } from './start.ts';
import type { BookingRow } from './store.ts';
import { lockBooking } from './store.ts';

interface Of {
  readonly id: string;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * A host sends back to the lobby whom they let in: out of the call, waiting from now on, and no host any more (MENTOR-28). Who waits already
 * stays where they are.
 *
 * @throws booking.not_found, booking.over, lobby.not_found
 */
export async function sendBack(
  tx: Tx,
  actor: Actor,
  { id, entryId, clock }: Of & { entryId: string },
): Promise<LobbyDone> {
  const { booking, entries } = await requireAnyHost(tx, await lockBooking(tx, id), { actor, id });
  if (booking.status !== 'IN_PROGRESS' && booking.status !== 'SCHEDULED') throw over(booking);
  const entry = entries.find((each) => each.id === entryId);
  const done: LobbyDone = { booking, personId: entry?.personId ?? '', told: [] };
  if (entry?.state === 'waiting') return done;
  // Who was taken out is not waiting: they are let in, or not.
  if (entry?.state !== 'admitted') throw noEntry(entryId);
  const at = new Date(clock.now());
  await takeOut(tx, { booking, entry, at, byId: actor.personId });
  await writeHost(tx, { entryId, isHost: false });
  await writeWaiting(tx, { id: entryId, bookingId: id, personId: entry.personId, askedAt: at, at });
  return done;
}

/**
 * A host writes to who waits: to all, or to one (MENTOR-29). Gives whom to tell.
 *
 * @throws booking.not_found, booking.over, lobby.not_found where nobody waits under the id
 */
export async function writeToLobby(
  tx: Tx,
  actor: Actor,
  { id, text, entryId = null, clock }: Of & { text: string; entryId?: string | null | undefined },
): Promise<{ booking: BookingRow; to: string[] }> {
  const { booking } = await requireAnyHost(tx, await lockBooking(tx, id), { actor, id });
  if (booking.status !== 'IN_PROGRESS' && booking.status !== 'SCHEDULED') throw over(booking);
  const now = clock.now();
  const entries = (await entriesOf(tx, id)).map((each) => ({ ...each, ...instantsOf(each) }));
  const waiting = lobbyOrder(entries, now).filter((each) => entryId === null || each.id === entryId);
  if (entryId !== null && waiting.length === 0) throw noEntry(entryId);
  await writeWord(tx, { bookingId: id, entryId, byId: actor.personId, text, at: new Date(now) });
  return { booking, to: waiting.map(({ personId }) => personId) };
}
