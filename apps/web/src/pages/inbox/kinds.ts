import type { NoticeType } from '@latido/protocol';

/** Every type of notice that there is, and the name of its message; a type without one does not compile. */
export const KINDS = {
  'call.invited': 'callInvited',
  'call.missed': 'callMissed',
  'call.partner_joined': 'partnerJoined',
  'call.partner_left': 'partnerLeft',
  'call.partner_back': 'partnerBack',
  'call.ended': 'callEnded',
  'call.stranger_removed': 'strangerRemoved',
  'call.low_balance': 'lowBalance',
  'call.coins_ended': 'coinsEnded',
  'call.refunded': 'refunded',
  'matching.on_air': 'onAir',
  'booking.made': 'bookingMade',
  'booking.moved': 'bookingMoved',
  'booking.cancelled': 'bookingCancelled',
  'booking.soon': 'bookingSoon',
  'booking.started': 'bookingStarted',
  'booking.no_show': 'bookingNoShow',
  'lobby.waiting': 'lobbyWaiting',
  'lobby.decided': 'lobbyDecided',
  'topup.changed': 'topUp',
  'payout.changed': 'payout',
  'credit.requires.attention': 'creditAttention',
  'payment.received': 'paymentReceived',
  'payment.reversed': 'paymentReversed',
  'client.assigned': 'assigned',
  'credits.uncollected': 'uncollected',
  'import.broken': 'importBroken',
} as const satisfies Record<NoticeType, string>;
/** In the order in which they are listed. */
export const TYPES = Object.keys(KINDS) as NoticeType[];
