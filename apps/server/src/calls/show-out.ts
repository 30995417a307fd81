import type { Fact, Seen } from '@latido/core';
import { isSeenInRoom, participantSaid, personOfIdentity } from '@latido/core';
import { personsById } from '../access/index.ts';
import type { NewNotice } from '../inbox/index.ts';
import { notifyAll } from '../inbox/index.ts';
import type { Clock, Db, Hints, Tx } from '../platform/index.ts';
import { enqueue, OUTBOX_HINT } from '../platform/index.ts';
import type { ClaimedRoom } from '../presence/index.ts';
import { claimedRooms, openIntervalsOf } from '../presence/index.ts';

/** The facts to look through. */
export interface ShowOut {
  readonly facts: readonly Fact[];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Whoever LiveKit names in a call's room without being of the call is removed at once, and its people are told; whoever
 * comes into the room of a call that is over closes it again (CALL-19); who is banned is removed from any room (CALL-24).
 * Returns who was told.
 */
export async function showOut(tx: Tx, { facts, clock }: ShowOut): Promise<string[]> {
  const seen = facts.filter(isSeenInRoom);
  const rooms = await claimedRooms(
    tx,
    seen.map(({ roomName }) => roomName),
  );
  const banned = await bannedOf(tx, seen);
  const notices: NewNotice[] = [];
  for (const one of seen) {
    if (banned.has(personOfIdentity(one.identity) ?? '')) await remove(tx, one, 'banned');
    const room = rooms.get(one.roomName);
    if (room === undefined) continue;
    if (!room.isOpen) await closeAgain(tx, one, room);
    else if (one.callId === null) {
      await remove(tx, one, 'stranger');
      notices.push(...noticesAbout(one, room));
    }
  }
  return await notifyAll(tx, notices, clock);
}

async function remove(
  tx: Tx,
  { roomName, identity, participantSid, sourceEventId }: Seen,
  why: 'stranger' | 'banned',
): Promise<void> {
  // It may be carried out much later: whoever is back under another sid, or of the call by then, stays (CALL-37).
  const payload = { roomName, identity, participantSid, unlessOfCall: why === 'stranger' };
  await enqueue(tx, { topic: 'livekit.remove_participant', key: `${why}:${sourceEventId}`, payload });
}

async function bannedOf(tx: Tx, seen: readonly Seen[]): Promise<Set<string>> {
  const ids = new Set(seen.flatMap(({ identity }) => personOfIdentity(identity) ?? []));
  const people = ids.size === 0 ? [] : (await personsById(tx, [...ids])).values();
  return new Set([...people].filter(({ bannedAt }) => bannedAt !== null).map(({ id }) => id));
}

/** Takes somebody who was banned out of every room that they are in now (CALL-24). */
export async function takeOut({ db, hints }: { db: Db; hints: Hints }, personId: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const { roomName, identity, participantSid } of await openIntervalsOf(tx, personId)) {
      const payload = { roomName, identity, participantSid };
      const key = `banned:${participantSid}`;
      await enqueue(tx, { topic: 'livekit.remove_participant', key, payload });
    }
  });
  hints.publish(OUTBOX_HINT);
}

/** A token outlives its call, and LiveKit may make a room by itself for whoever has one. */
async function closeAgain(tx: Tx, { participantSid }: Seen, { room, callId }: ClaimedRoom): Promise<void> {
  const payload = { callId, roomName: room };
  await enqueue(tx, { topic: 'livekit.delete_room', key: `${callId}:${participantSid}`, payload });
}

/** So much of what another app's participant calls itself. */
const NAMED_MAX = 128;

function noticesAbout(stranger: Seen, { alias, callId, people }: ClaimedRoom): NewNotice[] {
  const name = participantSaid(stranger.payload).name ?? '';
  const payload = {
    callId,
    roomName: alias,
    identity: stranger.identity.slice(0, NAMED_MAX),
    name: name.slice(0, NAMED_MAX),
    at: new Date(stranger.occurredAt).toISOString(),
  };
  const dedupKey = `stranger:${callId}:${stranger.participantSid}`;
  return people.map((recipientId) => ({ recipientId, dedupKey, type: 'call.stranger_removed', payload }));
}
