import { z } from 'zod';
import { CallStatus, Coins, EndReason, Instant, MeterState } from './calls.ts';

/** A room's name: any text of 1 to 128 characters, none of them a control character or half of a surrogate pair. */
export const RoomName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'a room name has no control characters and no broken ones');

/** Body of `POST /api/livekit/token` and `/token-secure`. Also takes LiveKit's standard token-endpoint names. */
export const TokenRequest = z
  .object({
    roomName: RoomName.optional(),
    participantName: z.string().max(128).optional(),
    room_name: RoomName.optional(),
    participant_name: z.string().max(128).optional(),
    participant_identity: z.string().max(128).optional(),
    participant_metadata: z.string().max(4096).optional(),
    participant_attributes: z.record(z.string(), z.string()).optional(),
    room_config: z.unknown().optional(),
    plan: z.string().max(64).optional(),
    /** With an API key of the scope `tokens:mint`: for whom, by our id or by the team's own. */
    personId: z.string().max(64).optional(),
    externalId: z.string().max(200).optional(),
  })
  .refine((b) => b.roomName !== undefined || b.room_name !== undefined, {
    message: 'name the room: roomName (or room_name)',
  });
export type TokenRequest = z.infer<typeof TokenRequest>;

/**
 * Body of `POST /api/v1/bookings/{id}/token`: as that of the other token routes, without a room. In a session people have the names of
 * their accounts; `participantName` is taken from a team's backend alone.
 */
export const SessionTokenRequest = z.object({
  participantName: z.string().max(128).optional(),
  personId: z.string().max(64).optional(),
  externalId: z.string().max(200).optional(),
});
export type SessionTokenRequest = z.infer<typeof SessionTokenRequest>;

/**
 * Answer of both token routes; the last two names are those of LiveKit's standard token endpoint. Connect to `wsUrl` with `token`
 * at once; after LiveKit has let you go, ask for a new one instead of keeping this.
 */
export const TokenAnswer = z.object({
  /** LiveKit's access token: one room, one identity, two hours. */
  token: z.string(),
  /** Where LiveKit is. */
  wsUrl: z.string(),
  /** The room's public name, as it was asked for; LiveKit's own name of a call's room stands in the token alone. */
  roomName: z.string(),
  identity: z.string(),
  /** The call that the room is of; absent in a room without one. */
  callId: z.string().optional(),
  /** The presence socket: give the ticket as `?ticket=`. */
  presence: z.object({ url: z.string(), ticket: z.string(), beatEveryMs: z.number().int() }),
  server_url: z.string(),
  participant_token: z.string(),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** Body of `/periodic-deduction` and `/end-coin-session`, in either spelling. */
export const RoomBody = z
  .object({ roomName: RoomName.optional(), room_name: RoomName.optional() })
  .loose()
  .refine((b) => b.roomName !== undefined || b.room_name !== undefined, {
    message: 'name the room: room_name (or roomName)',
  });
export type RoomBody = z.infer<typeof RoomBody>;

/** Answer of `/periodic-deduction` and `/end-coin-session`: the call's figures; neither moves money by itself. */
export const CoinAnswer = z.object({
  success: z.literal(true),
  callId: z.string(),
  roomName: z.string(),
  status: CallStatus,
  endedAt: Instant.nullable(),
  endedBy: z.string().nullable(),
  endReason: EndReason.nullable(),
  billableMs: z.number().int(),
  coins: Coins,
  /** As in `CallState`: false until the last unit of the ended call is counted. */
  settled: z.boolean(),
  unitsCharged: z.number().int(),
  /** The payer's coins that no hold has taken; only the payer is told. */
  available: Coins.nullable(),
  meter: MeterState.nullable(),
});
export type CoinAnswer = z.infer<typeof CoinAnswer>;
