import type { Carrier } from '../platform/index.ts';
import type { RoomService } from './room-service.ts';

/** Carries out what modules command of LiveKit through the outbox. Each may be carried out twice. */
export function livekitCarriers(
  rooms: Pick<RoomService, 'deleteRoom' | 'removeParticipant'>,
): Record<string, Carrier> {
  return {
    /** `{roomName}`, LiveKit's: the call that it belonged to is over. */
    'livekit.delete_room': async ({ roomName }) => {
      if (typeof roomName === 'string') await rooms.deleteRoom(roomName);
    },
    /** `{roomName, identity}`, LiveKit's: somebody has to leave; with a `participantSid` only if they are that one still. */
    'livekit.remove_participant': async ({ roomName, identity, participantSid }) => {
      if (typeof roomName !== 'string' || typeof identity !== 'string') return;
      const sid = typeof participantSid === 'string' ? participantSid : undefined;
      await rooms.removeParticipant(roomName, identity, sid);
    },
  };
}
