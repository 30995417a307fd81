import { sql, type RawBuilder } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import { audit } from '../metering/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** What stands of a payout: left the earner's account, and is aside, until it went out or came back. */
const payouts = sql<Difference>`
  select 'payout.coins' as what, p.id, w.earner || ' earned, ' || w.aside || ' aside' as expected,
         e.earner || ' earned, ' || e.aside || ' aside' as found
    from cashier.payout p, lateral (
      select case when p.status = 'returned' then 0 else -p.coins end as earner,
             case when p.status in ('requested', 'sent') then p.coins else 0 end as aside) w, lateral (
      select coalesce(sum(s.amount) filter (where a.kind = 'earner'), 0) as earner,
             coalesce(sum(s.amount) filter (where a.kind = 'payout'), 0) as aside
        from ledger.journal j join ledger.posting s on s.journal_no = j.no join ledger.account a on a.no = s.account_no
       where j.idem_key in ('payout:' || p.id || ':aside', 'payout:' || p.id || ':paid', 'payout:' || p.id || ':returned')) e
   where (w.earner, w.aside) <> (e.earner, e.aside) order by p.id`;

/** What came of a top-up, and what of it was taken back since. */
const topUps = sql<Difference>`
  select 'topup.coins' as what, t.id, w.came || ' came, ' || t.taken_back || ' taken back' as expected,
         e.came || ' came, ' || b.taken || ' taken back' as found
    from cashier.topup t, lateral (
      select case when t.paid_at is null then 0 else t.coins + t.bonus end as came) w, lateral (
      select coalesce(sum(s.amount) filter (where a.kind = 'wallet'), 0) as came
        from ledger.journal j join ledger.posting s on s.journal_no = j.no join ledger.account a on a.no = s.account_no
       where j.idem_key in ('topup:' || t.id, 'topup:' || t.id || ':bonus')) e, lateral (
      select coalesce(sum(s.amount) filter (where a.kind in ('cash', 'platform')), 0) as taken
        from generate_series(1, t.entries) n
        join ledger.journal j on j.idem_key = 'topup:' || t.id || ':' || n
        join ledger.posting s on s.journal_no = j.no join ledger.account a on a.no = s.account_no) b
   where (w.came, t.taken_back) <> (e.came, b.taken) order by t.id`;

const checks: readonly RawBuilder<Difference>[] = [payouts, topUps];

/** All that is kept of money, compared with what it follows from: what {@link audit} does, and what came in and went out (CASH-14). */
export async function* auditMoney(db: DbOrTx): AsyncGenerator<Difference> {
  yield* audit(db);
  for (const check of checks) {
    const { rows } = await check.execute(db);
    yield* rows;
  }
}
