/**
 * `npm run bench rows`: what a charge weighs in the database, indexes included, and how many charges an audit compares
 * in a second of processor (embedded, where it is all ours: server and database) and of clock, on accounts made of
 * settled calls whose money is right. One audit is thrown away first. Fails when a charge weighs more than it may, or an audit takes more.
 * `-- --meters 500 --units 200 --store embedded`.
 */
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { audit } from '../../apps/server/src/metering/index.ts';
import type { Database } from '../../apps/server/src/platform/index.ts';
import { loadConfig, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { onStores } from './on-stores.ts';
import { tellFaults } from './tell-faults.ts';
import { makeSettledCalls } from './rows/settled-calls.ts';

/** Bytes of a charge, indexes included. */
const BYTES_MOST = 600;
/** Charges that an audit compares in a second of processor, on a quiet machine like ours. */
const AUDITED_LEAST = 100_000;
/** The same where the machine is slow, or full: so many times what reading the charges and adding them up takes there. */
const TIMES_BARE_MOST = 9;
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
let differences = 0;
const faults: string[] = [];

await onStores(values.store, bench);
if (differences > 0) faults.push(`the audit names ${differences} differences`);
process.exitCode = tellFaults(faults);

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
    const auditMs = cpuMsSince(cpuBefore);
    const bareMs = await bareMsOf(database);
    const charges = meters * units;
    const sizes = await Promise.all(OF_CHARGES.map((table) => bytesOf(database, table)));
    const each = sizes.map((bytes, n) => `${OF_CHARGES[n]} ${Math.round(bytes / charges)}`).join(', ');
    const all = sizes.reduce((sum, bytes) => sum + bytes, 0);
    console.log(
      `${store.padEnd(8)} ${charges} charges: ${Math.round(all / charges)} bytes a charge (${each}), ` +
        `audit ${Math.round(charges / seconds)} charges a second, ` +
        `${Math.round((charges * 1e3) / auditMs)} a second of this process' processor, ` +
        `${(auditMs / bareMs).toFixed(1)} times what adding them up takes`,
    );
    if (all / charges > BYTES_MOST) faults.push(`${store}: ${Math.round(all / charges)} bytes a charge`);
    const isSlow = (charges * 1e3) / auditMs < AUDITED_LEAST && auditMs > TIMES_BARE_MOST * bareMs;
    // Of Postgres the work is in other processes: what this one takes says nothing.
    if (isSlow && store === 'embedded')
      faults.push(`${store}: an audit takes ${auditMs.toFixed(0)} ms of processor`);
  } finally {
    await database.close();
  }
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

/** Processor time of reading every charge with its postings once, and adding them up. */
async function bareMsOf({ db }: Database): Promise<number> {
  const read = () =>
    sql`select count(*), sum(p.amount), max(j.occurred_at), max(j.unit_index)
          from ledger.posting p join ledger.journal j on j.no = p.journal_no where j.kind = 'charge'`.execute(
      db,
    );
  await read();
  const before = process.cpuUsage();
  await read();
  return cpuMsSince(before);
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
