import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { AppError, messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { StatementNames } from './statement-names.ts';

const INT8 = 20;
const INT8_ARRAY = 1016;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return BigInt;
    if (oid === INT8_ARRAY) return (text: string) => pg.types.arrayParser(text, BigInt);
    return pg.types.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** Errors of node, pg and Postgres that mean that the database is not there, not that the statement is wrong. */
const AWAY = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENETUNREACH|08|57P0|53300)/;
const AWAY_WORDS =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|not queryable/i;

/** Turns what a lost database throws into `database.unavailable`; leaves every other error as it is. */
export function asDatabaseError(error: unknown): unknown {
  const { code = '' } = (error ?? {}) as { code?: string };
  if (!AWAY.test(code) && !AWAY_WORDS.test(messageOf(error))) return error;
  return new AppError('database.unavailable', 'The database does not answer. Try again in a moment.', {
    cause: error,
  });
}

/** Opens a pool. Survives a database that goes away and comes back: statements fail meanwhile, nothing else does. */
export async function openPostgres(options: { url: string; poolSize: number; log: Log }): Promise<Database> {
  const { url, poolSize, log } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types,
    connectionTimeoutMillis: 5_000,
    // The pool waits for what this gives; its types do not say so.
    onConnect: compileNothing as (client: pg.ClientBase) => void,
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'));
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: guarded(pool, log) }) });
  try {
    await refuseOld(pool);
  } catch (error) {
    await pool.end();
    throw asDatabaseError(error);
  }
  return {
    db,
    kind: 'postgres',
    async script(text) {
      const client = await pool.connect();
      try {
        await client.query(`begin;${text};commit;`);
        client.release();
      } catch (error) {
        client.release(true);
        throw asDatabaseError(error);
      }
    },
    async close() {
      await db.destroy();
    },
  };
}

/**
 * Postgres takes a statement over thousands of rows for a dear one and compiles it, anew each time that it is run: ours are done in a
 * few milliseconds, and compiling takes a hundred and more.
 */
const compileNothing = async (client: pg.ClientBase): Promise<void> => {
  await client.query('set jit = off');
};

const OLDEST_VERSION = 15;

async function refuseOld(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  const [{ version } = { version: '' }] = rows;
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    const words = `Postgres ${version} is too old: ${OLDEST_VERSION} is the least.`;
    throw new AppError('database.unavailable', words);
  }
}

/**
 * The pool as kysely uses it. A client that is checked out while its server dies emits an error that nobody hears
 * and that would end the process: it is heard here, and the statement's own error is given its name.
 */
function guarded(pool: pg.Pool, log: Log) {
  const deaf = new WeakSet<pg.PoolClient>();
  const names = new StatementNames();
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw asDatabaseError(error);
      });
      if (!deaf.has(client)) {
        deaf.add(client);
        client.on('error', (error) => log.warn({ err: error }, 'a database connection broke in use'));
        const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
        Object.assign(client, {
          query: (...args: unknown[]) => {
            const [text, values] = args;
            const isPlain = typeof text === 'string' && Array.isArray(values);
            const name = isPlain ? names.nameOf(text) : undefined;
            const answer = name === undefined ? query(...args) : query({ name, text, values });
            if (!(answer instanceof Promise)) return answer;
            return answer.catch((error: unknown) => {
              names.heed(error);
              throw asDatabaseError(error);
            });
          },
        });
      }
      // A connection that is broken says so at the statement that it was taken for.
      await names.planAnew(client).catch(() => undefined);
      return client;
    },
  };
}
