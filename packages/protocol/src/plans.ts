import { z } from 'zod';
import { Coins, Instant, PricePolicy } from './calls.ts';

const DAY_MS = 86_400_000;
const PRICE_MAX = 1_000_000_000;

const Ms = z.number().int().min(1).max(DAY_MS);
const Price = z.number().int().min(0).max(PRICE_MAX);

/**
 * Body of `POST /api/v1/plans`, and of its preview. The policy gives the durations that are not named. Amounts are coins, or
 * parts of one: `price` 5 with `priceDen` 3 is a coin and two thirds.
 */
export const NewPlan = z.strictObject({
  /** None or a new one is a new plan; a known one gets its next version. Calls keep the version that they began with. */
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, 'Lower case letters, digits and hyphens, 40 at most.')
    .optional(),
  name: z.string().trim().min(1).max(60),
  policy: PricePolicy.default('completed-minute'),
  price: Price.min(1),
  priceDen: z.number().int().min(1).max(1_000_000).default(1),
  initialPrice: Price.optional(),
  initialMs: Ms.optional(),
  incrementMs: Ms.min(1_000).optional(),
  /** How much of its stretch must have passed before a unit is due: 1 is started, the whole stretch is completed. */
  thresholdMs: Ms.optional(),
  firstThresholdMs: Ms.optional(),
  connectFee: Price.default(0),
  freeBelowMs: z.number().int().min(0).max(DAY_MS).optional(),
  maxCharge: Price.nullable().default(null),
  tiers: z
    .array(z.strictObject({ fromUnit: z.number().int().min(2).max(100_000_000), price: Price }))
    .max(20)
    .default([]),
  bridgeGapMs: z.number().int().min(0).max(3_600_000).default(0),
  /** The earner's part, in 1/10,000. */
  earnerShareBp: z.number().int().min(0).max(10_000).optional(),
  currency: z.literal('COIN').default('COIN'),
});
export type NewPlan = z.infer<typeof NewPlan>;

/** Body of `POST /api/v1/plans`. */
export const WritePlan = NewPlan.extend({
  /** The version that it is to be, 1 for a new plan: nobody writes over what they have not read. Without it, the next one. */
  version: z.number().int().min(1).optional(),
});
export type WritePlan = z.infer<typeof WritePlan>;

/** A plan with all that it says. */
export const PlanShown = NewPlan.required().extend({ version: z.number().int(), isPreset: z.boolean() });
export type PlanShown = z.infer<typeof PlanShown>;

/** A plan in the admin's list: `place` is where it stands in what the house offers, 1 for the default, null where it is not offered. */
export const PlanListed = PlanShown.extend({ place: z.number().int().nullable() });
export type PlanListed = z.infer<typeof PlanListed>;

/** One version of a plan, and when it was written. */
export const PlanVersion = PlanShown.extend({ writtenAt: Instant });
export type PlanVersion = z.infer<typeof PlanVersion>;

/** Durations, as `?ms=65000,95000,125000`. */
export const PreviewQuery = z.object({
  ms: z
    .string()
    .regex(/^\d{1,9}(,\d{1,9}){0,49}$/, 'Milliseconds with commas between, 50 at most.')
    .default('30000,59000,60000,65000,95000,125000,300000,600000,3600000'),
});

/** What durations cost by a plan: units that are due, coins, and the earner’s share of them, null to who pays. */
export const PlanPreview = z.object({
  rows: z.array(
    z.object({ ms: z.number().int(), units: z.number().int(), coins: Coins, share: Coins.nullable() }),
  ),
});
export type PlanPreview = z.infer<typeof PlanPreview>;
