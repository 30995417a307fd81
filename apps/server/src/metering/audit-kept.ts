import { sql } from 'kysely';
import { boundsOfCalls } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import type { Reading } from './replan.ts';
import { readTimelines } from './replan.ts';
import type { MeterRow } from './store.ts';

/** What is compared of a meter; it is read for a page of them at once, since a question a meter was nine tenths of the time. */
export interface Kept {
  readonly charges: Charged;
  /** Units of which the charge was taken back, and when. */
  readonly back: ReadonlyMap<number, Date>;
  /** Those that are laid and not charged yet. */
  readonly dues: readonly Due[];
  /** Of a settled one. */
  readonly reading: Reading | undefined;
  /** Of one that is not: how long they can have been together, at most, when its last unit fell due. */
  readonly mostMs: number | undefined;
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

interface Due {
  readonly unit: number;
  readonly coins: bigint;
  readonly share: bigint;
}

/** Reads what is kept of some meters. */
export async function keptOf(
  db: DbOrTx,
  meters: readonly MeterRow[],
): Promise<(meterId: string) => Kept | undefined> {
  const ids = meters.map((meter) => meter.id);
  const charged = await chargedOf(db, ids);
  const back = await backOf(db, ids);
  const dues = await duesOf(db, ids);
  const readings = await readTimelines(
    db,
    meters.filter((meter) => meter.settledAt !== null),
  );
  const most = await mostOf(
    db,
    meters.filter((meter) => meter.settledAt === null),
  );
  return (meterId) => {
    const charges = charged.get(meterId);
    return (
      charges && {
        charges,
        back: back.get(meterId) ?? new Map<number, Date>(),
        dues: dues.get(meterId) ?? [],
        reading: readings.get(meterId),
        mostMs: most.get(meterId),
      }
    );
  };
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

async function backOf(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Map<number, Date>>> {
  const { rows } = await sql<{ id: string; unit: number | null; at: Date }>`
    select n.id, j.unit_index as unit, j.occurred_at as at from ledger.meter n join ledger.journal j on j.meter_no = n.no
     where j.id is not null and j.kind = 'adjustment' and n.id = any(${[...ids]}::text[])
     order by j.unit_index`.execute(db);
  const back = new Map<string, Map<number, Date>>();
  for (const { id, unit, at } of rows) {
    if (unit === null) continue;
    const had = back.get(id);
    if (had === undefined) back.set(id, new Map([[unit, at]]));
    else had.set(unit, at);
  }
  return back;
}

async function duesOf(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Due[]>> {
  const { rows } = await sql<Due & { id: string }>`
    select meter_id as id, unit_index as unit, coins, share from metering.due
     where meter_id = any(${[...ids]}::text[]) order by meter_id, unit_index`.execute(db);
  const dues = new Map<string, Due[]>();
  for (const { id, ...due } of rows) {
    const had = dues.get(id);
    if (had === undefined) dues.set(id, [due]);
    else had.push(due);
  }
  return dues;
}

async function mostOf(db: DbOrTx, meters: readonly MeterRow[]): Promise<Map<string, number>> {
  if (meters.length === 0) return new Map();
  const bounds = await boundsOfCalls(db, [...new Set(meters.map(({ callId }) => callId))]);
  const { rows } = await sql<{ id: string; at: Date }>`
    select n.id, c.at from ledger.meter n, lateral (
      select j.occurred_at as at from ledger.journal j
       where j.meter_no = n.no and j.id is null order by j.unit_index desc limit 1) c
     where n.id = any(${meters.map(({ id }) => id)}::text[])`.execute(db);
  const lastAt = new Map(rows.map(({ id, at }) => [id, at.getTime()]));
  const most = new Map<string, number>();
  for (const { id, callId } of meters) {
    const [at, call] = [lastAt.get(id), bounds.get(callId)];
    if (at !== undefined && call !== undefined) most.set(id, Math.max(0, at - call.createdAt));
  }
  return most;
}
