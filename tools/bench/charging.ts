/**
 * `npm run bench charging`: set-based charging (8 clients ask for what is due, as nodes do) against one transaction a charge that also keeps
 * a platform's balance (8 clients), in the same run on a Postgres that syncs, after 10⁴, 10⁵ and 10⁶ earlier charges; an audit of those;
 * what so many concurrent billed calls take of a core; and charges a second, embedded, where sets cost by what is in them. Prints a table, and draws a plot with `--plot`.
 * `-- --before 10000,100000,1000000 --meters 10000 --plot docs/operating/charging.svg`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { audit, chargeDue, TICK_MS } from '../../apps/server/src/metering/index.ts';
import type { Database, Db } from '../../apps/server/src/platform/index.ts';
import { loadConfig, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { ensurePostgres } from '../testing/index.mjs';
import {
  after,
  chargeOne,
  dueMeters,
  makeLiveCalls,
  makeOneByOne,
  minutesOver,
} from './charging/live-calls.ts';
import { plotOf } from './charging/plot.ts';
import { postgresCpuMs } from './process.ts';
import { makeSettledCalls } from './rows/settled-calls.ts';
import { tellFaults } from './tell-faults.ts';

const WANTED = { ratio: 8, flat: 0.75, embedded: 2_500, large: 0.75, coreShare: 10, audit: 200_000 };
/** Units in a set: what a server takes, and a small and a large one, which cost alike for each unit. */
const SETS = { usual: 1_000, small: 250, large: 2_000 };
const CLIENTS = 8;
/** Units that each settled call was charged. */
const UNITS = 200;
/** Minutes of every live call that are charged each way. */
const ROUNDS = 2;
/** A client that finds nothing looks again. */
const LOOK_MS = 10;
const MINUTE_MS = 60_000;

const { values } = parseArgs({
  options: {
    before: { type: 'string', default: '10000,100000,1000000' },
    meters: { type: 'string', default: '10000' },
    one: { type: 'string', default: '3000' },
    plot: { type: 'string' },
  },
});
const sizes = values.before.split(',').map(Number);
const [meters, oneByOne] = [Number(values.meters), Number(values.one)];
const faults: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));

/** What was measured after so many earlier charges, each in a second. */
interface Figures {
  readonly before: number;
  readonly sets: number;
  readonly whole: number;
  readonly single: number;
  readonly audited: number;
}

