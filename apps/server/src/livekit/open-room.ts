import { AppError, type Config } from '../platform/index.ts';
import type { RoomService } from './room-service.ts';
import { signToken } from './sign-token.ts';

/**
 * Makes a room and a token into it. While LiveKit is away the token is signed all the same: the room is made again the moment it
 * answers.
 */
export function openRoomFor(
  config: Pick<Config, 'livekitUrl' | 'livekitApiKey' | 'livekitApiSecret' | 'tokenTtlMs'>,
  rooms: Pick<RoomService, 'createRoom'>,
): (into: {
  room: string;
  identity: string;
  name: string;
  isOpen?: boolean;
}) => Promise<{ token: string; wsUrl: string }> {
  return async ({ isOpen = false, ...into }) => {
    const made = isOpen ? Promise.resolve() : rooms.createRoom(into.room);
    await made.catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'livekit.unavailable')) throw error;
    });
    return { token: await signToken(config, into), wsUrl: config.livekitUrl ?? '' };
  };
}
