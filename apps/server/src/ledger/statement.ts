import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** One line of a statement. `place` counts the account's entries from the first one. */
export interface StatementRow {
  readonly place: bigint;
  readonly id: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly unit: number | null;
  readonly memo: string | null;
  readonly meterId: string | null;
  readonly coins: bigint;
  /** What the account had afterwards. */
  readonly balance: bigint;
}

/** The entries of an account, newest first, each with the balance after it; only those before `beforePlace`. */
export async function statement(
  db: DbOrTx,
  accountId: string,
  page: { limit: number; beforePlace?: bigint | undefined },
): Promise<StatementRow[]> {
  const { rows } = await sql<StatementRow>`
    select * from (
      select row_number() over w as place, j.id, j.kind, j.occurred_at as "occurredAt", j.unit_index as unit, j.memo, j.meter_id as "meterId",
             p.amount as coins, (sum(p.amount) over w)::bigint as balance
        from ledger.posting p join ledger.journal j on j.id = p.journal_id
       where p.account_id = ${accountId}
      window w as (order by j.recorded_at, j.occurred_at, j.id)) s
     where ${page.beforePlace ?? null}::bigint is null or place < ${page.beforePlace ?? null}::bigint
     order by place desc limit ${page.limit}`.execute(db);
  return rows;
}

/**
 * What an account had before the first entry of a meter and after its last one, in the order of its statement; null where
 * the meter moved nothing of it.
 */
export async function balanceAround(
  db: DbOrTx,
  of: { accountId: string; meterId: string },
): Promise<{ before: bigint; after: bigint } | null> {
  const { rows } = await sql<{ before: bigint; after: bigint }>`
    with line as (
      select p.amount, j.meter_id, row_number() over (order by j.recorded_at, j.occurred_at, j.id) as place
        from ledger.posting p join ledger.journal j on j.id = p.journal_id where p.account_id = ${of.accountId}
    ), own as (select min(place) as first, max(place) as last from line where meter_id = ${of.meterId})
    select coalesce(sum(amount) filter (where place < own.first), 0)::bigint as before,
           coalesce(sum(amount) filter (where place <= own.last), 0)::bigint as after
      from line, own where own.first is not null group by own.first`.execute(db);
  return rows[0] ?? null;
}

/** Coins that are held for a meter now. */
export async function heldFor(db: DbOrTx, meterId: string): Promise<bigint> {
  const { rows } = await sql<{ coins: bigint }>`
    select coalesce(sum(amount), 0)::bigint as coins from ledger.hold where meter_id = ${meterId}`.execute(
    db,
  );
  return rows[0]?.coins ?? 0n;
}
