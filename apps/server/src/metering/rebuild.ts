import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';
import { replan } from './replan.ts';
import { metersAfter } from './store.ts';

const PAGE = 200;

/**
 * Throws every due row away and writes them anew from the intervals, in batches. Entries stay as they are: a charge is
 * known by its key, so a unit that was charged is marked again and never charged twice.
 */
export async function rebuildMeters(db: Db): Promise<number> {
  let afterId = '';
  let count = 0;
  for (;;) {
    const ids = (await metersAfter(db, afterId, PAGE)).map((meter) => meter.id);
    const last = ids.at(-1);
    if (last === undefined) return count;
    await db.transaction().execute(async (tx) => {
      await sql`select 1 from metering.meter where id = any(${ids}::text[]) order by id for update`.execute(
        tx,
      );
      await sql`delete from metering.due where meter_id = any(${ids}::text[])`.execute(tx);
      await sql`
        insert into metering.due (meter_id, unit_index, due_at, coins, share, charged_journal_id)
        select j.meter_id, j.unit_index, j.occurred_at,
               coalesce(-sum(p.amount) filter (where p.account_id = m.wallet_account_id), 0),
               coalesce(sum(p.amount) filter (where p.account_id = m.earner_account_id), 0), j.id
          from ledger.journal j join metering.meter m on m.id = j.meter_id
          left join ledger.posting p on p.journal_id = j.id
         where j.kind = 'charge' and j.meter_id = any(${ids}::text[]) group by j.id`.execute(tx);
      await replan(tx, { ids });
    });
    count += ids.length;
    afterId = last;
  }
}
