/**
 * `npm run bench facts`: what a fact weighs in the database, indexes and the places it names included, and how many a rebuild folds in a
 * second of processor (embedded, where it is all ours: server and database). Calls of two, each with a joined, a connected, eight proofs,
 * a bye and a left of LiveKit's a person. One rebuild is thrown away first.
 * `-- --calls 500 --store embedded`.
 */
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { appendAndHint } from '../../apps/server/src/presence/index.ts';
import type { Database } from '../../apps/server/src/platform/index.ts';
import { loadConfig, memoryHints, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { rebuild } from '../../apps/server/src/rebuild.ts';
import { onStores } from './on-stores.ts';
import { tellFaults } from './tell-faults.ts';
import { callsTable, factsOfOneCall } from './facts/told-calls.ts';

/** Bytes of a fact, indexes included. */
const BYTES_MOST = 300;
/** Facts that a rebuild folds in a second of processor. */
const REBUILT_LEAST = 20_000;
/** Tables that grow by facts alone. */
const OF_FACTS = ['presence.fact', 'presence.place'];
/** Facts written in one transaction, as the webhooks of a busy moment are. */
const CALLS_AT_ONCE = 20;

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '500' }, store: { type: 'string' } },
});
const calls = Number(values.calls);
const faults: string[] = [];

await onStores(values.store, bench);
process.exitCode = tellFaults(faults);

async function bench(store: string, env: NodeJS.ProcessEnv): Promise<void> {
  const config = loadConfig(env);
  const database = await openDatabase(config, silentLog);
  try {
    await prepareDatabase(database);
    await database.script(callsTable(calls));
    const writing = await spent(() => tell(database));
    const facts = await countOf(database);
    await sql`vacuum analyze`.execute(database.db);
    const sizes = await sizesOf(database);
    const bytes = sizes.reduce((sum, { heap, indexes }) => sum + heap + indexes, 0) / facts;
    const share = (of: number): number => Math.round(of / facts);
    const each = sizes
      .map(({ table, heap, indexes }) => `${table} ${share(heap)} and ${share(indexes)} of indexes`)
      .join(', ');
    const again = () => rebuild({ database, config, log: silentLog });
    const first = await spent(again);
    const second = await spent(again);
    const rate = (ms: number): number => Math.round((facts * 1e3) / ms);
    console.log(
      `${store.padEnd(8)} ${facts} facts: ${Math.round(bytes)} bytes a fact (${each}); written ${rate(writing)} a second of this process' ` +
        `processor; rebuild ${rate(first)} a second of it the first time, ${rate(second)} the second`,
    );
    if (bytes > BYTES_MOST) faults.push(`${store}: ${Math.round(bytes)} bytes a fact`);
    // Of Postgres the work is in other processes: what this one takes says nothing.
    if (store === 'embedded' && rate(second) < REBUILT_LEAST)
      faults.push(`${store}: ${rate(second)} facts a second are rebuilt`);
  } finally {
    await database.close();
  }
}

async function tell({ db }: Database): Promise<void> {
  const hints = memoryHints(silentLog);
  for (let from = 0; from < calls; from += CALLS_AT_ONCE) {
    const some = Array.from({ length: Math.min(CALLS_AT_ONCE, calls - from) }, (_, n) => from + n);
    await appendAndHint({ db, hints }, some.flatMap(factsOfOneCall));
  }
}

async function spent(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e3;
}

async function countOf({ db }: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from presence.fact`.execute(db);
  return rows[0]?.n ?? 0;
}

interface Size {
  readonly table: string;
  readonly heap: number;
  readonly indexes: number;
}

async function sizesOf({ db }: Database): Promise<Size[]> {
  const { rows } = await sql<Size>`
    select t as table, pg_table_size(to_regclass(t))::float8 as heap, pg_indexes_size(to_regclass(t))::float8 as indexes
      from unnest(${OF_FACTS}::text[]) t where to_regclass(t) is not null`.execute(db);
  return rows;
}