const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}; load ${load()} (1, 5, 15 minutes)`,
);
const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
if (postgres === null) throw new Error('no Postgres was found');
try {
  const found: Figures[] = [];
  for (const before of sizes) found.push(await onPostgres(postgres, before));
  report(found);
} finally {
  await postgres.stop();
}
await embedded();
rmSync(folder, { recursive: true, force: true });
console.log(`load at the end ${load()}`);
process.exitCode = tellFaults(faults);

async function onPostgres(server: { url: string; pid?: number }, before: number): Promise<Figures> {
  const name = `charging_${before}`;
  const own = await openDatabase(loadConfig({ DATABASE_URL: server.url }), silentLog);
  await sql.raw(`create database ${name}`).execute(own.db);
  await own.close();
  const url = new URL(server.url);
  url.pathname = name;
  const settings = { DATABASE_URL: url.href, LATIDO_POOL_SIZE: String(CLIENTS + 2) };
  const database = await openDatabase(loadConfig(settings), silentLog);
  try {
    await prepareDatabase(database);
    await makeSettledCalls(database, { meters: Math.ceil(before / UNITS), units: UNITS });
    await database.script('analyze');
    const audited = await auditRate(database.db, before);
    await makeLiveCalls(database, { meters, minutes: 4 * ROUNDS + 4 });
    const sets = await inRounds(database.db, { from: 1, charge: inSets });
    const single = await oneByOneRate(database);
    const whole = await inRounds(database.db, { from: 1 + ROUNDS + 1, charge: wholeTicks });
    const figures = { before, sets, single, whole, audited };
    console.log(JSON.stringify({ ...figures, load: load() }));
    if (before === sizes.at(-1) && server.pid !== undefined) await measureShare(database.db, server.pid);
    return figures;
  } finally {
    await database.close();
  }
}

/** Charges a minute of every live call, some times; charges a second. */
async function inRounds(
  db: Db,
  { from, charge }: { from: number; charge: (db: Db, now: Date) => Promise<number> },
): Promise<number> {
  let [charges, ms] = [0, 0];
  for (let minute = from; minute < from + ROUNDS; minute += 1) {
    const startedAt = performance.now();
    charges += await charge(db, minutesOver(minute));
    ms += performance.now() - startedAt;
  }
  return (charges * 1e3) / ms;
}

/** Clients that each take sets of what is due until nothing is. */
async function inSets(db: Db, now: Date): Promise<number> {
  return await inSetsOf(SETS.usual)(db, now);
}

function inSetsOf(limit: number): (db: Db, now: Date) => Promise<number> {
  return async (db, now) =>
    await byClients(db, now, async () => {
      const { rows } = await sql<{ charges: number }>`
        select charges from metering.charge_due(p_now => ${now}::timestamptz, p_limit => ${limit})`.execute(
        db,
      );
      return rows[0]?.charges ?? 0;
    });
}

/** The same as the server does it: what follows is laid anew in the same transaction. */
async function wholeTicks(db: Db, now: Date): Promise<number> {
  return await byClients(db, now, async () => (await chargeDue(db, { now })).charges);
}

async function byClients(db: Db, now: Date, take: () => Promise<number>): Promise<number> {
  const counts = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      let all = 0;
      for (;;) {
        const charges = await take();
        all += charges;
        if (charges > 0) continue;
        if ((await dueMeters(db, now)).length === 0) return all;
        await pause(LOOK_MS);
      }
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function oneByOneRate(database: Database): Promise<number> {
  await makeOneByOne(database);
  const each = Math.floor(Math.min(oneByOne, meters) / CLIENTS);
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = 1; n <= each; n += 1) await chargeOne(database.db, client * each + n);
    }),
  );
  const rate = (each * CLIENTS * 1e3) / (performance.now() - startedAt);
  // Whoever was left out catches up, so that all stand at the same minute.
  await inSets(database.db, minutesOver(1 + ROUNDS));
  return rate;
}

/** How many charges an audit compares in a second by the clock; the first one is thrown away. */
async function auditRate(db: Db, charges: number): Promise<number> {
  let rate = 0;
  for (let time = 0; time < 2; time += 1) {
    const startedAt = performance.now();
    for await (const { what, id, expected, found } of audit(db))
      faults.push(`${what} ${id}: expected ${expected}, found ${found}`);
    rate = (charges * 1e3) / (performance.now() - startedAt);
  }
  return rate;
}

/** A minute of all live calls, ticked each tick of it: processor time of this process and of the database, of a core. */
async function measureShare(db: Db, postmaster: number): Promise<void> {
  const fromMs = (4 + 2 * ROUNDS) * MINUTE_MS;
  const cpuMs = (): number =>
    postgresCpuMs(postmaster) + process.cpuUsage().user / 1e3 + process.cpuUsage().system / 1e3;
  while ((await chargeDue(db, { now: after(fromMs) })).charges > 0);
  const cpuBefore = cpuMs();
  let charges = 0;
  for (let ms = TICK_MS; ms <= MINUTE_MS; ms += TICK_MS) {
    const now = after(fromMs + ms);
    // As after beats: whoever falls due is laid anew before, by what was heard.
    charges += (await chargeDue(db, { now, steady: await dueMeters(db, now) })).charges;
  }
  const share = ((cpuMs() - cpuBefore) / MINUTE_MS) * 100;
  console.log(
    `${meters} concurrent billed calls: ${charges} charges in a minute, ${share.toFixed(1)} % of a core`,
  );
  if (share > WANTED.coreShare) faults.push(`${meters} calls take ${share.toFixed(1)} % of a core`);
}

async function embedded(): Promise<void> {
  const database = await openDatabase(loadConfig({ LATIDO_DATA_DIR: folder }), silentLog);
  try {
    await prepareDatabase(database);
    await makeLiveCalls(database, { meters, minutes: 4 * ROUNDS + 4 });
    const sets = await inRounds(database.db, { from: 1, charge: inSets });
    const small = await inRounds(database.db, { from: 1 + ROUNDS, charge: inSetsOf(SETS.small) });
    const large = await inRounds(database.db, { from: 1 + 2 * ROUNDS, charge: inSetsOf(SETS.large) });
    // Last: from then on only a few units are laid ahead.
    const whole = await inRounds(database.db, { from: 1 + 3 * ROUNDS, charge: wholeTicks });
    console.log(
      `embedded: ${Math.round(sets)} charges a second in sets, ${Math.round(whole)} with what follows laid anew; in sets of ${SETS.large} ${(large / small).toFixed(2)} times as many as in sets of ${SETS.small}`,
    );
    if (sets < WANTED.embedded) faults.push(`embedded: ${Math.round(sets)} charges a second`);
    if (large < WANTED.large * small)
      faults.push(`embedded: large sets charge ${(large / small).toFixed(2)} times what small ones do`);
  } finally {
    await database.close();
  }
}

function report(found: readonly Figures[]): void {
  console.log(
    '\n| earlier charges | in sets, a second | one by one, a second | ratio | whole ticks, a second | audited a second |',
  );
  console.log('|---|---|---|---|---|---|');
  for (const { before, sets, single, whole, audited } of found) {
    const cells = [before, sets, single].map((each) => Math.round(each).toLocaleString('en'));
    const rest = [whole, audited].map((each) => Math.round(each).toLocaleString('en'));
    console.log(`| ${cells.join(' | ')} | ${(sets / single).toFixed(1)} | ${rest.join(' | ')} |`);
    if (sets / single < WANTED.ratio)
      faults.push(`after ${before}: ${(sets / single).toFixed(1)} times one by one`);
  }
  const rates = found.map(({ sets }) => sets);
  const flat = Math.min(...rates) / (rates[0] ?? Number.NaN);
  if (!(flat >= WANTED.flat)) faults.push(`not flat: the slowest is ${flat.toFixed(2)} of the first`);
  const audited = found.at(-1)?.audited ?? 0;
  if (audited < WANTED.audit) faults.push(`an audit compares ${Math.round(audited)} charges a second`);
  if (values.plot === undefined) return;
  const lineOf = (name: string, colour: string, of: (figures: Figures) => number) => ({
    name,
    colour,
    points: found.map((figures) => [figures.before, of(figures)] as const),
  });
  const lines = [
    lineOf('in sets', '#0f766e', ({ sets }) => sets),
    lineOf('whole ticks', '#7c3aed', ({ whole }) => whole),
    lineOf('one transaction each', '#b45309', ({ single }) => single),
  ];
  writeFileSync(values.plot, plotOf(`Charges a second, ${CLIENTS} clients, Postgres with fsync`, lines));
}
