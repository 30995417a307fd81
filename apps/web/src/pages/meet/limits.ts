import type { MatchingState } from '@latido/protocol';

type Prices = NonNullable<MatchingState['prices']>;

/** A step of the limit: what may be asked at most, and who is on air at just that price. */
export interface Step {
  readonly price: number;
  readonly people: number;
}

/** Prices that are steps also while nobody on air asks them. */
interface Kept {
  readonly house?: number | null | undefined;
  readonly wished?: number | null | undefined;
  readonly chosen?: number | null | undefined;
}

/**
 * The steps of the limit: what earners ask now, what the house asks, what was wished before, and what is chosen, the lowest first. The
 * only one at a price may go off air while it is chosen: the limit is still that.
 */
export function stepsOf(prices: Prices | undefined, kept: Kept): Step[] {
  const people = new Map<number, number>();
  for (const price of [kept.house, kept.wished, kept.chosen])
    if (price != null && price > 0) people.set(price, 0);
  for (const step of prices ?? []) people.set(step.price, step.people);
  return [...people]
    .map(([price, count]) => ({ price, people: count }))
    .toSorted((a, b) => a.price - b.price);
}

/**
 * The limit as it stands: what was chosen, wished before, or the house asks; null while it is not known yet what that is. A guess
 * would look for people whom nobody asked for, or who do not exist.
 */
export function limitOf(of: {
  chosen: number | null;
  wished: number | null | undefined;
  /** Undefined while it is on its way, null where it could not be read. */
  house: number | null | undefined;
  steps: readonly Step[];
}): number | null {
  const { chosen, wished, house, steps } = of;
  if (chosen !== null) return chosen;
  if (wished != null) return wished;
  return house === undefined ? null : (house ?? steps[0]?.price ?? 1);
}

/** How many are on air within a limit, and above it. */
export function countsAt(steps: readonly Step[], limit: number): { within: number; above: number } {
  const sum = (some: readonly Step[]): number => some.reduce((all, { people }) => all + people, 0);
  return {
    within: sum(steps.filter(({ price }) => price <= limit)),
    above: sum(steps.filter(({ price }) => price > limit)),
  };
}

/** The next price at which there are more people than within the limit; null where there is none. */
export function moreAbove(steps: readonly Step[], limit: number | null): Step | null {
  if (limit === null) return null;
  const above = steps.find(({ price, people }) => price > limit && people > 0);
  return above ? { price: above.price, people: countsAt(steps, above.price).within } : null;
}
