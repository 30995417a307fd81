import type { Carrier } from '../platform/index.ts';
import type { RoomService } from './room-service.ts';

/** What commands are carried out with. */
export interface CarrierDeps {
  readonly rooms: Pick<RoomService, 'deleteRoom' | 'removeParticipant'>;
  /** Whether an identity is of the call whose room it is, as of now. */
  readonly isOfCall: (roomName: string, identity: string) => Promise<boolean>;
}

/**
 * Carries out what modules command of LiveKit through the outbox. Each may be carried out twice, and long after it was decided: while
 * LiveKit is away it waits.
 */
export function livekitCarriers({ rooms, isOfCall }: CarrierDeps): Record<string, Carrier> {
  return {
    /** `{roomName}`, LiveKit's: the call that it belonged to is over. */
    'livekit.delete_room': async ({ roomName }) => {
      if (typeof roomName === 'string') await rooms.deleteRoom(roomName);
    },
    /**
     * `{roomName, identity}`, LiveKit's: somebody has to leave; with a `participantSid` only if they are that one still, with
     * `unlessOfCall` only if they are not of the call that has the room.
     */
    'livekit.remove_participant': async ({ roomName, identity, participantSid, unlessOfCall }) => {
      if (typeof roomName !== 'string' || typeof identity !== 'string') return;
      if (unlessOfCall === true && (await isOfCall(roomName, identity))) return;
      const sid = typeof participantSid === 'string' ? participantSid : undefined;
      await rooms.removeParticipant(roomName, identity, sid);
    },
  };
}
