import { z } from 'zod';
import { Coins, Instant } from './calls.ts';

/** Minor units (cents) that a provider can take. */
const Amount = z.number().int().min(1).max(100_000_000);

/** Coins that can be bought: so many, and a bonus, for an amount in minor units. */
export const Pack = z.object({
  id: z.string(),
  name: z.string(),
  coins: Coins,
  bonus: Coins,
  amount: z.number().int(),
  currency: z.string(),
});
export type Pack = z.infer<typeof Pack>;

/** `GET /api/v1/packs`. `provider`: who takes the money; null where nobody does, and coins cannot be bought. */
export const Packs = z.object({
  items: z.array(Pack),
  nextCursor: z.null(),
  provider: z.enum(['development', 'stripe']).nullable(),
});
export type Packs = z.infer<typeof Packs>;

/** Body of `PUT /api/v1/packs`: the packs that are offered from now on, in their order. A top-up keeps the pack that it was made of. */
export const NewPacks = z.strictObject({
  items: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'Lower case letters, digits and hyphens, 40 at most.'),
        name: z.string().trim().min(1).max(60),
        coins: z.number().int().min(1).max(1_000_000_000),
        bonus: z.number().int().min(0).max(1_000_000_000).default(0),
        amount: Amount,
        currency: z.string().regex(/^[A-Z]{3}$/, 'Three capital letters, e.g. USD.'),
      }),
    )
    .max(20)
    .refine((items) => new Set(items.map(({ id }) => id)).size === items.length, 'Two packs have one id.'),
});
export type NewPacks = z.infer<typeof NewPacks>;

/** Body of `POST /api/v1/topups`. What it costs and brings is the pack's. */
export const NewTopUp = z.strictObject({ packId: z.string().min(1).max(40) });

/**
 * Where a top-up is. `mismatch`: the provider took another amount than was asked for, nothing was credited; `disputed`: the
 * payer's bank wants the money back.
 */
export const TopUpStatus = z.enum([
  'pending',
  'paid',
  'failed',
  'expired',
  'refunded',
  'disputed',
  'mismatch',
]);
export type TopUpStatus = z.infer<typeof TopUpStatus>;

/** A person buys a pack. `url`: where to pay; absent where the payment needs no other page. */
export const TopUp = z.object({
  id: z.string(),
  status: TopUpStatus,
  provider: z.string(),
  packId: z.string(),
  coins: Coins,
  bonus: Coins,
  amount: z.number().int(),
  currency: z.string(),
  url: z.string().optional(),
  createdAt: Instant,
  paidAt: Instant.nullable(),
});
export type TopUp = z.infer<typeof TopUp>;

/** Body of `POST /api/v1/payouts`. */
export const NewPayout = z.strictObject({ coins: z.number().int().min(1).max(1_000_000_000) });

/** Where a payout is. */
export const PayoutStatus = z.enum(['requested', 'sent', 'paid', 'returned']);
export type PayoutStatus = z.infer<typeof PayoutStatus>;

/** Coins that an earner asks for in money. */
export const Payout = z.object({
  id: z.string(),
  personId: z.string(),
  name: z.string(),
  coins: Coins,
  status: PayoutStatus,
  /** What the desk wrote to the last step. */
  reason: z.string().nullable(),
  requestedAt: Instant,
  changedAt: Instant,
});
export type Payout = z.infer<typeof Payout>;

/** `GET /api/v1/payouts`: the latest first. `available` is what the viewer may ask for now. */
export const Payouts = z.object({
  items: z.array(Payout),
  nextCursor: z.string().nullable(),
  available: Coins,
});

/** Body of a step of the desk: `POST /api/v1/payouts/{id}/sent`, `/paid`, `/returned`. */
export const PayoutStepBody = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() });
