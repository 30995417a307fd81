import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { lockBalances } from './move.ts';

/** The two accounts that a meter's charges move. */
export interface Charged {
  readonly meterId: string;
  readonly walletAccountId: string;
  readonly earnerAccountId: string | null;
}

/** What stands of a meter's charges: all of it, in how many units, and of its last `units`. */
export interface Standing {
  readonly coins: bigint;
  readonly units: number;
  readonly lastCoins: bigint;
}

/** Coins that can be given back of a meter; lock its balances before. */
export async function standingOfMeter(db: DbOrTx, of: Charged & { units: number }): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select coalesce(sum(coins), 0)::bigint as coins, count(*)::int as units, coalesce(sum(coins) filter (where nth <= ${of.units}), 0)::bigint as "lastCoins"
      from (select coins, row_number() over (order by unit desc) as nth
              from ledger.standing(${of.meterId}, ${of.walletAccountId}, ${of.earnerAccountId}) where coins > 0) s`.execute(
    db,
  );
  return rows[0] ?? { coins: 0n, units: 0, lastCoins: 0n };
}

/** Waits for whoever moves a meter's accounts. The meter is locked before. */
export function lockAccountsOf(tx: Tx, { walletAccountId, earnerAccountId }: Charged): Promise<void> {
  return lockBalances(tx, [walletAccountId, ...(earnerAccountId === null ? [] : [earnerAccountId])]);
}

/** Gives coins of a meter's charges back, by reversing entries, from the last charge on. */
export async function refundCharges(
  tx: Tx,
  of: Charged & { coins: bigint; refundId: string; actor: string; reason: string; at: Date },
): Promise<{ coins: bigint; share: bigint }> {
  const { rows } = await sql<{ coins: bigint; share: bigint }>`
    select coins, share from ledger.refund_charges(${of.meterId}, ${of.walletAccountId}, ${of.earnerAccountId},
      ${of.coins}::bigint, ${of.refundId}, ${of.actor}, ${of.reason}, ${of.at})`.execute(tx);
  return rows[0] ?? { coins: 0n, share: 0n };
}
