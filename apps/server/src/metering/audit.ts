import { chargeOf, firstUnit, holdFor, shareOf, unitsDue } from '@latido/core';
import { sql } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import { auditLedger } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import type { Reading } from './replan.ts';
import { readTimelines, wasShort } from './replan.ts';
import type { MeterRow } from './store.ts';
import { metersAfter } from './store.ts';

interface Entry {
  meterId: string;
  id: string;
  unit: number;
  coins: bigint;
  share: bigint;
  isBack: boolean;
  isDue: boolean;
}

type Sums = Pick<Kept, 'held' | 'waivedUnits'>;

/** What is compared of a meter; it is read for a page of them at once, since a question a meter was nine tenths of the time. */
interface Kept {
  readonly entries: readonly Entry[];
  readonly held: bigint;
  readonly waivedUnits: number;
  /** Of a settled one. */
  readonly reading: Reading | undefined;
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
    const kept = await keptOf(db, meters);
    for (const meter of meters) yield* auditMeter(meter, kept(meter.id));
    afterId = last.id;
  }
}

async function keptOf(db: DbOrTx, meters: readonly MeterRow[]): Promise<(meterId: string) => Kept> {
  const entries = await entriesOf(db, meters);
  const sums = await sumsOf(db, meters);
  const readings = await readTimelines(
    db,
    meters.filter((meter) => meter.settledAt !== null),
  );
  return (meterId) => ({
    entries: entries.get(meterId) ?? [],
    held: sums.get(meterId)?.held ?? 0n,
    waivedUnits: sums.get(meterId)?.waivedUnits ?? 0,
    reading: readings.get(meterId),
  });
}

function* auditMeter(meter: MeterRow, kept: Kept): Generator<Difference> {
  const { plan } = meter.price;
  const charges = kept.entries.filter((entry) => !entry.isBack);
  for (const { id, unit, coins, share, isDue } of charges) {
    const [wantCoins, wantShare] = [chargeOf(plan, unit), meter.earnerId === null ? 0n : shareOf(plan, unit)];
    if (coins !== wantCoins) yield difference('charge.coins', id, wantCoins, coins);
    if (share !== wantShare) yield difference('charge.share', id, wantShare, share);
    if (isDue) yield difference('due.charged', id, 'gone', 'due');
  }
  const units = charges.map((entry) => entry.unit).toSorted((a, b) => a - b);
  const first = firstUnit(plan);
  const hole = units.findIndex((unit, i) => unit !== first + i);
  if (hole >= 0) yield difference('charge.order', meter.id, first + hole, units[hole] ?? 0);
  if (kept.reading === undefined) yield* auditHold(meter, kept.held, units.at(-1) ?? first - 1);
  else yield* auditUnits(meter, kept, unitsDue(plan, kept.reading.line.billableMs));
}

/** A settled meter has the units of its time, or says why it has fewer. */
function* auditUnits(meter: MeterRow, { entries, waivedUnits }: Kept, due: number): Generator<Difference> {
  const back = new Set(entries.filter((entry) => entry.isBack).map((entry) => entry.unit));
  const standing = entries
    .filter((entry) => !entry.isBack && !back.has(entry.unit))
    .map((entry) => entry.unit);
  const upTo = Math.max(firstUnit(meter.price.plan) - 1, ...standing);
  if (upTo > due) yield difference('charge.extra', meter.id, due, upTo);
  if (upTo + waivedUnits < due && back.size === 0 && !wasShort(meter))
    yield difference('charge.missing', meter.id, due, upTo);
}

function* auditHold(meter: MeterRow, held: bigint, upTo: number): Generator<Difference> {
  const wanted = holdFor(meter.price.plan, upTo + 1);
  if (held !== 0n && held !== wanted) yield difference('hold.amount', meter.id, wanted, held);
}

/** What is held for each meter, and how many of its units are never charged. */
async function sumsOf(db: DbOrTx, meters: readonly MeterRow[]): Promise<Map<string, Sums>> {
  const ids = meters.map((meter) => meter.id);
  const { rows } = await sql<Sums & { id: string }>`
    select m.id, coalesce(h.amount, 0)::bigint as held, m.waived_units as "waivedUnits"
      from metering.meter m left join ledger.hold h on h.meter_id = m.id
     where m.id = any(${ids}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

async function entriesOf(db: DbOrTx, meters: readonly MeterRow[]): Promise<Map<string, Entry[]>> {
  const ids = meters.map((meter) => meter.id);
  const { rows } = await sql<Entry>`
    select m.id as "meterId", coalesce(j.id, ledger.charge_id(m.id, j.unit_index)) as id, j.unit_index as unit,
           j.reverses_no is not null as "isBack",
           coalesce(-sum(p.amount) filter (where a.id = m.wallet_account_id), 0)::bigint as coins,
           coalesce(sum(p.amount) filter (where a.id = m.earner_account_id), 0)::bigint as share,
           bool_or(d.meter_id is not null) as "isDue"
      from metering.meter m join ledger.meter n on n.id = m.id join ledger.journal j on j.meter_no = n.no
      left join ledger.posting p on p.journal_no = j.no left join ledger.account a on a.no = p.account_no
      left join metering.due d on d.meter_id = m.id and d.unit_index = j.unit_index
     where m.id = any(${ids}::text[]) and j.kind in ('charge', 'adjustment') group by j.no, m.id`.execute(db);
  const byMeter = new Map<string, Entry[]>();
  for (const row of rows) {
    const had = byMeter.get(row.meterId);
    if (had === undefined) byMeter.set(row.meterId, [row]);
    else had.push(row);
  }
  return byMeter;
}

type Figure = bigint | number | string;

function difference(...[what, id, expected, found]: [string, string, Figure, Figure]): Difference {
  return { what, id, expected: String(expected), found: String(found) };
}
