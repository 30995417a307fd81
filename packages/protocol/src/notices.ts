import { z } from 'zod';
import { PayoutStatus, TopUpStatus } from './cashier.ts';

const call = { callId: z.string(), roomName: z.string() };
const session = { bookingId: z.string(), title: z.string(), startsAt: z.iso.datetime() };
const partner = { ...call, personId: z.string(), name: z.string() };

/**
 * Why a partner is not there: `hung_up`, `next` and `left` by their own will, `lost_connection` and `removed` without it,
 * `out_of_balance`, `no_answer` and `expired` by the call's clockwork. Show it: people ask whether it was meant.
 */
export const PartnerGone = z.enum([
  'hung_up',
  'next',
  'not_matched',
  'parted',
  'left',
  'lost_connection',
  'removed',
  'unreachable',
  'out_of_balance',
  'no_answer',
  'expired',
]);
export type PartnerGone = z.infer<typeof PartnerGone>;

/** A kind of notice: what it carries, and the sentence that its readers need. */
export interface NoticeKind {
  /** What happened, and when it is told. */
  readonly when: string;
  /** What the reader can do with it. */
  readonly why: string;
  /** Whose inbox it is put into. */
  readonly to: string;
  readonly payload: z.ZodObject;
}

/**
 * Every notice that there is, by type. `notify` on the server takes these only and parses the payload before it is
 * stored, so a client may rely on its form; docs/reference/notices.md is made from it.
 */
