/**
 * `npm run bench rows`: what a charge weighs in the database, indexes included, and how many charges an audit compares
 * in a second of processor (embedded, where it is all ours: server and database) and of clock, on accounts made of
 * settled calls whose money is right. One audit is thrown away first.
 * `-- --meters 500 --units 200 --store embedded`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { audit } from '../../apps/server/src/metering/index.ts';
import type { Database } from '../../apps/server/src/platform/index.ts';
import { loadConfig, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { ensurePostgres } from '../testing/index.mjs';
import { makeSettledCalls } from './rows/settled-calls.ts';

/** Tables that have a row for each charge. */
const OF_CHARGES = ['ledger.journal', 'ledger.posting', 'ledger.lot_use', 'metering.due'];

const { values } = parseArgs({
  options: {
    meters: { type: 'string', default: '500' },
    units: { type: 'string', default: '200' },
    store: { type: 'string' },
  },
});
const [meters, units] = [Number(values.meters), Number(values.units)];
const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));
let differences = 0;

try {
  if (values.store !== 'postgres') await bench('embedded', { LATIDO_DATA_DIR: folder });
  if (values.store !== 'embedded') {
    const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
    if (postgres === null) throw new Error('no Postgres was found');
    try {
      await bench('postgres', { DATABASE_URL: postgres.url, LATIDO_DATA_DIR: folder });
    } finally {
      await postgres.stop();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (differences > 0) console.log(`FAILED: the audit names ${differences} differences`);
process.exitCode = differences > 0 ? 1 : 0;

async function bench(store: string, env: NodeJS.ProcessEnv): Promise<void> {
  const database = await openDatabase(loadConfig(env), silentLog);
  try {
    await prepareDatabase(database);
    await makeSettledCalls(database, { meters, units });
    await database.script('analyze');
    await auditAll(database);
    const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
    await auditAll(database);
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const charges = meters * units;
    const sizes = await Promise.all(OF_CHARGES.map((table) => bytesOf(database, table)));
    const each = sizes.map((bytes, n) => `${OF_CHARGES[n]} ${Math.round(bytes / charges)}`).join(', ');
    const all = sizes.reduce((sum, bytes) => sum + bytes, 0);
    console.log(
      `${store.padEnd(8)} ${charges} charges: ${Math.round(all / charges)} bytes a charge (${each}), ` +
        `audit ${Math.round(charges / seconds)} charges a second, ` +
        `${Math.round((charges * 1e6) / (user + system))} a second of this process' processor`,
    );
  } finally {
    await database.close();
  }
}

async function auditAll({ db }: Database): Promise<void> {
  for await (const { what, id, expected, found } of audit(db)) {
    differences += 1;
    if (differences <= 5) console.log(`${what} ${id}: expected ${expected}, found ${found}`);
  }
}

async function bytesOf({ db }: Database, table: string): Promise<number> {
  const { rows } = await sql<{ bytes: bigint }>`
    select pg_total_relation_size(${table}::regclass) as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0n);
}
