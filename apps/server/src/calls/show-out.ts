import type { Fact, Seen } from '@latido/core';
import { isSeenInRoom, participantSaid } from '@latido/core';
import type { NewNotice } from '../inbox/index.ts';
import { notifyAll } from '../inbox/index.ts';
import type { Clock, Tx } from '../platform/index.ts';
import { enqueue } from '../platform/index.ts';
import type { ClaimedRoom } from '../presence/index.ts';
import { claimedRooms } from '../presence/index.ts';

/** The facts to look through. */
export interface ShowOut {
  readonly facts: readonly Fact[];
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Whoever LiveKit names in a call's room without being of the call is removed at once, and its people are told; whoever
 * comes into the room of a call that is over closes it again (CALL-19). Returns who was told.
 */
export async function showOut(tx: Tx, { facts, clock }: ShowOut): Promise<string[]> {
  const seen = facts.filter(isSeenInRoom);
  const rooms = await claimedRooms(
    tx,
    seen.map(({ roomName }) => roomName),
  );
  const notices: NewNotice[] = [];
  for (const one of seen) {
    const room = rooms.get(one.roomName);
    if (room === undefined) continue;
    if (!room.isOpen) await closeAgain(tx, one, room);
    else if (one.callId === null) {
      await remove(tx, one);
      notices.push(...noticesAbout(one, room));
    }
  }
  return await notifyAll(tx, notices, clock);
}

async function remove(tx: Tx, { roomName, identity, sourceEventId }: Seen): Promise<void> {
  const payload = { roomName, identity };
  await enqueue(tx, { topic: 'livekit.remove_participant', key: `stranger:${sourceEventId}`, payload });
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