export const NOTICES = {
  'call.invited': {
    when: 'Somebody calls a person by their id or e-mail; told as the call is made, before anybody is in the room.',
    why: 'Ring, and open `url` to accept.',
    to: 'Who is called.',
    payload: z.object({ ...partner, url: z.string() }),
  },
  'call.partner_joined': {
    when: 'Somebody of the call is there for the first time; not told again when they come back.',
    why: 'Say that the other is there: from now on the two can be together, and the meter can run.',
    to: 'The other people of the call.',
    payload: z.object({ ...partner, at: z.iso.datetime() }),
  },
  'call.partner_left': {
    when: 'Somebody of the call is no longer there: once for each absence and `state`, about three seconds after a crash, at once after a hang-up.',
    why: 'Say who went and why. `unreachable` and `left`: they may come back until `graceUntil`, and the meter rests. `ended`: the call is over.',
    to: 'The other people of the call.',
    payload: z.object({
      ...partner,
      reason: PartnerGone,
      state: z.enum(['unreachable', 'left', 'ended']),
      at: z.iso.datetime(),
      graceUntil: z.iso.datetime().nullable(),
    }),
  },
  'call.partner_back': {
    when: 'Somebody whose absence was told is there again before the call is over.',
    why: 'Take the countdown away. `gapMs` is how long they were away: that time is not paid.',
    to: 'Those who were told of the absence.',
    payload: z.object({ ...partner, at: z.iso.datetime(), gapMs: z.number().int() }),
  },
  'call.ended': {
    when: 'The call is over, for whatever reason; told once, also where nobody ever joined.',
    why: 'Leave the room and show the summary. While `settled` is false the last minute is being counted: `GET /api/v1/calls/{id}` and `call.state` say when the figures are final. `endedBy` is a person or `system`.',
    to: 'Everybody of the call.',
    payload: z.object({
      ...call,
      endReason: PartnerGone,
      endedBy: z.string().nullable(),
      at: z.iso.datetime(),
      settled: z.boolean(),
    }),
  },
  'call.missed': {
    when: 'Somebody called a person who neither came nor declined, and the call is over: it rang out, or the caller gave up.',
    why: 'Say who called and when (`at`), with a way to call back. It stays unread until they have seen it.',
    to: 'Who was called.',
    payload: z.object({ ...partner, at: z.iso.datetime(), reason: PartnerGone }),
  },
  'call.stranger_removed': {
    when: 'Somebody who is not of the call got into its room of LiveKit, and was taken out.',
    why: 'Say so: the stranger may have seen or heard something until then. Look for who else has the LiveKit secret.',
    to: 'Everybody of the call.',
    payload: z.object({ ...call, identity: z.string(), name: z.string(), at: z.iso.datetime() }),
  },
  'call.low_balance': {
    when: 'The coins of a running call end soon: told 120, 60, 30 and 10 seconds before `finalAt`.',
    why: 'Offer a top-up: without one the meter stops at `finalAt` and the call ends shortly after.',
    to: 'Who pays.',
    payload: z.object({ ...call, finalAt: z.iso.datetime(), leftMs: z.number().int() }),
  },
  'call.coins_ended': {
    when: 'In a group where each pays, the reader’s coins had ended, and they were taken out of the room; the others go on.',
    why: 'Say why, with a top-up: with coins they come in again, on the same meter. `at` is when their coins had ended: nothing after it is billed.',
    to: 'Whose coins ended.',
    payload: z.object({ ...call, at: z.iso.datetime() }),
  },
  'call.refunded': {
    when: 'Those who run the server gave coins of a call back, wholly or in part.',
    why: 'Say how many and why. `coins` is what the reader’s own account got; below zero: what an earner gave back of their share.',
    to: 'Who paid, and who earned.',
    payload: z.object({
      callId: z.string(),
      refundId: z.string(),
      coins: z.number().int(),
      reason: z.string(),
    }),
  },
  'matching.on_air': {
    when: 'Somebody whom the reader could meet is on air and free; once, because they had asked to be told.',
    why: 'Lead to where they look for somebody. `price` is the least that is asked, in coins a minute.',
    to: 'Who asked for it (`POST /api/v1/matching/tell-me`).',
    payload: z.object({ price: z.number().int() }),
  },
  'booking.made': {
    when: 'Somebody booked a session, or a seat in one.',
    why: 'Say who comes when; `startsAt` is an instant, show it in the reader’s own zone.',
    to: 'The mentor.',
    payload: z.object({ ...session, name: z.string() }),
  },
  'booking.moved': {
    when: 'A session has another time.',
    why: 'Say the new time; `previousAt` is the old one. A calendar that has the file of before takes the new one.',
    to: 'Everybody of the session but who moved it.',
    payload: z.object({ ...session, name: z.string(), previousAt: z.iso.datetime() }),
  },
  'booking.cancelled': {
    when: 'A session was cancelled, or a mentee gave their seat back (`wholly` false, told to the mentor).',
    why: 'Say who did and why. `back` is how many held coins the reader got back.',
    to: 'Everybody of the session but who cancelled.',
    payload: z.object({
      ...session,
      name: z.string(),
      wholly: z.boolean(),
      reason: z.string().nullable(),
      back: z.number().int(),
    }),
  },
  'booking.soon': {
    when: 'A session is a day, or ten minutes, away; once each, and never for a time that has changed.',
    why: 'Remind, and open the session’s page.',
    to: 'Everybody of the session.',
    payload: z.object({ ...session, name: z.string(), leftMs: z.number().int() }),
  },
  'booking.started': {
    when: 'The mentor has begun a session.',
    why: 'Come in: the lobby is open.',
    to: 'The mentees.',
    payload: z.object({ ...session, name: z.string() }),
  },
  'booking.no_show': {
    when: 'Nobody began a session within fifteen minutes of its time.',
    why: 'Say so; what was held is given back.',
    to: 'Everybody of the session.',
    payload: z.object({ ...session, name: z.string() }),
  },
  'lobby.waiting': {
    when: 'Somebody asks to come into a session; again once they have gone and come back.',
    why: 'Let them in, or not: open the session.',
    to: 'The host.',
    payload: z.object({ ...session, name: z.string(), entryId: z.string() }),
  },
  'lobby.decided': {
    when: 'The host let somebody in, denied it, or removed them.',
    why: 'Come in, or read what the host said (`sentence`).',
    to: 'Who asked.',
    payload: z.object({
      ...session,
      decision: z.enum(['admitted', 'denied', 'removed']),
      sentence: z.string().nullable(),
    }),
  },
  'topup.changed': {
    when: 'A payment provider said something new of a top-up: it was paid, failed, expired, was given back or is disputed.',
    why: 'Read the wallet anew. `coins` is what is there of it now, bonus included.',
    to: 'Who bought the coins.',
    payload: z.object({ topUpId: z.string(), status: TopUpStatus, coins: z.number().int() }),
  },
  'payout.changed': {
    when: 'The desk took a payout on: it was sent, arrived, or came back.',
    why: 'Say where the money is; `returned` coins can be asked for again, and `reason` says why.',
    to: 'Who asked for the payout.',
    payload: z.object({
      payoutId: z.string(),
      status: PayoutStatus,
      coins: z.number().int(),
      reason: z.string().nullable(),
    }),
  },
  'credit.requires.attention': {
    when: 'A credit has been due, or will be within a week: once a day for each credit and reason, by the hourly check.',
    why: 'Call or visit the debtor; `message` is the sentence to show.',
    to: 'Who collects from the debtor.',
    payload: z.object({
      creditId: z.string(),
      debtor: z.object({ id: z.string(), name: z.string(), phone: z.string().nullable() }),
      amountDue: z.number().int(),
      currency: z.string(),
      dueOn: z.iso.date(),
      daysOverdue: z.number().int(),
      message: z.string(),
    }),
  },
  'payment.received': {
    when: 'A payment was recorded, by whomever.',
    why: 'Show the new balance; nobody need ask for this amount any more.',
    to: 'The collector who recorded it, and the one who collects from the debtor.',
    payload: z.object({
      paymentId: z.string(),
      creditId: z.string(),
      debtor: z.object({ id: z.string(), name: z.string() }),
      amount: z.number().int(),
      currency: z.string(),
      balance: z.number().int(),
      by: z.string(),
    }),
  },
  'payment.reversed': {
    when: 'A payment was taken back.',
    why: 'Show the new balance: what was paid is owed again.',
    to: 'The collector who had recorded it, and the one who collects from the debtor.',
    payload: z.object({
      paymentId: z.string(),
      creditId: z.string(),
      debtor: z.object({ id: z.string(), name: z.string() }),
      amount: z.number().int(),
      currency: z.string(),
      balance: z.number().int(),
      by: z.string(),
      reason: z.string(),
    }),
  },
  'client.assigned': {
    when: 'A debtor was given to a collector, or taken from one.',
    why: 'Read the list anew.',
    to: 'Who collects from them from now on, and who did before.',
    payload: z.object({
      debtorId: z.string(),
      name: z.string(),
      /** Null: nobody, since an import was undone. */
      collectorId: z.string().nullable(),
      by: z.string(),
      previous: z.string().nullable(),
    }),
  },
  'credits.uncollected': {
    when: 'Credits need somebody and nobody collects from their debtors: once a day, by the hourly check.',
    why: 'Say how many, and lead to the list (`url`) where they are given to collectors.',
    to: 'Managers and admins.',
    payload: z.object({ day: z.iso.date(), credits: z.number().int(), url: z.string() }),
  },
  'import.broken': {
    when: 'The server ended while it read or wrote a file; told within minutes of its being back.',
    why: 'Say that nothing of the file was written, and lead to where it is sent again (`url`).',
    to: 'Who sent the file.',
    payload: z.object({
      importId: z.string(),
      kind: z.enum(['debtors', 'credits', 'payments', 'assignments']),
      fileName: z.string().nullable(),
      url: z.string(),
    }),
  },
} as const satisfies Record<string, NoticeKind>;

/** Name of a notice, e.g. `call.partner_left`; also the event's name on every door. */
export type NoticeType = keyof typeof NOTICES;

/** What notices of this type carry. */
export type NoticePayload<T extends NoticeType> = Readonly<z.infer<(typeof NOTICES)[T]['payload']>>;

/** A type with the payload that belongs to it: narrow by `type`. */
export type NoticeContent = {
  [T in NoticeType]: { readonly type: T; readonly payload: NoticePayload<T> };
}[NoticeType];

/**
 * One notice as every door carries it. `cursor` is opaque; give the last one back as `after`. A newer server may know
 * types that this version does not: pass over those.
 */
export const Notice = z.object({
  cursor: z.string(),
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
});
export type Notice = z.infer<typeof Notice>;
