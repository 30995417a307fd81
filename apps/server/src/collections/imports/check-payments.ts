import { sql } from 'kysely';
import type { Clock, Db } from '../../platform/index.ts';
import { isAhead } from '../pay.ts';
import { refuse, textOf, type ReadLine } from './read-line.ts';

/**
 * Refuses payments of a day to come, and those with which more would be paid of a credit than a number holds exactly. That is judged by
 * the sum of the whole file: only one that means something else by its amounts comes near.
 */
export async function refuseUncountable(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  lines: readonly ReadLine[],
  paid: { sum: bigint },
): Promise<void> {
  const good = lines.filter(({ fault }) => fault === null);
  const ids = [...new Set(good.flatMap((line) => textOf(line, 'creditId') ?? []))];
  const { rows } = await sql<{ id: string; paid: bigint }>`
    select c.id, c.paid from collections.credit c where c.id = any(${ids}::text[])`.execute(db);
  const paidOf = new Map(rows.map((row) => [row.id, row.paid]));
  for (const line of good) {
    const amount = BigInt(Number(line.vals?.['amount']));
    const before = paidOf.get(textOf(line, 'creditId') ?? '') ?? 0n;
    if (isAhead(new Date(textOf(line, 'paidAt') ?? ''), clock.now())) refuse(line, 'paidAt', 'ahead');
    else if (isTooMuch(before + paid.sum + amount)) refuse(line, 'amount', 'too_large');
    else paid.sum += amount;
  }
}

/** Whether what is paid is more than a number holds exactly. */
export const isTooMuch = (paid: bigint): boolean => paid > BigInt(Number.MAX_SAFE_INTEGER);
