import { z } from 'zod';
import { AwayReason } from './calls.ts';

/** The partner as seen by a browser's own eyes: witness C of design/2. */
export const PartnerSight = z.object({
  participantSid: z.string().max(64),
  identity: z.string().max(128),
  /** What came of the partner since the last beat: packets of sound, pictures. */
  packets: z.number().int().nonnegative(),
  /** Whether any track of the partner that is not muted is subscribed, so that quiet means something. */
  expected: z.boolean(),
});
export type PartnerSight = z.infer<typeof PartnerSight>;

/** Why somebody is not there any more, said with their state before the call itself has been worked out anew. */
export const PeerReason = z.enum(['hung_up', ...AwayReason.options]);
export type PeerReason = z.infer<typeof PeerReason>;

const where = { roomSid: z.string().max(64), participantSid: z.string().max(64) };

/** What a browser says on the presence socket `/api/v1/presence?ticket=…`. */
export const PresenceUp = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connected'), ...where }),
  z.object({
    type: z.literal('beat'),
    ...where,
    n: z.number().int().nonnegative(),
    /** `false`: no answer to this one is wanted, what is to be told waits for the next. */
    ack: z.boolean().optional(),
    /** State of livekit-client's Room; only `connected` proves the call, any other proves the browser. */
    roomState: z.enum(['connected', 'connecting', 'reconnecting', 'signalReconnecting', 'disconnected']),
    hidden: z.boolean().optional(),
    partners: z.array(PartnerSight).max(16).optional(),
    /** For how long this browser's own transports have heard nothing of LiveKit, though they send; absent when it sends nothing. */
    ownQuietMs: z.number().int().nonnegative().max(3_600_000).optional(),
  }),
  z.object({ type: z.literal('bye'), ...where }),
  z.object({
    type: z.literal('partner_disconnected'),
    ...where,
    partner: z.object({
      participantSid: z.string().max(64),
      identity: z.string().max(128),
      reason: z.string().max(64).optional(),
    }),
  }),
  z.object({ type: z.literal('pong') }),
]);
export type PresenceUp = z.infer<typeof PresenceUp>;

/** What the server says on the presence socket. */
export const PresenceDown = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    beatEveryMs: z.number().int(),
    serverAt: z.iso.datetime(),
  }),
  /** The socket speaks for this sid now. Its page may say with the token, once, that it goes; of no other sid. */
  z.object({ type: z.literal('beacon'), participantSid: z.string(), token: z.string() }),
  /** A fresh ticket: whoever opens this socket again does so with the one that came last. */
  z.object({ type: z.literal('ticket'), ticket: z.string() }),
  z.object({ type: z.literal('ack'), n: z.number().int() }),
  z.object({ type: z.literal('ping') }),
  /** A proof of life of somebody else in the call has arrived: one beat of their trace. */
  z.object({
    type: z.literal('peer_beat'),
    identity: z.string(),
    participantSid: z.string(),
    at: z.iso.datetime(),
  }),
  /** Whether somebody's picture and sound arrive at the others; told to all in the room, themselves as well. */
  z.object({
    type: z.literal('media_state'),
    identity: z.string(),
    participantSid: z.string(),
    arrives: z.boolean(),
    /** Whether the meter rests for it: their own browser says so, too. */
    paused: z.boolean(),
    at: z.iso.datetime(),
  }),
  z.object({
    type: z.literal('peer_state'),
    identity: z.string(),
    participantSid: z.string(),
    state: z.enum(['present', 'suspected', 'unreachable', 'left']),
    at: z.iso.datetime(),
    /** Why, where it is known; `hung_up` ends a call of two at once. */
    reason: PeerReason.optional(),
    /** Their last proof of life: where the meter stopped. */
    lastProofAt: z.iso.datetime().optional(),
  }),
]);
export type PresenceDown = z.infer<typeof PresenceDown>;

/** Body of the beacon that a page sends as it goes: `POST /api/v1/presence/beacon`. */
export const Beacon = z.object({ token: z.string(), ...where });
export type Beacon = z.infer<typeof Beacon>;
