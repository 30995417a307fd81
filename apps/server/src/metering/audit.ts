import { chargeOf, firstUnit, holdFor, shareOf, unitsDue } from '@latido/core';
import { sql } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import { auditLedger } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { readTimeline, wasShort } from './replan.ts';
import type { MeterRow } from './store.ts';
import { metersAfter } from './store.ts';

interface Entry {
  meterId: string;
  id: string;
  unit: number;
  coins: bigint;
  share: bigint;
  isBack: boolean;
  marked: boolean;
}

const PAGE = 500;

/**
 * Compares everything that is kept with what it follows from: facts → intervals → time together → units → the
 * entries that there should be; entries → balances; lots → wallets; holds. Every difference is named.
 */
export async function* audit(db: DbOrTx): AsyncGenerator<Difference> {
  yield* auditLedger(db);
  let afterId = '';
  for (;;) {
    const meters = await metersAfter(db, afterId, PAGE);
    const last = meters.at(-1);
    if (last === undefined) return;
    const entries = await entriesOf(db, meters);
    for (const meter of meters) yield* auditMeter(db, meter, entries.get(meter.id) ?? []);
    afterId = last.id;
  }
}

async function* auditMeter(
  db: DbOrTx,
  meter: MeterRow,
  entries: readonly Entry[],
): AsyncGenerator<Difference> {
  const { plan } = meter.price;
  const charges = entries.filter((entry) => !entry.isBack);
  for (const { id, unit, coins, share, marked } of charges) {
    const [wantCoins, wantShare] = [chargeOf(plan, unit), meter.earnerId === null ? 0n : shareOf(plan, unit)];
    if (coins !== wantCoins) yield difference('charge.coins', id, wantCoins, coins);
    if (share !== wantShare) yield difference('charge.share', id, wantShare, share);
    if (!marked) yield difference('due.unmarked', id, 'charged', 'open');
  }
  const units = charges.map((entry) => entry.unit).toSorted((a, b) => a - b);
  const first = firstUnit(plan);
  const hole = units.findIndex((unit, i) => unit !== first + i);
  if (hole >= 0) yield difference('charge.order', meter.id, first + hole, units[hole] ?? 0);
  yield* meter.settledAt === null
    ? auditHold(db, meter, units.at(-1) ?? first - 1)
    : auditUnits(db, meter, entries);
}

/** A settled meter has the units of its time, or says why it has fewer. */
async function* auditUnits(
  db: DbOrTx,
  meter: MeterRow,
  entries: readonly Entry[],
): AsyncGenerator<Difference> {
  const { plan } = meter.price;
  const { line } = await readTimeline(db, meter);
  const due = unitsDue(plan, line.billableMs);
  const back = new Set(entries.filter((entry) => entry.isBack).map((entry) => entry.unit));
  const standing = entries
    .filter((entry) => !entry.isBack && !back.has(entry.unit))
    .map((entry) => entry.unit);
  const upTo = Math.max(firstUnit(plan) - 1, ...standing);
  if (upTo > due) yield difference('charge.extra', meter.id, due, upTo);
  const waived = await waivedUnits(db, meter.id);
  if (upTo + waived < due && back.size === 0 && !wasShort(meter))
    yield difference('charge.missing', meter.id, due, upTo);
}

async function* auditHold(db: DbOrTx, meter: MeterRow, upTo: number): AsyncGenerator<Difference> {
  const { rows } = await sql<{ amount: bigint }>`
    select amount from ledger.hold where meter_id = ${meter.id}`.execute(db);
  const held = rows[0]?.amount ?? 0n;
  const wanted = holdFor(meter.price.plan, upTo + 1);
  if (held !== 0n && held !== wanted) yield difference('hold.amount', meter.id, wanted, held);
}

async function waivedUnits(db: DbOrTx, meterId: string): Promise<number> {
  const { rows } = await sql<{ units: number }>`
    select waived_units as units from metering.meter where id = ${meterId}`.execute(db);
  return rows[0]?.units ?? 0;
}

async function entriesOf(db: DbOrTx, meters: readonly MeterRow[]): Promise<Map<string, Entry[]>> {
  const ids = meters.map((meter) => meter.id);
  const { rows } = await sql<Entry>`
    select j.meter_id as "meterId", j.id, j.unit_index as unit, j.reverses is not null as "isBack",
           coalesce(-sum(p.amount) filter (where p.account_id = m.wallet_account_id), 0)::bigint as coins,
           coalesce(sum(p.amount) filter (where p.account_id = m.earner_account_id), 0)::bigint as share,
           exists (select 1 from metering.due d where d.meter_id = j.meter_id and d.unit_index = j.unit_index
                     and d.charged_journal_id = coalesce(j.reverses, j.id)) as marked
      from ledger.journal j join metering.meter m on m.id = j.meter_id
      left join ledger.posting p on p.journal_id = j.id
     where j.meter_id = any(${ids}::text[]) group by j.id, m.id`.execute(db);
  const byMeter = new Map<string, Entry[]>();
  for (const row of rows) byMeter.set(row.meterId, [...(byMeter.get(row.meterId) ?? []), row]);
  return byMeter;
}

type Figure = bigint | number | string;

function difference(...[what, id, expected, found]: [string, string, Figure, Figure]): Difference {
  return { what, id, expected: String(expected), found: String(found) };
}
