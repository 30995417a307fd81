import type { MatchingState } from '@latido/protocol';

type Prices = NonNullable<MatchingState['prices']>;

/** A step of the limit: what may be asked at most, and who is on air at just that price. */
export interface Step {
  readonly price: number;
  readonly people: number;
}

/** The steps of the limit: what earners ask now, what the house asks, and what was wished before, the lowest first. */
export function stepsOf(prices: Prices | undefined, others: readonly (number | null | undefined)[]): Step[] {
  const people = new Map<number, number>();
  for (const price of others) if (price != null && price > 0) people.set(price, 0);
  for (const step of prices ?? []) people.set(step.price, step.people);
  return [...people]
    .map(([price, count]) => ({ price, people: count }))
    .toSorted((a, b) => a.price - b.price);
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
