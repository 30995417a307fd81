import type { Fact } from '@latido/core';
import type { Tx } from '../platform/index.ts';
import { enqueue } from '../platform/index.ts';
import { claimedRooms } from '../presence/index.ts';

/**
 * Whoever of a call cannot be reached, and yet has its media, leaves its room (PRES-F19, CALL-22): that very sid, since an
 * honest page may be back under another one by now. Returns whether there is somebody.
 */
export async function shutOut(tx: Tx, facts: readonly Fact[]): Promise<boolean> {
  const told = facts.filter(({ source, type }) => source === 'detector' && type === 'shut_out');
  if (told.length === 0) return false;
  const rooms = await claimedRooms(
    tx,
    told.map(({ roomName }) => roomName),
  );
  for (const { roomName, identity, participantSid, callId, sourceEventId } of told) {
    const room = rooms.get(roomName);
    if (room?.isOpen !== true || room.callId !== callId) continue;
    const payload = { roomName, identity, participantSid };
    await enqueue(tx, { topic: 'livekit.remove_participant', key: sourceEventId, payload });
  }
  return true;
}
