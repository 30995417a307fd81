import { z } from 'zod';

const call = { callId: z.string(), roomName: z.string() };
const partner = { ...call, personId: z.string(), name: z.string() };

/** Why a partner is not there. */
export const PartnerGone = z.enum([
  'hung_up',
  'left',
  'lost_connection',
  'removed',
  'out_of_balance',
  'expired',
]);
/** @see PartnerGone */
export type PartnerGone = z.infer<typeof PartnerGone>;

/** Payloads of the notices in an inbox, by type. */
export const NOTICES = {
  'call.invited': z.object({ ...partner, url: z.string() }),
  'call.partner_joined': z.object({ ...partner, at: z.iso.datetime() }),
  'call.partner_left': z.object({
    ...partner,
    reason: PartnerGone,
    /** `unreachable`: may come back until `graceUntil`. `ended`: the call is over. */
    state: z.enum(['unreachable', 'left', 'ended']),
    at: z.iso.datetime(),
    graceUntil: z.iso.datetime().nullable(),
  }),
  'call.partner_back': z.object({ ...partner, at: z.iso.datetime(), gapMs: z.number().int() }),
  'call.ended': z.object({
    ...call,
    endReason: PartnerGone,
    endedBy: z.string().nullable(),
    at: z.iso.datetime(),
  }),
  /** Somebody who is not of the call got into its room of LiveKit, and was taken out. */
  'call.stranger_removed': z.object({
    ...call,
    identity: z.string(),
    name: z.string(),
    at: z.iso.datetime(),
  }),
  'call.low_balance': z.object({ ...call, finalAt: z.iso.datetime(), leftMs: z.number().int() }),
} as const;
/** Name of a notice, e.g. `call.partner_left`; also the event's name on every door. */
export type NoticeType = keyof typeof NOTICES;

/** One notice as every door carries it. `cursor` is opaque; give the last one back as `after`. */
export const Notice = z.object({
  cursor: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
});
/** @see Notice */
export type Notice = z.infer<typeof Notice>;
