import type { Receipt } from '../../app/api.ts';

/** What was given back at one instant for one reason. */
export interface Refunded {
  readonly at: string;
  readonly reason: string;
  /** Null where the reader is not told. */
  readonly by: string | null;
  readonly coins: number;
}

/** The last so many units of a receipt, and what they come to. */
export interface LastUnits {
  readonly from: number;
  readonly to: number;
  readonly coins: number;
}

/**
 * What its last so many units come to, as the server counts them (METER-99): whatever each cost, without those of which nothing stands
 * any more. Null: there are not so many.
 */
export function lastUnitsOf(lines: Receipt['lines'], units: number): LastUnits | null {
  const standing = new Map<number, { coins: number; entries: number }>();
  for (const { unit, coins } of lines) {
    const had = standing.get(unit) ?? { coins: 0, entries: 0 };
    standing.set(unit, { coins: had.coins + coins, entries: had.entries + 1 });
  }
  const last = [...standing]
    .filter(([, { coins, entries }]) => coins > 0 || entries === 1)
    .toSorted(([one], [other]) => other - one)
    .slice(0, units);
  const [to, from] = [last[0]?.[0], last.at(-1)?.[0]];
  if (to === undefined || from === undefined || last.length < units) return null;
  return { from, to, coins: last.reduce((sum, [, { coins }]) => sum + coins, 0) };
}

/** The refunds behind the lines of a receipt, the first one first: one of them is a line for each unit that it is of. */
export function refundsOf(lines: Receipt['lines']): readonly Refunded[] {
  const refunds = new Map<string, Refunded>();
  for (const { kind, dueAt, reason = '', actor, coins, earned } of lines) {
    if (kind !== 'refund') continue;
    const key = `${dueAt} ${actor?.personId ?? ''} ${reason}`;
    const had = refunds.get(key)?.coins ?? 0;
    refunds.set(key, { at: dueAt, reason, by: actor?.name ?? null, coins: had - (earned ?? coins) });
  }
  return [...refunds.values()].toSorted((one, other) => one.at.localeCompare(other.at));
}
