import type { PolicyName, PricePlan } from './plan.ts';
import { planOf } from './plan.ts';

/** A price plan that Latido brings along. */
export interface PresetPlan {
  readonly id: string;
  readonly name: string;
  readonly policy: PolicyName;
  readonly currency: string;
  readonly plan: PricePlan;
}

/**
 * The plans that every database has: the one place of their figures. They are written into it at migration; a change here
 * becomes a new version, which prices the calls that begin after it. Calls keep the version they began with.
 */
export const PRICE_PLANS: readonly PresetPlan[] = [
  {
    id: 'standard',
    name: 'Standard',
    policy: 'completed-minute',
    currency: 'COIN',
    plan: planOf('completed-minute', 10n),
  },
];
