import type { LotKind } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** Coins that came in together, and what is left of them. */
export interface LotRow {
  readonly id: string;
  readonly kind: LotKind;
  readonly coins: bigint;
  readonly left: bigint;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** So many lots a wallet shows. */
const LOTS_MAX = 100;

/** What is left in a wallet, in the order in which it is spent. */
export async function lotsOf(db: DbOrTx, accountId: string): Promise<LotRow[]> {
  const { rows } = await sql<LotRow>`
    select l.id, l.kind, l.amount as coins, (l.amount - l.used) as left, l.created_at as "createdAt",
           l.expires_at as "expiresAt"
      from ledger.credit_lot l
     where l.account_id = ${accountId} and not l.spent and (l.expires_at is null or l.expires_at > now())
     order by l.priority, l.expires_at nulls last, l.id limit ${LOTS_MAX}`.execute(db);
  return rows;
}
