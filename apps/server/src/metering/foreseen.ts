import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';
import { replanApart } from './replan-apart.ts';

/**
 * Lays the meters anew whose end of coins was foreseen, and whose coins reach beyond it now (METER-46). Returns them. A call goes
 * on meanwhile, so whoever is busy with a meter is not waited for: the next tick looks again.
 */
export async function forgetForeseen(db: Db): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: string }>`
      select m.id from metering.meter m join ledger.balance b on b.account_id = m.wallet_account_id
        left join ledger.hold h on h.meter_id = m.id
       where m.final_at is not null and m.exhausted_at is null and m.settled_at is null and m.closing_at is null
         and b.posted - b.held - b.floor + coalesce(h.amount, 0) >= (
           select sum(d.coins) from metering.due d where d.meter_id = m.id
              and (d.begins_at is null or d.begins_at <= m.final_at))
       order by m.id limit 1000 for update of m skip locked`.execute(tx);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await replanApart(tx, ids);
    return ids;
  });
}
