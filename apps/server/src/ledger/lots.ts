import type { LotKind } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';

/** Coins that came in together, and what is left of them. */
export interface LotRow {
  readonly id: string;
  readonly kind: LotKind;
  readonly coins: bigint;
  readonly left: bigint;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** What is left in a wallet, in the order in which it is spent; of those after a lot of it, which may be spent by now. */
export async function lotsOf(
  db: DbOrTx,
  accountId: string,
  { limit, afterId }: { limit: number; afterId?: string | undefined },
): Promise<LotRow[]> {
  const after = afterId === undefined ? null : await placeOf(db, accountId, afterId);
  const { rows } = await sql<LotRow>`
    select l.id, l.kind, l.amount as coins, (l.amount - l.used) as left, l.created_at as "createdAt",
           l.expires_at as "expiresAt"
      from ledger.credit_lot l
     where l.account_id = ${accountId} and not l.spent and (l.expires_at is null or l.expires_at > now())
       and ${after === null ? sql`true` : sql`(l.priority, coalesce(l.expires_at, 'infinity'), l.id) > (${after.priority}::smallint, ${after.expiresAt}::timestamptz, ${afterId}::text)`}
     order by l.priority, l.expires_at nulls last, l.id limit ${limit}`.execute(db);
  return rows;
}

/** The instant as text: to the microsecond, as it is compared. */
async function placeOf(
  db: DbOrTx,
  accountId: string,
  id: string,
): Promise<{ priority: number; expiresAt: string }> {
  const { rows } = await sql<{ priority: number; expiresAt: string }>`
    select priority, coalesce(expires_at, 'infinity')::text as "expiresAt" from ledger.credit_lot
     where account_id = ${accountId} and id = ${id}`.execute(db);
  const [place] = rows;
  if (place) return place;
  throw problem(
    'cursor.invalid',
    'This cursor is of no lot of this wallet. Take it from nextCursor, as it is.',
  );
}
