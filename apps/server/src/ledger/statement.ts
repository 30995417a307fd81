import { sql, type RawBuilder } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** One line of a statement. `no` is the entry's number: a later entry has a higher one. */
export interface StatementRow {
  readonly no: bigint;
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

/** So many entries before one; `latest` is what the account had just before that one, where it is known. */
export interface StatementPage {
  readonly limit: number;
  readonly beforeNo?: bigint | undefined;
  readonly latest?: bigint | undefined;
}

/**
 * The entries of an account, newest first, each with the balance after it; only those before `beforeNo`. What came later is
 * counted back from what the account has now: a page reads itself and what is newer, once, never the whole account.
 */
export async function statement(db: DbOrTx, accountId: string, page: StatementPage): Promise<StatementRow[]> {
  return (await statementQuery(accountId, page).execute(db)).rows;
}

/** Its query; for `statement`, and the test of its plan. */
export function statementQuery(accountId: string, page: StatementPage): RawBuilder<StatementRow> {
  const before = page.beforeNo ?? null;
  const latest = page.latest ?? null;
  // Materialized: else what is newer would be summed up anew for each line.
  return sql<StatementRow>`
    with own as materialized (
      select a.no, coalesce(${latest}::bigint, b.posted - coalesce((
               select sum(l.amount) from ledger.posting l where l.account_no = a.no and l.journal_no >= ${before}::bigint), 0)) as latest
        from ledger.account a join ledger.balance b on b.account_id = a.id where a.id = ${accountId}
    )
    select p.journal_no as no, coalesce(j.id, ledger.charge_id(m.id, j.unit_index)) as id,
           case when j.kind = 'grant' and j.idem_key like 'topup:%:bonus' then 'bonus' else j.kind end as kind, j.occurred_at as "occurredAt",
           j.unit_index as unit, j.memo, m.id as "meterId", p.amount as coins,
           (p.latest - coalesce(sum(p.amount) over (order by p.journal_no desc rows between unbounded preceding and 1 preceding), 0))::bigint as balance
      from (select p.*, o.latest from own o join ledger.posting p on p.account_no = o.no
             where ${before}::bigint is null or p.journal_no < ${before}::bigint
             order by p.journal_no desc limit ${page.limit}) p
      join ledger.journal j on j.no = p.journal_no left join ledger.meter m on m.no = j.meter_no
     order by p.journal_no desc`;
}

/** The whole statement of an account, in parts of so many entries, the newest first; what is written meanwhile is not in it. */
export async function* statementInParts(
  db: DbOrTx,
  accountId: string,
  atOnce: number,
): AsyncGenerator<StatementRow[]> {
  let page: StatementPage = { limit: atOnce };
  for (;;) {
    const rows = await statement(db, accountId, page);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    page = { limit: atOnce, beforeNo: last?.no, latest: last && last.balance - last.coins };
    if (rows.length < atOnce) return;
  }
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
    with own as (
      select a.no as account_no, b.posted, min(p.journal_no) as first, max(p.journal_no) as last
        from ledger.account a join ledger.balance b on b.account_id = a.id
        join ledger.meter m on m.id = ${of.meterId} join ledger.journal j on j.meter_no = m.no
        join ledger.posting p on p.account_no = a.no and p.journal_no = j.no
       where a.id = ${of.accountId} group by a.no, b.posted
    )
    select (o.posted - coalesce(sum(l.amount), 0))::bigint as before,
           (o.posted - coalesce(sum(l.amount) filter (where l.journal_no > o.last), 0))::bigint as after
      from own o join ledger.posting l on l.account_no = o.account_no and l.journal_no >= o.first
     group by o.posted, o.last`.execute(db);
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
