/** For tests only: databases to test against, and a clock to move by hand. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import pg from 'pg';
import type { Database } from './database.ts';
import { describeOnPglite, describeOnPostgres, type Field } from './describe.testing.ts';
import { silentLog } from './log.ts';
import { migrate, readMigrations } from './migrate.ts';
import { PARSERS } from './pglite-durable.ts';
import { inThisThread } from './pglite.testing.ts';
import { databasesOfRun } from './run.testing.ts';
import { UsedAgain, type Ask } from './used-again.testing.ts';
import { writePricePlans } from '../metering/index.ts';
import { openPostgres } from './postgres.ts';

export { readPdf } from './pdf.testing.ts';

export { type Field } from './describe.testing.ts';
export { Failing } from './failing.testing.ts';
export { ManualClock } from './manual-clock.ts';

/** A database to test against. */
export interface TestDatabase extends Database {
  /** The columns that a statement gives, without running it. */
  describe(text: string): Promise<readonly Field[]>;
}

/** A kind of database that tests run on. */
export interface TestDatabases {
  readonly name: 'pglite' | 'postgres';
  /** A new database with every migration, of nobody else. Close it afterwards. */
  open(options?: { poolSize?: number }): Promise<TestDatabase>;
  /** A new database as it was before the migration of this number. Close it afterwards. */
  openBefore(number: string): Promise<Database>;
}

/**
 * A database of the Redis that LATIDO_TEST_REDIS_URL names. Each test file takes a number of its own, because whoever
 * is alive in one database is taken to be a node of one server.
 */
export function testRedisUrl(number: number): string | undefined {
  const url = process.env['LATIDO_TEST_REDIS_URL'];
  return url ? new URL(`/${number}`, url).href : undefined;
}

/** PGlite, and Postgres when LATIDO_TEST_DATABASE_URL names one: `for (const store of await openTestDatabases())`. */
export async function openTestDatabases(): Promise<TestDatabases[]> {
  const url = process.env['LATIDO_TEST_DATABASE_URL'];
  const stores: TestDatabases[] = [
    { name: 'pglite', open: () => openTestPglite(), openBefore: openPgliteBefore },
  ];
  if (url)
    stores.push({
      name: 'postgres',
      open: (options) => openTestPostgres(url, options?.poolSize ?? 5),
      openBefore: (number) => openPostgresBefore(url, number),
    });
  return stores;
}

/** Names the state that migrated templates are in. */
function stateOfFiles(): string {
  const hash = createHash('sha256');
  for (const { name, text } of readMigrations()) hash.update(name).update(text);
  return hash.digest('hex').slice(0, 16);
}

const pglites = new UsedAgain({
  make: async () => PGlite.create({ loadDataDir: await pgliteTemplate(), parsers: PARSERS }),
  session: pgliteSession,
  drop: (pglite) => pglite.close(),
});

/** Runs statements on an embedded database that nobody else uses now. */
export async function pgliteSession<R>(pglite: PGlite, run: (ask: Ask) => Promise<R>): Promise<R> {
  return await run(async <Row>(text: string, params: readonly unknown[] = []) => {
    const { rows } = await pglite.query<Row>(text, [...params]);
    return rows;
  });
}

async function openTestPglite(): Promise<TestDatabase> {
  const { it: pglite, giveBack } = await pglites.take();
  const database = ofPglite(pglite, () => Promise.resolve(giveBack()));
  await writePricePlans(database.db);
  return { ...database, describe: (text) => describeOnPglite(pglite, text) };
}

async function openPgliteBefore(number: string): Promise<Database> {
  const database = ofPglite(await PGlite.create({ parsers: PARSERS }));
  await migrateUpTo(database, number);
  return database;
}

async function migrateUpTo(database: Database, number: string): Promise<void> {
  await migrate(
    database,
    readMigrations().filter(({ name }) => name < number),
  );
}

function ofPglite(pglite: PGlite, close?: () => Promise<void>): Database {
  const kept = inThisThread(pglite, close);
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: kept as never }) });
  return {
    db,
    kind: 'pglite',
    script: (text) => kept.transaction((tx) => tx.exec(text)),
    close: () => kept.close(),
  };
}

let template: Promise<Blob> | undefined;

/** initdb takes seconds: the migrated folder is kept as a file, by the hash of the SQL files. */
function pgliteTemplate(): Promise<Blob> {
  template ??= (async () => {
    const folder = join(tmpdir(), `latido-test-${process.getuid?.() ?? 0}`);
    const path = join(folder, `pglite-${stateOfFiles()}.tar`);
    if (!existsSync(path)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const pglite = await PGlite.create({ parsers: PARSERS });
      await migrate(ofPglite(pglite));
      const dump = await pglite.dumpDataDir('none');
      await pglite.close();
      const own = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
      writeFileSync(own, Buffer.from(await dump.arrayBuffer()));
      renameSync(own, path);
    }
    return new Blob([readFileSync(path)], { type: 'application/x-tar' });
  })();
  return template;
}

let postgreses: UsedAgain<string> | undefined;

async function openTestPostgres(at: string, poolSize: number): Promise<TestDatabase> {
  postgreses ??= new UsedAgain({
    make: async () => createPostgres(at, await postgresTemplate(at)),
    session: postgresSession,
    drop: (url) => dropPostgres(at, url),
  });
  const { it: url, giveBack } = await postgreses.take();
  const database = await openPostgres({ url, poolSize, log: silentLog });
  await writePricePlans(database.db);
  return {
    ...database,
    describe: (text) => asAdmin(url, (client) => describeOnPostgres(client, text)),
    async close() {
      await database.close();
      giveBack();
    },
  };
}

/** Whoever is in it still is sent out of it first. */
async function postgresSession<R>(url: string, run: (ask: Ask) => Promise<R>): Promise<R> {
  return await asAdmin(url, async (client) => {
    await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
    return await run(async <Row>(text: string, params: readonly unknown[] = []) => {
      const { rows } = await client.query<Row & pg.QueryResultRow>(text, [...params]);
      return rows;
    });
  });
}

async function openPostgresBefore(at: string, number: string): Promise<Database> {
  const url = await createPostgres(at, 'template0');
  const database = await openPostgres({ url, poolSize: 1, log: silentLog });
  await migrateUpTo(database, number);
  return {
    ...database,
    async close() {
      await database.close();
      await dropPostgres(at, url);
    },
  };
}

async function createPostgres(at: string, template: string): Promise<string> {
  const name = `${databasesOfRun()}${randomBytes(8).toString('hex')}`;
  await asAdmin(at, (client) => client.query(`create database ${name} template ${template}`));
  return withDatabase(at, name);
}

async function dropPostgres(at: string, url: string): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  await asAdmin(at, (client) => client.query(`drop database if exists ${name} with (force)`));
}

const TEMPLATE_LOCK = 7_241_604;
let postgresReady: Promise<string> | undefined;

/** A migrated database to copy from, made once for a state of the SQL files, whoever of the test processes is first. */
function postgresTemplate(url: string): Promise<string> {
  const name = `latido_template_${stateOfFiles()}`;
  postgresReady ??= asAdmin(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount) return name;
    const making = `${name}_new`;
    await client.query(`drop database if exists ${making} with (force)`);
    await client.query(`create database ${making}`);
    const database = await openPostgres({
      url: withDatabase(url, making),
      poolSize: 1,
      log: silentLog,
    });
    await migrate(database);
    await database.close();
    await client.query(`alter database ${making} rename to ${name}`);
    return name;
  });
  return postgresReady;
}

async function asAdmin<T>(url: string, fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await fn(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
