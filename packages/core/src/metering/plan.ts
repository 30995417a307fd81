/** The price of later units: from `fromUnit` on, each costs `price` coins. */
export interface PriceTier {
  readonly fromUnit: number;
  readonly price: bigint;
}

/**
 * What a call costs, as one version of one plan. Durations in milliseconds, money in coins.
 *
 * Unit 1 is the first stretch (`initialMs`), every later unit is one `incrementMs`. A threshold says how much of
 * its stretch must have passed before a unit is due: 1 means started, the whole stretch means completed.
 */
export interface PricePlan {
  readonly initialMs: number;
  readonly incrementMs: number;
  readonly thresholdMs: number;
  readonly firstThresholdMs: number;
  readonly price: bigint;
  readonly initialPrice: bigint;
  /** All amounts of a plan are in one part of a coin of so many: price 5 of 3 is a coin and two thirds. */
  readonly priceDen: bigint;
  /** Unit 0: charged once as the two meet; 0 means that there is no such unit. */
  readonly connectFee: bigint;
  /** A call that stays below costs nothing; when it gets there, everything so far is due at once. */
  readonly freeBelowMs: number;
  /** The most that one call can cost, or null. */
  readonly maxCharge: bigint | null;
  /** Sorted by `fromUnit`; the last one that fits is the price. */
  readonly tiers: readonly PriceTier[];
  /** Gaps of togetherness up to this length are billed as if they had not been. */
  readonly bridgeGapMs: number;
  /** The earner's part of the cumulative amount, in 1/10,000. */
  readonly earnerShareBp: number;
}

/** When a unit is due, by name. A receipt shows it. */
export type PolicyName =
  | 'completed-minute'
  | 'completed-minute-min1'
  | 'started-minute'
  | 'nearest-minute'
  | '30-6'
  | 'per-second'
  | 'grace-then-started';

type Rounding = Pick<
  PricePlan,
  'initialMs' | 'incrementMs' | 'thresholdMs' | 'firstThresholdMs' | 'freeBelowMs'
>;

const MINUTE_MS = 60_000;
const minute = { initialMs: MINUTE_MS, incrementMs: MINUTE_MS, freeBelowMs: 0 };

/** The rounding of each policy. `completed-minute` is the default: 65 s and 95 s cost one minute, 125 s two. */
export const POLICIES: Readonly<Record<PolicyName, Rounding>> = {
  'completed-minute': { ...minute, firstThresholdMs: MINUTE_MS, thresholdMs: MINUTE_MS },
  'completed-minute-min1': { ...minute, firstThresholdMs: 1, thresholdMs: MINUTE_MS },
  'started-minute': { ...minute, firstThresholdMs: 1, thresholdMs: 1 },
  'nearest-minute': { ...minute, firstThresholdMs: MINUTE_MS / 2, thresholdMs: MINUTE_MS / 2 },
  '30-6': { initialMs: 30_000, incrementMs: 6_000, freeBelowMs: 0, firstThresholdMs: 1, thresholdMs: 1 },
  'per-second': {
    initialMs: 1_000,
    incrementMs: 1_000,
    freeBelowMs: 0,
    firstThresholdMs: 1_000,
    thresholdMs: 1_000,
  },
  // Ten seconds to find out that it is the wrong person; after them the first minute counts as started.
  'grace-then-started': { ...minute, freeBelowMs: 10_000, firstThresholdMs: 1, thresholdMs: 1 },
};

/** The earner's part when a plan does not say: 70 %. */
export const EARNER_SHARE_BP = 7_000;

/** A plan of the named policy at `price` coins a unit; everything else may be set by `more`. */
export function planOf(policy: PolicyName, price: bigint, more: Partial<PricePlan> = {}): PricePlan {
  return {
    ...POLICIES[policy],
    price,
    initialPrice: price,
    priceDen: 1n,
    connectFee: 0n,
    maxCharge: null,
    tiers: [],
    bridgeGapMs: 0,
    earnerShareBp: EARNER_SHARE_BP,
    ...more,
  };
}

/** What is wrong with a plan as a whole, in a sentence; null where it can be charged by. */
export function faultOfPlan(plan: PricePlan): string | null {
  const { initialMs, incrementMs, thresholdMs, firstThresholdMs, tiers } = plan;
  if (firstThresholdMs > initialMs)
    return `The first unit would be due after ${firstThresholdMs} ms of a stretch of ${initialMs}: it would never be.`;
  if (thresholdMs > incrementMs)
    return `A unit would be due after ${thresholdMs} ms of a stretch of ${incrementMs}: it would never be.`;
  const back = tiers.findIndex(({ fromUnit }, i) => i > 0 && fromUnit <= (tiers[i - 1]?.fromUnit ?? 0));
  if (back >= 0)
    return `Tier ${back + 1} begins at unit ${tiers[back]?.fromUnit}, not after the one before it.`;
  return null;
}
