/**
 * `npm run bench webhook`: durable webhooks a second at 64 connections, in one run on the same kind of store, each
 * server in a process and on an empty database of its own:
 * - `naive`: the SDK verifies, one insert a webhook, on the same HTTP server, into the same columns and indexes;
 * - `route`: our webhook route, which does the same work: verify, store, answer;
 * - `whole`: the whole product, which in the same time also folds what it stores and tells people of it.
 * Judges what each wins over `naive` (the whole product wins less: the naive handler does nothing with what it has),
 * that nothing acknowledged is lost under SIGKILL of the whole server, and its memory when idle.
 * `-- --seconds 5 --rounds 3 --store embedded`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { loadConfig, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { ensurePostgres } from '../testing/index.mjs';
import type { Prepared } from './webhook/bodies.ts';
import { prepare } from './webhook/bodies.ts';
import type { LoadResult } from './webhook/load.ts';
import { runLoad } from './webhook/load.ts';
import type { Store } from './process.ts';
import type { Mode, Started } from './webhook/started.ts';
import { startChild } from './webhook/started.ts';
import { tellFaults } from './tell-faults.ts';

const MODES = ['naive', 'route', 'whole'] as const;
const CONNECTIONS = 64;
const RATIO_LEAST = {
  embedded: { route: 5, whole: 3 },
  postgres: { route: 2.5, whole: 1.5 },
} as const;
const IDLE_RSS_MAX = 350 * 1024 * 1024;
/** So long every server runs before it is measured: what was just compiled is not compiled well yet. */
const WARM_MS = 5_000;
/** The server gives the memory of its start back after the first quiet ten seconds. */
const IDLE_MS = 25_000;
/** More than any machine answers in a second. */
const RATE_MOST: Readonly<Record<Mode, number>> = { naive: 10_000, route: 25_000, whole: 20_000 };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    store: { type: 'string' },
  },
});
const forMs = Number(values.seconds) * 1000;
const rounds = Number(values.rounds);
const faults: string[] = [];
let labels = 0;

const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));
const postgres =
  values.store === 'embedded'
    ? null
    : await ensurePostgres({ env: withoutTestDatabase(), log: console.error });
try {
  if (values.store !== 'postgres') {
    const embedded = (name: string): Store => ({
      name: 'embedded',
      env: { LATIDO_DATA_DIR: join(folder, name) },
    });
    await benchIdle(embedded('idle'));
    await benchStore((mode, round) => embedded(`${mode}-${round}`));
  }
  if (postgres) {
    console.log(`\nPostgres: ${postgres.from}`);
    await benchStore(await postgresStores(postgres.url));
  } else if (values.store !== 'embedded') {
    faults.push('no Postgres was found, so that it was not measured');
  }
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tellFaults(faults);

/** LATIDO_TEST_DATABASE_URL may be a database without fsync: a bench of durable writes needs its own. */
function withoutTestDatabase(): NodeJS.ProcessEnv {
  const { LATIDO_BENCH_DATABASE_URL: given, ...env } = process.env;
  delete env['LATIDO_TEST_DATABASE_URL'];
  return given ? { ...env, LATIDO_TEST_DATABASE_URL: given } : env;
}

/** A database for each server: what one has written must not slow down the next. */
async function postgresStores(url: string): Promise<StoreOf> {
  const nameOf = (mode: Mode, round: number) => `latido_bench_${process.pid}_${mode}_${round}`;
  const database = await openDatabase(loadConfig({ DATABASE_URL: url }), silentLog);
  try {
    for (const mode of MODES)
      for (let round = 0; round < rounds; round += 1)
        await sql`create database ${sql.id(nameOf(mode, round))}`.execute(database.db);
  } finally {
    await database.close();
  }
  return (mode, round) => {
    const own = new URL(url);
    own.pathname = `/${nameOf(mode, round)}`;
    return { name: 'postgres', env: { DATABASE_URL: own.href, LATIDO_DATA_DIR: folder } };
  };
}

/** The empty store of a server of that kind in that round. */
type StoreOf = (mode: Mode, round: number) => Store;

async function benchStore(storeOf: StoreOf): Promise<void> {
  const { name } = storeOf('whole', 0);
  const least = RATIO_LEAST[name];
  console.log(`\n== ${name}: ${rounds} rounds of ${forMs / 1000} s, ${CONNECTIONS} connections`);
  const rates: Record<Mode, number[]> = { naive: [], route: [], whole: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const mode of MODES) rates[mode].push(await measure(mode, storeOf(mode, round)));
  }
  const naive = median(rates.naive);
  const told = { route: 'our webhook route', whole: 'the whole server, with all that follows the log' };
  for (const mode of ['route', 'whole'] as const) {
    const ratio = median(rates[mode]) / naive;
    const medians = `medians ${Math.round(median(rates[mode]))} and ${Math.round(naive)} a second`;
    const wanted = `wanted ${least[mode]}x`;
    console.log(`${told[mode]}: ${ratio.toFixed(2)}x the naive handler (${medians}; ${wanted})`);
    if (ratio < least[mode]) faults.push(`${name}, ${told[mode]}: ${ratio.toFixed(2)}x, ${wanted}`);
  }
  await benchKill(storeOf('whole', rounds - 1));
}

