import type { LookFor, MatchingState } from '@latido/protocol';
import { useEffect, useRef } from 'react';
import type { Standing } from './standing.ts';

/** What somebody asked for. */
export type Wishes = NonNullable<MatchingState['wishes']>;
type Side = NonNullable<MatchingState['side']>;

const KEY = 'latido.wishes';
const keyOf = (personId: string, side: Side): string => `${KEY}.${side}.${personId}`;

/** Keeps what somebody asked for last on a side: with their place the server forgets it. */
export function keepWishes(personId: string, side: Side, wishes: Wishes): void {
  try {
    localStorage.setItem(keyOf(personId, side), JSON.stringify(wishes));
  } catch {
    // Storage may be forbidden: then the next evening begins with the form as it is.
  }
}

const orNull = (value: unknown, type: 'number' | 'string'): boolean =>
  value === null || typeof value === type;

function isWishes(kept: unknown): kept is Wishes {
  if (typeof kept !== 'object' || kept === null) return false;
  const { maxPrice, language, connectAtOnce, planId, price, askFirst, unhurried } = kept as Record<
    string,
    unknown
  >;
  const flags = [connectAtOnce, askFirst, unhurried].every((flag) => typeof flag === 'boolean');
  const coins = orNull(maxPrice, 'number') && orNull(price, 'number');
  return flags && coins && orNull(language, 'string') && orNull(planId, 'string');
}

/** What was kept of it, if it can be read. */
export function keptWishes(personId: string, side: Side): Wishes | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(personId, side)) ?? 'null');
    return isWishes(kept) ? kept : null;
  } catch {
    return null;
  }
}

/** What somebody asks for on a side: the server's word, and without one what was known last. */
export const wishesIn = (
  standing: Pick<MatchingState, 'side' | 'wishes'>,
  { side, last }: { side: Side; last: Wishes | null },
): Wishes | null => (standing.side === side && standing.wishes) || last;

/** The same for a page, which keeps it. */
export function useWishes(personId: string, side: Side, standing: Standing): Wishes | null {
  const last = useRef<Wishes | null | undefined>(undefined);
  last.current ??= keptWishes(personId, side);
  const wishes = wishesIn(standing, { side, last: last.current });
  last.current = wishes;
  useEffect(() => {
    if (wishes) keepWishes(personId, side, wishes);
  }, [personId, side, wishes]);
  return wishes;
}

/** What was wished before, to go on with: the place is new. */
export function lookOf({ maxPrice, language, connectAtOnce, unhurried }: Wishes): LookFor {
  return {
    maxPrice,
    language: language === 'en' || language === 'es' ? language : null,
    connectAtOnce,
    unhurried,
  };
}

/** What an earner has chosen on the page, and the server has not said yet. */
export interface Chosen {
  readonly planId?: string;
  readonly askFirst?: boolean;
}

/**
 * How somebody is on air, or goes there: what they have chosen on the page counts before the server's word only while that is being
 * asked for. Where their plans could not be read the plan stays the one that it is: without a name it would become the first.
 */
export function airOf(of: {
  wishes: Wishes | null;
  chosen: Chosen;
  plans: readonly { readonly id: string }[];
}): { planId?: string; askFirst: boolean } {
  const { wishes, chosen, plans } = of;
  const wanted = chosen.planId ?? wishes?.planId ?? undefined;
  const planId = plans.length === 0 ? wanted : (plans.find(({ id }) => id === wanted) ?? plans[0])?.id;
  return {
    ...(planId === undefined ? {} : { planId }),
    askFirst: chosen.askFirst ?? wishes?.askFirst ?? false,
  };
}
