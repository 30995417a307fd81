import { sql } from 'kysely';
import { Gauge, type Registry } from 'prom-client';
import type { Db, DbOrTx, Tx } from './database.ts';
import { messageOf } from './errors.ts';

/** A key of a stage whose facts wait, because one of them could not be folded. */
export interface Stuck {
  readonly stage: string;
  readonly key: string;
  /** The first fact that did not pass. */
  readonly seq: bigint;
  readonly error: string;
  readonly tries: number;
  readonly since: Date;
}

const ERROR_MAX = 500;

/** Puts a key aside, or says that it failed once more. */
export async function putAside(
  tx: Tx,
  of: { stage: string; key: string; seq: bigint; error: unknown },
): Promise<void> {
  // Words of the database may quote values of the fact.
  const error = messageOf(of.error).replaceAll('\0', '').slice(0, ERROR_MAX);
  await sql`insert into platform.stuck (stage, key, seq, error) values (${of.stage}, ${of.key}, ${of.seq}, ${error})
    on conflict (stage, key) do update
      set error = excluded.error, tries = stuck.tries + 1, wanted = false`.execute(tx);
}

/** What is stuck, the longest first. */
export async function listStuck(db: DbOrTx, limit = 1_000): Promise<Stuck[]> {
  const { rows } = await sql<Stuck>`
    select stage, key, seq, error, tries, since from platform.stuck order by since, stage, key limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** How many keys of each stage are stuck, as a figure: alarm on any. */
export function registerStuckMetric(registry: Registry, db: Db): void {
  registry.registerMetric(
    new Gauge({
      name: 'latido_stuck_keys',
      help: 'Keys whose facts wait because one of them could not be folded',
      labelNames: ['stage'],
      registers: [],
      async collect() {
        const { rows } = await sql<{ stage: string; keys: bigint }>`
          select stage, count(*) as keys from platform.stuck group by stage`.execute(db);
        this.reset();
        for (const { stage, keys } of rows) this.set({ stage }, Number(keys));
      },
    }),
  );
}

/** Which key is meant; without one all are. */
export interface StuckKey {
  readonly stage?: string | undefined;
  readonly key?: string | undefined;
}

/** Asks the followers, wherever they run, for another try within a second. Returns of how many keys. */
export async function wantRetry(db: Db, { stage, key }: StuckKey = {}): Promise<number> {
  const { numAffectedRows } = await sql`update platform.stuck set wanted = true
    where (${stage ?? null}::text is null or stage = ${stage ?? null})
      and (${key ?? null}::text is null or key = ${key ?? null})`.execute(db);
  return Number(numAffectedRows ?? 0n);
}

/**
 * Gives up a key's facts for its stage: what waited is never folded by it, later facts are again. Returns whether there
 * was such a key.
 */
export async function dropStuck(db: Db, { stage, key }: Required<StuckKey>): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from platform.stuck
    where stage = ${stage ?? null} and key = ${key ?? null}`.execute(db);
  return (numAffectedRows ?? 0n) > 0n;
}

/** The keys of a stage that wait. */
export async function stuckKeys(db: DbOrTx, stage: string): Promise<Set<string>> {
  const { rows } = await sql<{ key: string }>`select key from platform.stuck where stage = ${stage}`.execute(
    db,
  );
  return new Set(rows.map(({ key }) => key));
}

/** Those of a stage that are to be tried again: all, or those that somebody asked for. */
export async function toRetry(db: DbOrTx, stage: string, all: boolean): Promise<Stuck[]> {
  const { rows } = await sql<Stuck>`
    select stage, key, seq, error, tries, since from platform.stuck
    where stage = ${stage} and (wanted or ${all}) order by seq`.execute(db);
  return rows;
}

/** A key passes again. */
export async function noLongerStuck(tx: Tx, stage: string, key: string): Promise<void> {
  await sql`delete from platform.stuck where stage = ${stage} and key = ${key}`.execute(tx);
}
