import { coinsPerMinute, type PricePlan, priceUpTo, unitBeginsMs } from '@latido/core';
import type { OfferTerms } from '@latido/protocol';

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
            price: Number(coinsPerMinute(tier.price, incrementMs, plan.priceDen)),
          })),
        }
      : {}),
  };
}

const ceil = (parts: bigint, of: bigint): bigint => (parts + of - 1n) / of;
