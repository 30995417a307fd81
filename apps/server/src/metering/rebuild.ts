import { dueRows } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/index.ts';
import { readTimelines, replan } from './replan.ts';
import type { MeterRow } from './store.ts';
import { chargedUpTo, metersAfter } from './store.ts';

const PAGE = 200;

/**
 * Throws every due row away and writes them anew from the intervals, in batches. Entries stay as they are: a charge is
 * known by its key, so a unit that was charged is marked again and never charged twice.
 */
export async function rebuildMeters(db: Db): Promise<number> {
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
      const kept = await beginningsOf(tx, ids);
      await sql`delete from metering.due where meter_id = any(${ids}::text[])`.execute(tx);
      await sql`
        insert into metering.due (meter_id, unit_index, due_at, coins, share, charged_journal_id)
        select m.id, j.unit_index, j.occurred_at,
               coalesce(-sum(p.amount) filter (where a.id = m.wallet_account_id), 0),
               coalesce(sum(p.amount) filter (where a.id = m.earner_account_id), 0), ledger.charge_id(m.id, j.unit_index)
          from metering.meter m join ledger.meter n on n.id = m.id join ledger.journal j on j.meter_no = n.no
          left join ledger.posting p on p.journal_no = j.no left join ledger.account a on a.no = p.account_no
         where j.kind = 'charge' and m.id = any(${ids}::text[]) group by m.id, j.no`.execute(tx);
      await writeBeginnings(tx, meters, kept);
      await replan(tx, { ids });
    });
    count += ids.length;
    afterId = last;
  }
}

type Beginnings = ReadonlyMap<string, string | null>;
const keyOf = (meterId: string, unit: number): string => `${meterId} ${unit}`;

/** What stands with what was charged: like the charge itself it is not read anew from facts that came later. */
async function beginningsOf(tx: Tx, ids: readonly string[]): Promise<Beginnings> {
  const { rows } = await sql<{ meterId: string; unit: number; beginsAt: Date | null }>`
    select meter_id as "meterId", unit_index as unit, begins_at as "beginsAt" from metering.due
     where meter_id = any(${ids}::text[]) and charged_journal_id is not null`.execute(tx);
  return new Map(
    rows.map(({ meterId, unit, beginsAt }) => [keyOf(meterId, unit), beginsAt?.toISOString() ?? null]),
  );
}

/** Where the stretch of each charged unit began: as it stood, or, where its row was lost, as the timeline is read now. */
async function writeBeginnings(tx: Tx, meters: readonly MeterRow[], kept: Beginnings): Promise<void> {
  const upTo = await chargedUpTo(
    tx,
    meters.map((meter) => meter.id),
  );
  const rows: { meter_id: string; unit_index: number; begins_at: string | null }[] = [];
  const readings = await readTimelines(tx, meters);
  for (const meter of meters) {
    const reading = readings.get(meter.id);
    if (reading === undefined) continue;
    for (const { unit, beginsAt } of dueRows(meter.price.plan, reading.line, {
      ahead: 0,
      chargedUpTo: upTo.get(meter.id) ?? 0,
    })) {
      const known = kept.get(keyOf(meter.id, unit));
      const read = beginsAt === null ? null : new Date(beginsAt).toISOString();
      rows.push({ meter_id: meter.id, unit_index: unit, begins_at: known === undefined ? read : known });
    }
  }
  await sql`
    update metering.due d set begins_at = r.begins_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (meter_id text, unit_index int, begins_at timestamptz)
     where d.meter_id = r.meter_id and d.unit_index = r.unit_index`.execute(tx);
}
