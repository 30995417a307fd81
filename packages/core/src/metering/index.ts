export {
  faultOfPlan,
  POLICIES,
  EARNER_SHARE_BP,
  planOf,
  type PriceTier,
  type PricePlan,
  type PolicyName,
} from './plan.ts';
export { PRICE_PLANS, type PresetPlan } from './presets.ts';
export {
  costOf,
  type Cost,
  firstUnit,
  coinsEndMs,
  unitBeginsMs,
  unitDueMs,
  unitsDue,
  priceUpTo,
  coinsPerMinute,
  mostPerMinute,
  price,
  chargeOf,
  shareOf,
  shareUpTo,
  holdFor,
  firstUncovered,
} from './price.ts';
export { timeline, billableAt, type Stay, type TimelineOptions, type Timeline } from './timeline.ts';
export { dueRows, instantOf, type DueRow } from './due-rows.ts';
export { pausesOf, type Pause, type PauseReason } from './pauses.ts';
