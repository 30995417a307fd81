import { type Kysely, type Transaction, sql } from 'kysely';
import { openPglite } from './pglite-open.ts';
import { openPostgres } from './postgres.ts';
import type { Config } from './config.ts';
import type { Log } from './log.ts';

/** The database. SQL is written with kysely's `sql` tag and explicit row types, which a test compares with the schema. */
export type Db = Kysely<unknown>;
/** A transaction of it. Inside one, never use the {@link Db}: PGlite has one connection and would wait for ever. */
export type Tx = Transaction<unknown>;
/** Either. */
export type DbOrTx = Db | Tx;

/** An open database, embedded or not. int8 is `bigint`, timestamptz `Date`, jsonb an object, int4 a number in both. */
export interface Database {
  readonly db: Db;
  readonly kind: 'pglite' | 'postgres';
  /** Runs several statements without parameters, all or nothing. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Every look of an idle server costs it, and on a database of its own finds what was hinted already. */
const LOOK_ALONE_EVERY_MS = 10_000;
/** As the only node of a Postgres: what a tool or a second server writes into it beside us is seen so late at most. */
const LOOK_AS_ONE_EVERY_MS = 5_000;

/**
 * How often loops look for what hints tell at once: seldom where hints stay within this process and cannot be lost. Where they go
 * between nodes, each looks as often as a lost one may cost.
 */
export function looksOn(
  { kind }: Pick<Database, 'kind'>,
  { isOneNode }: { isOneNode: boolean },
): { lookEveryMs?: number } {
  if (kind === 'pglite') return { lookEveryMs: LOOK_ALONE_EVERY_MS };
  return isOneNode ? { lookEveryMs: LOOK_AS_ONE_EVERY_MS } : {};
}

/** Whether the database answers. */
export async function databaseAnswers(database: Database): Promise<boolean> {
  try {
    await sql`select 1`.execute(database.db);
    return true;
  } catch {
    return false;
  }
}

/** What opening needs of the settings. */
export type DatabaseSettings = Pick<Config, 'databaseUrl' | 'poolSize' | 'databaseDir'>;

/** Opens Postgres when DATABASE_URL names one, else the embedded database in the data folder. */
export async function openDatabase(config: DatabaseSettings, log: Log): Promise<Database> {
  return config.databaseUrl
    ? await openPostgres({ url: config.databaseUrl, poolSize: config.poolSize, log })
    : await openPglite({ dir: config.databaseDir, log });
}
