import { ASK_KEPT_MS } from './limits.ts';
import { fits, isReady, type InLine, type Seeker } from './line.ts';

/** Somebody who wants to be told when somebody is on air. */
export interface Ask extends Seeker {
  /** Asked at (epoch ms). */
  readonly at: number;
}

/** Who is told, and what the one asks who asks least of those who are free and fit. */
export interface AskAnswered {
  readonly personId: string;
  readonly price: number;
}

/** Who of those who asked is told now (MATCH-26): somebody who fits them is on air and free. Whoever is in line themselves is not: they are offered somebody. */
export function whomToTell(asks: readonly Ask[], line: readonly InLine[], now: number): AskAnswered[] {
  const free = line.filter((person) => person.side === 'earner' && isReady(person, now));
  const inLine = new Set(line.map(({ personId }) => personId));
  return asks.flatMap((ask) => {
    if (inLine.has(ask.personId) || now - ask.at >= ASK_KEPT_MS) return [];
    const prices = free.flatMap((earner) => (fits(ask, earner) ? (earner.price ?? []) : []));
    return prices.length === 0 ? [] : [{ personId: ask.personId, price: Math.min(...prices) }];
  });
}
