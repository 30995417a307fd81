import type { MeterState } from '@latido/protocol';
import { unitShare } from '../parts/unit-price.ts';

type Charged = Pick<MeterState, 'plan' | 'unitsCharged' | 'timeUnits' | 'coins' | 'earned'>;

/**
 * How many units of time a sum is for, and what each was; `price` is null where the units alone do not make the sum, by a fee, a first
 * stretch or later prices of their own: then a price beside the sum would be a wrong one.
 */
export function chargedOf({ plan, unitsCharged, timeUnits, coins, earned }: Charged): {
  units: number;
  price: number | null;
} {
  const units = timeUnits ?? unitsCharged;
  const price = unitShare(plan);
  // Parts of coins and shares are floored on the sum, never on a unit.
  const isSum = Math.abs(units * price - (earned ?? coins)) < 1;
  return { units, price: isSum ? price : null };
}
