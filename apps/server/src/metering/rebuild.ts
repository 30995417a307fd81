import { sql } from 'kysely';
import { countBack } from '../ledger/index.ts';
import type { Db } from '../platform/index.ts';
import { replan } from './replan.ts';
import { metersAfter } from './store.ts';

const PAGE = 200;

/**
 * Throws every due row away and writes them anew from the intervals, in batches. Entries stay as they are, with where each
 * charged unit began: a charge is known by its key, so that a unit is never charged twice. What is kept of what they gave back is
 * counted again.
 */
export async function rebuildMeters(
  db: Db,
  told: (step: { done: number; total: number }) => void = () => undefined,
): Promise<number> {
  const { rows } = await sql<{ total: bigint }>`select count(*) as total from metering.meter`.execute(db);
  const total = Number(rows[0]?.total ?? 0n);
  let afterId = '';
  let count = 0;
  for (;;) {
    const meters = await metersAfter(db, afterId, PAGE);
    const ids = meters.map((meter) => meter.id);
    const last = ids.at(-1);
    if (last === undefined) return count;
    await db.transaction().execute(async (tx) => {
      await sql`select 1 from metering.meter where id = any(${ids}::text[]) order by id for update`.execute(
        tx,
      );
      await sql`delete from metering.due where meter_id = any(${ids}::text[])`.execute(tx);
      await replan(tx, { ids });
      await countBack(tx, ids);
    });
    count += ids.length;
    told({ done: count, total });
    afterId = last;
  }
}