async function measure(mode: Mode, store: Store): Promise<number> {
  const server = await startChild(mode, store);
  try {
    await runLoad({
      url: server.url,
      connections: CONNECTIONS,
      prepared: bodies(mode, WARM_MS),
      forMs: WARM_MS,
    });
    const prepared = bodies(mode, forMs);
    if (mode === 'whole') await server.call();
    const cpuMs = server.cpuMs();
    const noticed = mode === 'whole' ? pause(forMs / 2).then(() => server.hangUp()) : null;
    const result = await runLoad({ url: server.url, connections: CONNECTIONS, prepared, forMs });
    const eachUs = ((server.cpuMs() - cpuMs) / Math.max(1, result.acknowledged.length)) * 1000;
    const rate = (result.acknowledged.length / result.tookMs) * 1000;
    const cost = `${spread(result)}, ${Math.round(eachUs)} µs of processor each`;
    const after = mode === 'whole' ? `${await foldLag(server)}${await noticeLag(noticed)}` : '';
    console.log(`${mode.padEnd(5)} ${Math.round(rate)}/s  ${cost}${after}`);
    if (result.refused > 0) faults.push(`${store.name}: ${mode} refused ${result.refused} webhooks`);
    return rate;
  } finally {
    await server.end('SIGKILL');
  }
}

/** How far the followers were behind when the flood ended; after it they are at the head, so that rounds are alike. */
async function foldLag(server: Started): Promise<string> {
  const startedAt = performance.now();
  if (await server.caughtUp())
    return `, folded ${((performance.now() - startedAt) / 1000).toFixed(1)} s after the flood`;
  faults.push('the followers did not reach the head of the log within a minute after the flood');
  return ', not folded within a minute';
}

/** How long a partner waited for the notice of a hang-up in the middle of the flood. Printed, not judged. */
async function noticeLag(noticed: Promise<number | null> | null): Promise<string> {
  const ms = await noticed;
  return ms === null ? ', no notice within a minute' : `, a notice took ${(ms / 1000).toFixed(1)} s under it`;
}

/** SIGKILL in the middle: what was answered with 200 must be there, and be folded by the server that comes after. */
async function benchKill(store: Store): Promise<void> {
  const server = await startChild('whole', store);
  const load = runLoad({
    url: server.url,
    connections: CONNECTIONS,
    prepared: bodies('whole', 3_000),
    forMs: 3_000,
  });
  await pause(1_500);
  await server.end('SIGKILL');
  const { acknowledged } = await load;
  const missing = await missingOf(store, acknowledged);
  console.log(`SIGKILL: ${acknowledged.length} were acknowledged before it, ${missing} of them are lost`);
  if (missing > 0) faults.push(`${store.name}: ${missing} acknowledged webhooks are lost`);
  if (acknowledged.length === 0) faults.push(`${store.name}: nothing was acknowledged before the SIGKILL`);
}

async function missingOf(store: Store, ids: readonly string[]): Promise<number> {
  const database = await openDatabase(loadConfig({ ...store.env }), silentLog);
  try {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from unnest(${[...ids]}::text[]) as wanted (id)
      where not exists (select 1 from presence.fact f where
        presence.fact_key(f.source, f.source_event_id) = presence.fact_key(presence.source_no('webhook'), wanted.id))`.execute(
      database.db,
    );
    return rows[0]?.n ?? ids.length;
  } finally {
    await database.close();
  }
}

async function benchIdle(store: Store): Promise<void> {
  const server = await startChild('whole', store);
  try {
    await pause(IDLE_MS);
    const bytes = server.rss();
    console.log(
      `idle server, first start, embedded database: ${Math.round(bytes / 1024 / 1024)} MB resident`,
    );
    if (bytes > IDLE_RSS_MAX)
      faults.push(`idle server: ${Math.round(bytes / 1024 / 1024)} MB, wanted 350 MB at most`);
  } finally {
    await server.end('SIGKILL');
  }
}

/** Prepared before the run, so that signing costs nothing in it. */
function bodies(mode: Mode, ms: number): Iterator<Prepared> {
  labels += 1;
  return prepare(Math.ceil((ms / 1000) * RATE_MOST[mode]), `${process.pid}-${labels}`).values();
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
}

function spread({ latenciesMs }: LoadResult): string {
  const at = (part: number) => (latenciesMs[Math.floor(latenciesMs.length * part)] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
