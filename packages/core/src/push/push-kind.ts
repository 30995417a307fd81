import { ownOf } from '../kernel/own.ts';

type Payload = Readonly<Record<string, unknown>>;

/** How a notice travels as a push. */
export interface PushKind {
  /** For how long it is worth anything (seconds): a push service forgets it then. */
  readonly ttlS: number;
  /** RFC 8030: `high` wakes a phone that sleeps. */
  readonly urgency: 'high' | 'normal';
  /** Names what it is about; a later one takes its place. Null: it stands by itself. */
  readonly topic: string | null;
}

const DAY_S = 86_400;
/** As long as a call rings. */
const RINGING_S = 45;
/** Who reads it later than that finds the call as it is then. */
const IN_CALL_S = 30;

/** Whoever waits longer without a sign of their page is gone. */
const AT_THE_DOOR_S = 60;

/** Who is on air for you now may be in a call in half an hour. */
const ON_AIR_S = 1_800;

/** How long the push that says only how many there are is kept. */
export const MANY_TTL_S = DAY_S;

const SECONDS: Readonly<Record<string, number>> = {
  'call.invited': RINGING_S,
  'call.partner_joined': IN_CALL_S,
  'call.partner_left': IN_CALL_S,
  'call.partner_back': IN_CALL_S,
  'call.low_balance': IN_CALL_S,
  'call.coins_ended': IN_CALL_S,
  'matching.on_air': ON_AIR_S,
  'lobby.waiting': AT_THE_DOOR_S,
  'lobby.decided': AT_THE_DOOR_S,
};

/** By which id of its payload notices of a type take each other's place. Payments are not here: each is money of its own. */
const ABOUT: Readonly<Record<string, string>> = {
  'call.invited': 'callId',
  'call.missed': 'callId',
  'call.ended': 'callId',
  'call.partner_joined': 'callId',
  'call.partner_left': 'callId',
  'call.partner_back': 'callId',
  'call.low_balance': 'callId',
  'call.coins_ended': 'callId',
  'credit.requires.attention': 'creditId',
  'client.assigned': 'debtorId',
  'booking.moved': 'bookingId',
  'booking.soon': 'bookingId',
  'booking.started': 'bookingId',
  'lobby.waiting': 'entryId',
  'lobby.decided': 'bookingId',
  'topup.changed': 'topUpId',
  'payout.changed': 'payoutId',
};

/** How a notice of this type travels. */
export function pushKind(type: string, payload: Payload): PushKind {
  const ttlS = ownOf(SECONDS, type) ?? DAY_S;
  const about = payload[ownOf(ABOUT, type) ?? ''];
  return {
    ttlS,
    urgency: ttlS < DAY_S ? 'high' : 'normal',
    topic: typeof about === 'string' && about !== '' ? about : null,
  };
}
