import type { Receipt } from '../../app/api.ts';

/** What was given back at one instant for one reason. */
export interface Refunded {
  readonly at: string;
  readonly reason: string;
  /** Null where the reader is not told. */
  readonly by: string | null;
  readonly coins: number;
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
