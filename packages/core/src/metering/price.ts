import type { PricePlan } from './plan.ts';

/** Index of the first unit that a plan has: 0 with a connect fee, else 1. */
export function firstUnit(plan: PricePlan): number {
  return plan.connectFee > 0n ? 0 : 1;
}

/** Billable milliseconds at which the stretch of a unit begins: until there the units before it have paid. */
export function unitBeginsMs(plan: PricePlan, unit: number): number {
  return unit <= 1 ? 0 : plan.initialMs + (unit - 2) * plan.incrementMs;
}

/**
 * Billable milliseconds at which the coins end when nothing covers a unit: where its stretch begins, but not within free time, of which
 * nothing would be due then (METER-90).
 */
export function coinsEndMs(plan: PricePlan, unit: number): number {
  return unit <= 1 ? 0 : Math.max(unitBeginsMs(plan, unit), plan.freeBelowMs);
}

/** Billable milliseconds at which a unit falls due. Never falls as `unit` grows. */
export function unitDueMs(plan: PricePlan, unit: number): number {
  return Math.max(plan.freeBelowMs, 1, unitBeginsMs(plan, unit) + thresholdOf(plan, unit));
}

function thresholdOf(plan: PricePlan, unit: number): number {
  if (unit === 0) return 1;
  return unit === 1 ? plan.firstThresholdMs : plan.thresholdMs;
}

/** The highest unit that is due after `billableMs`; one less than the first unit when none is. */
export function unitsDue(plan: PricePlan, billableMs: number): number {
  const first = firstUnit(plan);
  if (billableMs < unitDueMs(plan, first)) return first - 1;
  if (billableMs < unitDueMs(plan, 1)) return 0;
  const pastFirstMs = billableMs - plan.initialMs - plan.thresholdMs;
  return pastFirstMs < 0 ? 1 : 2 + Math.floor(pastFirstMs / plan.incrementMs);
}

/** The most coins that a minute of a call can cost, rounded up: of its first stretch, of later ones and of tiers; without the fee. */
export function mostPerMinute({
  initialPrice,
  initialMs,
  price,
  incrementMs,
  priceDen,
  tiers,
}: PricePlan): bigint {
  const rates = [
    coinsPerMinute(initialPrice, initialMs, priceDen),
    coinsPerMinute(price, incrementMs, priceDen),
    ...tiers.map((tier) => coinsPerMinute(tier.price, incrementMs, priceDen)),
  ];
  return rates.reduce((most, rate) => (rate > most ? rate : most), 0n);
}

/** Coins a minute of a price for so much time, rounded up: nobody pays more than they have read. */
export function coinsPerMinute(parts: bigint, ms: number, priceDen: bigint): bigint {
  const of = BigInt(ms) * priceDen;
  return (parts * 60_000n + of - 1n) / of;
}

/** Coins for everything up to and including `unit`: fee and prices, at most `maxCharge`; floored on the sum, so that parts of coins never drift. */
export function priceUpTo(plan: PricePlan, unit: number): bigint {
  return partsUpTo(plan, unit) / plan.priceDen;
}

function partsUpTo(plan: PricePlan, unit: number): bigint {
  if (unit < firstUnit(plan)) return 0n;
  let coins = plan.connectFee;
  if (unit >= 1) coins += plan.initialPrice;
  if (unit >= 2) coins += laterUnits(plan, unit);
  return plan.maxCharge !== null && coins > plan.maxCharge ? plan.maxCharge : coins;
}

/** Coins of the units 2…unit: each tier prices its own stretch, so this costs one step a tier and not one a unit. */
function laterUnits(plan: PricePlan, unit: number): bigint {
  const steps = [{ fromUnit: 2, price: plan.price }, ...plan.tiers];
  return steps.reduce((coins, step, i) => {
    const fromUnit = Math.max(2, step.fromUnit);
    const toUnit = Math.min(unit, (steps[i + 1]?.fromUnit ?? Infinity) - 1);
    return toUnit < fromUnit ? coins : coins + step.price * BigInt(toUnit - fromUnit + 1);
  }, 0n);
}

/**
 * C(): what `billableMs` of togetherness cost. A monotone step function, and the only price there is: the tick and
 * the end of a call ask it alike, so that ending can add nothing that ticking would not have added.
 */
export function price(plan: PricePlan, billableMs: number): bigint {
  return priceUpTo(plan, unitsDue(plan, billableMs));
}

/** Coins of one unit: C(due(unit)) − C(due(unit − 1)), so that rounding and caps never drift. */
export function chargeOf(plan: PricePlan, unit: number): bigint {
  return priceUpTo(plan, unit) - priceUpTo(plan, unit - 1);
}

/** The earner's part of one unit, floored on the cumulative amount: the parts of all units add up to the floor. */
export function shareOf(plan: PricePlan, unit: number): bigint {
  return shareUpTo(plan, unit) - shareUpTo(plan, unit - 1);
}

/** The earner's part of everything up to and including `unit`. */
export function shareUpTo(plan: PricePlan, unit: number): bigint {
  return (priceUpTo(plan, unit) * BigInt(plan.earnerShareBp)) / 10_000n;
}

/** Coins that must be held while `unit` is the next one: a fee is held together with the first stretch. */
export function holdFor(plan: PricePlan, unit: number): bigint {
  return unit === 0 ? chargeOf(plan, 0) + chargeOf(plan, 1) : chargeOf(plan, unit);
}

/**
 * The first unit from `nextUnit` on that `coins` cannot pay, looking no further than `lookAheadMs` of billable
 * time past its beginning; null when they reach further than that.
 */
export function firstUncovered(
  plan: PricePlan,
  from: { nextUnit: number; coins: bigint; lookAheadMs: number },
): number | null {
  const untilMs = unitBeginsMs(plan, from.nextUnit) + from.lookAheadMs;
  let leftCoins = from.coins;
  for (let unit = from.nextUnit; unitBeginsMs(plan, unit) <= untilMs; unit += 1) {
    leftCoins -= chargeOf(plan, unit);
    if (leftCoins < 0n) return unit;
  }
  return null;
}

/** What a duration costs: units that are due, their coins, and the earner's part of them. */
export interface Cost {
  readonly units: number;
  readonly coins: bigint;
  readonly share: bigint;
}

/** What a call of so much time together costs, and what of it the earner has. A connect fee counts as a unit. */
export function costOf(plan: PricePlan, billableMs: number): Cost {
  const upTo = unitsDue(plan, billableMs);
  const units = upTo - firstUnit(plan) + 1;
  return { units, coins: priceUpTo(plan, upTo), share: shareUpTo(plan, upTo) };
}
