import { sql } from 'kysely';
import { isOfTheItem, type Db, type Tx } from '../platform/index.ts';
import { replan } from './replan.ts';
import { replanApart } from './replan-apart.ts';

/** How to charge. */
export interface ChargeOptions {
  /** Default: the database's clock. */
  readonly now?: Date | undefined;
  readonly limit?: number;
  readonly cutAfterMs?: number;
  /** Meters of ended calls that may be settled; default: all. */
  readonly settle?: readonly string[] | undefined;
  /** Meters whose people may be proved by beats that are in no fact: laid anew by them before (METER-42). */
  readonly steady?: readonly string[];
  /** Calls whose people are not charged ahead of proof, though LiveKit alone witnesses them; null: all. Default: none. */
  readonly unwitnessed?: readonly string[] | null;
}

/** What was done. */
export interface Charged {
  readonly charges: number;
  readonly coins: bigint;
  readonly exhausted: number;
  readonly settled: number;
  /** Whether nothing was left to charge: no unit more has come of what was charged. */
  readonly isAll: boolean;
  /** Meters that were looked at. */
  readonly meterIds: readonly string[];
}

const LIMIT = 1_000;
const CUT_AFTER_MS = 20_000;
/** So many at once, and a meter may have had more due than were laid for it. */
const MANY = 100;

/** Charges what is due and proven, once, in one transaction; writes the units that follow. Any node may, at any time. */
export async function chargeDue(db: Db, options: ChargeOptions = {}): Promise<Charged> {
  // Meters can all be laid, nearly always: nothing is kept apart for them until one could not be.
  const together: Lay = async (tx, ids) => void (await replan(tx, { ids }));
  try {
    return await db.transaction().execute((tx) => chargeDueIn(tx, options, together));
  } catch (error) {
    if (!isOfTheItem(error)) throw error;
    return await db.transaction().execute((tx) => chargeDueIn(tx, options, replanApart));
  }
}

/** Lays meters anew. */
type Lay = (tx: Tx, ids: readonly string[]) => Promise<void>;

async function chargeDueIn(tx: Tx, options: ChargeOptions, lay: Lay): Promise<Charged> {
  const settle = options.settle === undefined ? null : [...options.settle];
  const unwitnessed = [...(options.unwitnessed ?? [])];
  const steady = options.steady ?? [];
  if (steady.length > 0) await lay(tx, steady);
  const limit = options.limit ?? LIMIT;
  const { rows } = await sql<Omit<Charged, 'meterIds' | 'isAll'> & { meter_ids: string[] }>`
    select * from metering.charge_due(p_now => ${options.now ?? null}::timestamptz, p_limit => ${limit},
      p_cut_after_ms => ${options.cutAfterMs ?? CUT_AFTER_MS}::bigint, p_settle => ${settle}::text[],
      p_open_ended => ${options.unwitnessed !== null},
      p_unwitnessed => ${unwitnessed}::text[])`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error('metering.charge_due answered nothing');
  const { meter_ids: meterIds, ...counts } = row;
  // Settled ones, too: units that were written ahead of the end are none any more. What was laid before stands, with units
  // enough ahead, unless more came of it than that a unit was charged.
  const isPlain = counts.exhausted + counts.settled === 0 && counts.charges < MANY + steady.length;
  const anew = isPlain ? meterIds.filter((id) => !steady.includes(id)) : meterIds;
  if (anew.length > 0) await lay(tx, anew);
  const isNothing = counts.charges + counts.settled + counts.exhausted === 0;
  return {
    ...counts,
    meterIds,
    isAll: isNothing || (isPlain && anew.length === 0 && counts.charges < limit),
  };
}

/** Starts the meters again that had stopped and whose wallet has coins now. Returns them. */
export async function rearm(db: Db, options: Pick<ChargeOptions, 'now' | 'limit'> = {}): Promise<string[]> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ ids: string[] }>`
      select metering.rearm(${options.now ?? null}::timestamptz, ${options.limit ?? LIMIT}) as ids`.execute(
      tx,
    );
    const ids = rows[0]?.ids ?? [];
    if (ids.length > 0) await replanApart(tx, ids);
    return ids;
  });
}

/** Takes back what was charged beyond the time that turned out to have been. Returns how many units. */
export async function adjustOvercharged(
  db: Db,
  options: Pick<ChargeOptions, 'now' | 'limit'> = {},
): Promise<number> {
  const { rows } = await sql<{ units: number }>`
    select metering.adjust_overcharged(${options.now ?? null}::timestamptz, ${options.limit ?? LIMIT}) as units`.execute(
    db,
  );
  return rows[0]?.units ?? 0;
}
