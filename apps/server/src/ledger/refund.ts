import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { lockBalances } from './move.ts';

/** The two accounts that a meter's charges move. */
export interface Charged {
  readonly meterId: string;
  readonly walletAccountId: string;
  readonly earnerAccountId: string | null;
}

/** How much of a meter's charges: so many coins, or so many of its last units, whatever they cost. */
export type Part =
  | { readonly coins: bigint; readonly units: null }
  | { readonly coins: null; readonly units: number };

/** What stands of that part: as much as there is, where that is less. */
export interface Standing {
  readonly coins: bigint;
  readonly units: number;
}

/**
 * What can be given back of a part of a meter's charges, from the last one on; lock its balances before. Of a unit stands what was not
 * given back of it yet, and one that cost nothing until it was given back with others (METER-99).
 */
export async function standingOfMeter(db: DbOrTx, of: Charged & Part): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select coalesce(sum(coins), 0)::bigint as coins, count(*)::int as units
      from ledger.standing(${of.meterId}, ${of.walletAccountId}, ${of.earnerAccountId}, ${of.coins}::bigint, ${of.units}::int)`.execute(
    db,
  );
  return rows[0] ?? { coins: 0n, units: 0 };
}

/** Counts again what the entries of some meters gave back. The meters are locked before. */
export async function countBack(tx: Tx, meterIds: readonly string[]): Promise<void> {
  await sql`select ledger.count_back(${[...meterIds]}::text[])`.execute(tx);
}

/** Waits for whoever moves a meter's accounts. The meter is locked before. */
export function lockAccountsOf(tx: Tx, { walletAccountId, earnerAccountId }: Charged): Promise<void> {
  return lockBalances(tx, [walletAccountId, ...(earnerAccountId === null ? [] : [earnerAccountId])]);
}

/** Gives a part of a meter's charges back, by reversing entries, from the last charge on. */
export async function refundCharges(
  tx: Tx,
  of: Charged & Part & { refundId: string; actor: string; reason: string; at: Date },
): Promise<{ coins: bigint; share: bigint }> {
  const { rows } = await sql<{ coins: bigint; share: bigint }>`
    select coins, share from ledger.refund_charges(${of.meterId}, ${of.walletAccountId}, ${of.earnerAccountId},
      ${of.coins}::bigint, ${of.units}::int, ${of.refundId}, ${of.actor}, ${of.reason}, ${of.at})`.execute(
    tx,
  );
  return rows[0] ?? { coins: 0n, share: 0n };
}
