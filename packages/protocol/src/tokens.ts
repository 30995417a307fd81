import { z } from 'zod';

/** Body of `POST /api/livekit/token` and `/token-secure`. Also takes LiveKit's standard token-endpoint names. */
export const TokenRequest = z
  .object({
    roomName: z.string().min(1).max(128).optional(),
    participantName: z.string().max(128).optional(),
    room_name: z.string().min(1).max(128).optional(),
    participant_name: z.string().max(128).optional(),
    participant_identity: z.string().max(128).optional(),
    participant_metadata: z.string().max(4096).optional(),
    participant_attributes: z.record(z.string(), z.string()).optional(),
    room_config: z.unknown().optional(),
    plan: z.string().max(64).optional(),
  })
  .refine((b) => b.roomName !== undefined || b.room_name !== undefined, {
    message: 'name the room: roomName (or room_name)',
  });
/** @see TokenRequest */
export type TokenRequest = z.infer<typeof TokenRequest>;

/** Answer of both token routes; the last two names are those of LiveKit's standard token endpoint. */
export const TokenAnswer = z.object({
  token: z.string(),
  wsUrl: z.string(),
  roomName: z.string(),
  identity: z.string(),
  callId: z.string().optional(),
  /** The presence socket: give the ticket as `?ticket=`. */
  presence: z.object({ url: z.string(), ticket: z.string(), beatEveryMs: z.number().int() }),
  server_url: z.string(),
  participant_token: z.string(),
});
/** @see TokenAnswer */
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** Body of `/periodic-deduction` and `/end-coin-session`, in either spelling. */
export const RoomBody = z
  .object({ roomName: z.string().min(1).optional(), room_name: z.string().min(1).optional() })
  .loose()
  .refine((b) => b.roomName !== undefined || b.room_name !== undefined, {
    message: 'name the room: room_name (or roomName)',
  });
