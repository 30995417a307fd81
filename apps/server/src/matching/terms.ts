import { type PricePlan, priceUpTo, unitBeginsMs } from '@latido/core';
import type { OfferTerms } from '@latido/protocol';

const MINUTE_MS = 60_000;

/** Coins a minute of a price for so much time, rounded up: nobody pays more than they have read. */
function perMinute(parts: bigint, plan: PricePlan, ms: number): bigint {
  const of = BigInt(ms) * plan.priceDen;
  return (parts * BigInt(MINUTE_MS) + of - 1n) / of;
}

/** What a plan asks beside its coins a minute (MATCH-36); what it does not ask is left out. */
export function termsOf(plan: PricePlan): OfferTerms {
  const { connectFee, initialPrice, initialMs, price, incrementMs, tiers } = plan;
  // The same rate for a longer stretch is no price of its own.
  const isOwn = initialPrice * BigInt(incrementMs) !== price * BigInt(initialMs);
  return {
    ...(connectFee > 0n ? { connectFee: Number(priceUpTo(plan, 0)) } : {}),
    ...(isOwn ? { first: { forMs: initialMs, coins: Number(ceil(initialPrice, plan.priceDen)) } } : {}),
    ...(tiers.length > 0
      ? {
          later: tiers.map((tier) => ({
            fromMs: unitBeginsMs(plan, tier.fromUnit),
            price: Number(perMinute(tier.price, plan, incrementMs)),
          })),
        }
      : {}),
  };
}

const ceil = (parts: bigint, of: bigint): bigint => (parts + of - 1n) / of;
