import { z } from 'zod';
import { Coins, GivenInstant, Instant, Plan } from './calls.ts';

/** `GET /api/v1/earnings`. */
export const Earnings = z.object({
  /** Below zero where more was given back to payers than was left of it: see `owed`. */
  balance: Coins,
  /** What of it may be asked for in money now, as `GET /api/v1/payouts` says; never below zero. The shares of the latest calls come later. */
  available: Coins,
  /** Given back to payers after it had been paid out: what is earned next settles it first. */
  owed: Coins,
  currency: z.string(),
  /** The latest entries, newest first. */
  items: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      occurredAt: Instant,
      coins: Coins,
      unit: z.number().int().nullable(),
      balance: Coins,
      /** What whoever gave the coins wrote to it. */
      memo: z.string().nullable(),
      /** The call that a charge or its correction is of, and who else was in it. */
      call: z.object({ callId: z.string(), with: z.string() }).nullable(),
    }),
  ),
});
export type Earnings = z.infer<typeof Earnings>;

/** Which day: the 24 hours from an instant on, such as the reader's midnight. */
export const EarnedHoursQuery = z.object({ from: Instant.optional() });

/** `GET /api/v1/earnings/hours`: what each hour brought. */
export const EarnedHours = z.object({ hours: z.array(z.object({ startsAt: Instant, coins: Coins })) });
export type EarnedHours = z.infer<typeof EarnedHours>;

/** One line of a statement: an entry that moved the account, and what it had afterwards. */
export const StatementLine = Earnings.shape.items.element;
export type StatementLine = z.infer<typeof StatementLine>;

/** What a lot of coins is. Gifts are used up first, bought coins last. */
export const LotKind = z.enum(['purchased', 'bonus', 'gift']);
export type LotKind = z.infer<typeof LotKind>;

/** Body of `POST /api/v1/wallets/{personId}/grants`, sent with an `Idempotency-Key`. */
export const NewGrant = z.strictObject({
  coins: z.number().int().min(1).max(1_000_000_000),
  kind: LotKind.default('gift'),
  expiresAt: GivenInstant.optional(),
  memo: z.string().max(200).optional(),
});
export type NewGrant = z.infer<typeof NewGrant>;

/** The same answer for every repetition of a grant. */
export const Grant = z.object({
  id: z.string(),
  personId: z.string(),
  coins: Coins,
  kind: LotKind,
  recordedAt: Instant,
});
export type Grant = z.infer<typeof Grant>;

/** Coins that came in together, and what is left of them. They are spent in the order of the list. */
export const Lot = z.object({
  id: z.string(),
  kind: LotKind,
  coins: Coins,
  left: Coins,
  createdAt: Instant,
  expiresAt: Instant.nullable(),
});
export type Lot = z.infer<typeof Lot>;

/** Of `GET /api/v1/wallet/lots`: a page of them goes on from the `nextCursor` of the one before. */
export const LotsQuery = z.object({
  cursor: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Body of `POST /api/v1/wallet/requests`: somebody asks those who run this server for coins. */
export const NewCoinRequest = z.object({ memo: z.string().trim().max(200).optional() }).strict();
/** What somebody asks for; gone once coins were given. */
export const CoinRequest = z.object({ askedAt: Instant, memo: z.string().nullable() });
export type CoinRequest = z.infer<typeof CoinRequest>;

/** A stretch of time in a receipt. */
const Stretch = z.object({ fromAt: Instant, toAt: Instant, ms: z.number().int() });

/**
 * Why a meter rested between two billed stretches. `closed_page`, `left`, `removed`, `lost_connection`: of the person named;
 * `media_server`: the media server was away, nobody's doing; `out_of_balance`: the coins had run out, nobody is named.
 */
export const PauseReason = z.enum([
  'closed_page',
  'lost_connection',
  'media_server',
  'left',
  'removed',
  'out_of_balance',
]);
export type PauseReason = z.infer<typeof PauseReason>;

/** `GET /api/v1/calls/{id}/receipt`: what was paid, for which time, by which rule. */
export const Receipt = z.object({
  callId: z.string(),
  /** Whose it is: in a group each who pays has a receipt of their own. */
  payerId: z.string(),
  plan: Plan,
  policy: z.string(),
  billableMs: z.number().int(),
  coins: Coins,
  /** What the earner has of it; only the earner is told, and then `coins` is the same. */
  earned: Coins.nullable(),
  lines: z.array(
    z.object({
      unit: z.number().int(),
      /** `adjustment`: it turned out to be less time; `refund`: the desk gave it back, or a part of it. */
      kind: z.enum(['charge', 'adjustment', 'refund']),
      /** When the unit's time began; null of the connect fee, which has none. */
      beginsAt: Instant.nullable(),
      dueAt: Instant,
      coins: Coins,
      /** What the earner has of it; only the earner is told, and then `coins` is the same. */
      earned: Coins.nullable(),
      /** Of a refund: why. */
      reason: z.string().optional(),
      /** Of a refund: who gave it back; only staff are told. */
      actor: z.object({ personId: z.string(), name: z.string() }).optional(),
    }),
  ),
  /** Stretches of togetherness that were billed, and those between them that were not. */
  billed: z.array(Stretch),
  pauses: z.array(Stretch.extend({ personId: z.string().nullable(), reason: PauseReason })),
  /** Coins held for the unit in progress, and those given back of a unit begun that fell due no more; only the payer is told. */
  held: Coins.nullable(),
  released: Coins.nullable(),
  /** The viewer's own account before this call's first entry and after its last one; null where nothing moved. */
  balance: z.object({ before: Coins, after: Coins }).nullable(),
  /** Coins of units that had been used and that nobody was asked for. */
  shortfall: Coins,
  /** Whether this is the last word: until then the last minute is being counted, and `coins` may still grow. */
  settled: z.boolean(),
  settledAt: Instant.nullable(),
});
export type Receipt = z.infer<typeof Receipt>;

/** Body of `POST /api/v1/calls/{id}/refunds`: so many coins, or the last so many units. */
export const NewRefund = z
  .strictObject({
    coins: z.number().int().min(1).max(1_000_000_000_000).optional(),
    units: z.number().int().min(1).max(1_000_000).optional(),
    /** To whom, where several pay in the call. */
    payerId: z.string().max(64).optional(),
    reason: z.string().trim().min(1).max(500),
  })
  .refine(({ coins, units }) => (coins === undefined) !== (units === undefined), {
    error: 'Send either coins or units.',
  });
export type NewRefund = z.infer<typeof NewRefund>;

/** Coins of a call that the desk gave back. */
export const Refund = z.object({
  id: z.string(),
  callId: z.string(),
  coins: Coins,
  units: z.number().int().nullable(),
  reason: z.string(),
  createdAt: Instant,
});
export type Refund = z.infer<typeof Refund>;
