import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** Something that is not as the facts or the journal say. */
export interface Difference {
  /** What was compared, e.g. `balance.posted`. */
  readonly what: string;
  /** Id of the row. */
  readonly id: string;
  readonly expected: string;
  readonly found: string;
}

const checks: readonly RawBuilder<Difference>[] = [
  // Those of charges are added up by metering, which compares them posting by posting with what their units cost.
  sql`select 'journal.sum' as what, j.id, '0' as expected, sum(p.amount)::text as found
    from ledger.journal j join ledger.posting p on p.journal_no = j.no where j.id is not null
    group by j.id having sum(p.amount) <> 0`,
  sql`with moved as materialized (select account_no, sum(amount) from ledger.posting group by 1)
    select 'ledger.sum' as what, 'ledger' as id, '0' as expected, sum(sum)::text as found from moved having sum(sum) <> 0
    union all
    select 'balance.posted', b.account_id, coalesce(m.sum, 0)::text, b.posted::text
      from ledger.balance b join ledger.account a on a.id = b.account_id left join moved m on m.account_no = a.no
     where b.posted <> coalesce(m.sum, 0)`,
  sql`select 'account.balance' as what, a.id, 'a balance' as expected, 'none' as found
    from ledger.account a left join ledger.balance b on b.account_id = a.id
    where a.owner_id is not null and b.account_id is null`,
  // Those of charges are compared by metering, too.
  sql`with entry as materialized (
      select j.id, j.no, case when sum(p.amount) < 0 or j.reverses_no is not null then abs(sum(p.amount)) else 0 end as coins
        from ledger.journal j left join (ledger.posting p join ledger.account a on a.no = p.account_no and a.kind = 'wallet')
          on p.journal_no = j.no
       where j.id is not null group by j.no, j.id, j.reverses_no)
    select 'entry.lots' as what, e.id, coalesce(e.coins, 0)::text as expected, u.coins::text as found
      from entry e, lateral (select coalesce(sum(u.amount), 0) as coins from ledger.lot_use u where u.journal_no = e.no) u
     where u.coins <> coalesce(e.coins, 0)`,
  sql`select 'adjustment.' || a.kind as what, b.id,
           (coalesce(sum(p.amount) filter (where e.no = b.no), 0) - sum(p.amount))::text as expected,
           coalesce(sum(p.amount) filter (where e.no = b.no), 0)::text as found
    from ledger.journal b join ledger.journal e on e.meter_no = b.meter_no and coalesce(e.reverses_no, e.no) = b.reverses_no
    join ledger.posting p on p.journal_no = e.no join ledger.account a on a.no = p.account_no
    where b.kind = 'adjustment' and b.id is not null
    group by b.no, b.id, a.no, a.kind having sum(p.amount) <> 0 order by b.no, a.kind`,
  sql`select 'balance.held' as what, b.account_id as id, coalesce(h.sum, 0)::text as expected, b.held::text as found
    from ledger.balance b
    left join (select account_id, sum(amount) as sum from ledger.hold group by 1) h using (account_id)
    where b.held <> coalesce(h.sum, 0)`,
  sql`select 'meter.' || f.figure as what, m.id, f.expected::text as expected, f.found::text as found
    from ledger.meter m left join ledger.given_back b on b.meter_no = m.no, lateral (values
      ('back_units', coalesce(b.units, 0), m.back_units), ('back_time_units', coalesce(b.time_units, 0), m.back_time_units),
      ('back_coins', coalesce(b.coins, 0), m.back_coins), ('back_share', coalesce(b.share, 0), m.back_share)) f (figure, expected, found)
    where f.expected <> f.found order by m.no`,
  sql`select 'hold.released' as what, id, '0' as expected, amount::text as found
    from ledger.hold where released_at is not null and amount <> 0`,
  sql`select 'wallet.lots' as what, b.account_id as id, coalesce(l.sum, 0)::text as expected, b.posted::text as found
    from ledger.balance b join ledger.account a on a.id = b.account_id and a.kind = 'wallet'
    left join (select account_id, sum(amount - used) as sum from ledger.credit_lot group by 1) l using (account_id)
    where b.posted <> coalesce(l.sum, 0)`,
  sql`select 'charge.standing' as what, m.id || '/' || j.unit_index as id, 'between nothing and its coins' as expected, sum(p.amount)::text as found
    from ledger.journal j join ledger.meter m on m.no = j.meter_no join ledger.posting p on p.journal_no = j.no
    join ledger.account a on a.no = p.account_no and a.kind = 'wallet'
    where j.kind in ('charge', 'adjustment', 'refund') and j.meter_no in (select meter_no from ledger.journal where kind = 'refund' and meter_no is not null)
    group by m.id, j.unit_index having sum(p.amount) > 0`,
  sql`select 'lot.used' as what, l.id, (coalesce(u.sum, 0) - coalesce(r.sum, 0))::text as expected, l.used::text as found
    from ledger.credit_lot l
    left join (select lot_no, sum(amount) from ledger.lot_use group by 1) u on u.lot_no = l.no
    left join (select u.lot_no, 2 * sum(u.amount) as sum from ledger.journal j join ledger.lot_use u on u.journal_no = j.no
                where j.id is not null and j.reverses_no is not null group by 1) r on r.lot_no = l.no
    where l.used <> coalesce(u.sum, 0) - coalesce(r.sum, 0)`,
];

/** Compares what the ledger keeps with what its postings say: every row is a difference. */
export async function* auditLedger(db: DbOrTx): AsyncGenerator<Difference> {
  for (const check of checks) {
    const { rows } = await check.execute(db);
    yield* rows;
  }
}
