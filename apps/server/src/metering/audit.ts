import { firstUnit, holdFor, unitsDue } from '@latido/core';
import { sql } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import { auditLedger } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { auditCharges, lastEntry, type PlanCharged } from './audit-charges.ts';
import type { Reading } from './replan.ts';
import { readTimelines, wasShort } from './replan.ts';
import type { MeterRow } from './store.ts';
import { metersAfter } from './store.ts';

/** What is compared of a meter; it is read for a page of them at once, since a question a meter was nine tenths of the time. */
interface Kept {
  readonly charges: Charged;
  /** Units of which the charge was taken back. */
  readonly back: ReadonlySet<number>;
  /** Of a settled one. */
  readonly reading: Reading | undefined;
}

/** The units that were charged, what is held for the next, and how many are never charged. */
interface Charged {
  readonly id: string;
  readonly count: bigint;
  /** First and last; null where there are none. */
  readonly first: number | null;
  readonly last: number | null;
  /** The first one that waits to be charged; null where none does. */
  readonly next: number | null;
  readonly held: bigint;
  readonly waivedUnits: number;
}

const PAGE = 500;

/**
 * Compares everything that is kept with what it follows from: facts → intervals → time together → units → the
 * entries that there should be; entries → balances; lots → wallets; holds. Every difference is named.
 */
export async function* audit(db: DbOrTx): AsyncGenerator<Difference> {
  yield* auditLedger(db);
  // What is charged from here on is of units that the plans below do not reach.
  const upTo = await lastEntry(db);
  const plans = new Map<string, PlanCharged>();
  let afterId = '';
  for (;;) {
    const meters = await metersAfter(db, afterId, PAGE);
    const last = meters.at(-1);
    if (last === undefined) break;
    const kept = await keptOf(db, meters);
    for (const meter of meters) {
      const of = kept(meter.id);
      if (of === undefined) continue;
      reach(plans, meter, of.charges.last ?? 0);
      yield* auditMeter(meter, of);
    }
    afterId = last.id;
  }
  yield* auditCharges(db, { upTo, plans: [...plans.values()] });
}

function reach(plans: Map<string, PlanCharged>, { price }: MeterRow, unit: number): void {
  const { id, version, plan } = price;
  const key = `${id} ${version}`;
  const upTo = Math.max(unit, plans.get(key)?.upTo ?? 0);
  plans.set(key, { id, version, plan, upTo });
}

async function keptOf(
  db: DbOrTx,
  meters: readonly MeterRow[],
): Promise<(meterId: string) => Kept | undefined> {
  const ids = meters.map((meter) => meter.id);
  const charged = await chargedOf(db, ids);
  const back = await backOf(db, ids);
  const readings = await readTimelines(
    db,
    meters.filter((meter) => meter.settledAt !== null),
  );
  return (meterId) => {
    const charges = charged.get(meterId);
    return charges && { charges, back: back.get(meterId) ?? new Set(), reading: readings.get(meterId) };
  };
}

function* auditMeter(meter: MeterRow, kept: Kept): Generator<Difference> {
  const { count, first, last, next, held } = kept.charges;
  const firstOfAll = firstUnit(meter.price.plan);
  const upTo = last ?? firstOfAll - 1;
  const wanted = upTo - firstOfAll + 1;
  if (BigInt(wanted) !== count || (first !== null && first !== firstOfAll))
    yield difference(
      'charge.order',
      meter.id,
      `${wanted} units from ${firstOfAll}`,
      `${count} from ${first}`,
    );
  if (next !== null && next <= upTo) yield difference('due.charged', `${meter.id}/${next}`, 'gone', 'due');
  if (kept.reading === undefined) yield* auditHold(meter, held, upTo);
  else yield* auditUnits(meter, kept, unitsDue(meter.price.plan, kept.reading.line.billableMs));
}

/** A settled meter has the units of its time, or says why it has fewer. */
function* auditUnits(meter: MeterRow, { charges, back }: Kept, due: number): Generator<Difference> {
  const none = firstUnit(meter.price.plan) - 1;
  let upTo = charges.last ?? none;
  while (upTo > none && back.has(upTo)) upTo -= 1;
  if (upTo > due) yield difference('charge.extra', meter.id, due, upTo);
  if (upTo + charges.waivedUnits < due && back.size === 0 && !wasShort(meter))
    yield difference('charge.missing', meter.id, due, upTo);
}

function* auditHold(meter: MeterRow, held: bigint, upTo: number): Generator<Difference> {
  const wanted = holdFor(meter.price.plan, upTo + 1);
  if (held !== 0n && held !== wanted) yield difference('hold.amount', meter.id, wanted, held);
}

async function chargedOf(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Charged>> {
  // What has no id is a charge: the index of units says it, and is all that is read.
  const { rows } = await sql<Charged>`
    select m.id, u.count, u.first, u.last, (select min(d.unit_index) from metering.due d where d.meter_id = m.id) as next,
           coalesce(h.amount, 0)::bigint as held, m.waived_units as "waivedUnits"
      from metering.meter m left join ledger.hold h on h.meter_id = m.id left join ledger.meter n on n.id = m.id,
      lateral (select count(*) as count, min(j.unit_index) as first, max(j.unit_index) as last
                 from ledger.journal j where j.meter_no = n.no and j.id is null) u
     where m.id = any(${[...ids]}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

async function backOf(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Set<number>>> {
  const { rows } = await sql<{ id: string; unit: number }>`
    select n.id, j.unit_index as unit from ledger.meter n join ledger.journal j on j.meter_no = n.no
     where j.id is not null and j.kind = 'adjustment' and n.id = any(${[...ids]}::text[])`.execute(db);
  const back = new Map<string, Set<number>>();
  for (const { id, unit } of rows) {
    const had = back.get(id);
    if (had === undefined) back.set(id, new Set([unit]));
    else had.add(unit);
  }
  return back;
}

type Figure = bigint | number | string;

function difference(...[what, id, expected, found]: [string, string, Figure, Figure]): Difference {
  return { what, id, expected: String(expected), found: String(found) };
}
