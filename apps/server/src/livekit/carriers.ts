import { findOpenCall } from '../calls/index.ts';
import type { Carrier, Db } from '../platform/index.ts';
import type { RoomService } from './room-service.ts';

/** Carries out what modules command of LiveKit through the outbox. Each may be carried out twice. */
export function livekitCarriers(db: Db, rooms: RoomService): Record<string, Carrier> {
  return {
    /** `{callId, roomName}`: the call is over. */
    'livekit.delete_room': async (payload) => {
      const { callId, roomName } = payload;
      if (typeof roomName !== 'string') return;
      const next = await findOpenCall(db, roomName);
      if (next && next.id !== callId) await removePeopleOf(rooms, roomName, callId);
      else await rooms.deleteRoom(roomName);
    },
    /** `{roomName, identity}`: somebody has to leave. */
    'livekit.remove_participant': async (payload) => {
      const { roomName, identity } = payload;
      if (typeof roomName === 'string' && typeof identity === 'string') {
        await rooms.removeParticipant(roomName, identity);
      }
    },
  };
}

/** The room serves the next call already (LiveKit was away for that long): only those of the old one go. */
async function removePeopleOf(rooms: RoomService, roomName: string, callId: unknown): Promise<void> {
  const poll = await rooms.pollRoom(roomName);
  if (poll.status === 'unknown') throw new Error('livekit could not tell who is in the room');
  for (const { identity, participant } of poll.participants) {
    const attributes = participant?.['attributes'] as Record<string, unknown> | undefined;
    if (attributes?.['latido.call'] === callId) await rooms.removeParticipant(roomName, identity);
  }
}
