/**
 * `npm run bench presence`: paid calls of two beating browsers each, on the whole product and a LiveKit that answers
 * (the test kit's), load and server in separate processes. Judges what a call costs by the minute (processor of the
 * server and of its database), how late charges are committed, what the server costs when idle, and its memory a call.
 * Beside it, on the same machine in the same minute, what the beats alone cost: a full machine is slow with both.
 * `-- --calls 100,300,1000 --seconds 60 --store embedded --profile`; `--profile` says where the time goes, and takes some itself.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { startFakeLivekit, type FakeLivekit } from '@latido/testkit';
import { loadConfig, openDatabase, silentLog } from '../../apps/server/src/platform/index.ts';
import { ensurePostgres } from '../testing/index.mjs';
import { forkProgram, parentOf, postgresCpuMs, type Forked, type Store } from './process.ts';
import type { Seat } from './presence/child.ts';
import { bareBeatsMs } from './presence/bare-beats.ts';
import { printProfile } from './presence/print-profile.ts';
import type { Profile } from './presence/profile.ts';
import { Crowd } from './presence/crowd.ts';
import { tellFaults } from './tell-faults.ts';

const KEY = 'benchkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
/** Judged at the most calls that were asked for, on a quiet machine of the design's: of fifteen there the beats alone take six. */
const CPU_MS_MOST = 15;
const BARE_MS_THERE = 6;
const CHARGE_P99_MS_MOST = 1_000;
const IDLE_SHARE_MOST = 0.01;
const CALL_BYTES_MOST = 30 * 1024;
/** What the start leaves behind is done by then. */
const QUIET_MS = 25_000;
/** After so many of the calls the server has compiled what it needs for one: from here on memory is theirs. */
const WARM_SHARE = 0.2;
/** Calls are made over so long, so that their units fall due at all times of a minute. */
const SPREAD_MS = 40_000;
const program = fileURLToPath(new URL('./presence/child.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '100,300,1000' },
    seconds: { type: 'string', default: '60' },
    store: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});
const sizes = values.calls.split(',').map(Number);
const forMs = Number(values.seconds) * 1000;
const faults: string[] = [];
const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));

/** A store, and the processor time of whatever of it runs outside the server. */
interface Measured extends Store {
  readonly cpuMs: () => number;
}

try {
  if (values.store !== 'postgres')
    await benchStore((name) => ({
      name: 'embedded',
      env: { LATIDO_DATA_DIR: join(folder, name) },
      cpuMs: () => 0,
    }));
  if (values.store !== 'embedded') await benchPostgres();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = tellFaults(faults);

async function benchPostgres(): Promise<void> {
  const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
  if (postgres === null) return void faults.push('no Postgres was found, so that it was not measured');
  const database = await openDatabase(loadConfig({ DATABASE_URL: postgres.url }), silentLog);
  try {
    const { rows } = await sql<{ pid: number }>`
      select pg_backend_pid() as pid`.execute(database.db);
    const postmaster = parentOf(String(rows[0]?.pid));
    for (const size of sizes) await sql`create database ${sql.id(`bench_${size}`)}`.execute(database.db);
    await benchStore((name) => {
      const own = new URL(postgres.url);
      own.pathname = `/bench_${name}`;
      const env = { DATABASE_URL: own.href, LATIDO_DATA_DIR: folder };
      return { name: 'postgres', env, cpuMs: () => postgresCpuMs(postmaster) };
    });
  } finally {
    await database.close();
    await postgres.stop();
  }
}

async function benchStore(storeOf: (name: string) => Measured): Promise<void> {
  for (const size of sizes) {
    const store = storeOf(String(size));
    await benchSize(store, { size, isJudged: size === Math.max(...sizes) });
  }
}

async function benchSize(store: Measured, of: { size: number; isJudged: boolean }): Promise<void> {
  let url = '';
  const fake = await startFakeLivekit({
    apiKey: KEY,
    apiSecret: SECRET,
    webhookUrls: ['http://server/api/livekit/webhook'],
    post: async ({ body, headers }) => {
      const answer = await fetch(`${url}/api/livekit/webhook`, { method: 'POST', body, headers });
      return { status: answer.status, retryAfter: null };
    },
  });
  const env = { ...serverEnv(fake), ...store.env, ...(values.profile ? { BENCH_PROFILE: 'yes' } : {}) };
  const server = await forkProgram(program, { env });
  url = server.url;
  const crowd = new Crowd();
  try {
    await measure({ store, server, fake, crowd, ...of });
  } finally {
    crowd.close();
    await server.end('SIGKILL');
    await fake.stop();
  }
}

function serverEnv(fake: FakeLivekit): Record<string, string> {
  return {
    PORT: '0',
    LATIDO_AUTH_SECRET: 'b'.repeat(40),
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
    LIVEKIT_URL: fake.wsUrl,
    LIVEKIT_METRICS_URL: fake.metricsUrl,
  };
}

interface Run {
  readonly store: Measured;
  readonly server: Forked;
  readonly fake: FakeLivekit;
  readonly crowd: Crowd;
  readonly size: number;
  readonly isJudged: boolean;
}

async function measure(run: Run): Promise<void> {
  const { store, server, crowd, size } = run;
  const cpuMs = (): number => server.cpuMs() + store.cpuMs();
  await pause(QUIET_MS);
  const idle = await spent(cpuMs, 20_000);
  const before = server.rss();
  const warm = Math.ceil(size * WARM_SHARE);
  await openCalls(run, warm);
  const usedBefore = (await server.ask<number>('inUse')) ?? 0;
  await openCalls(run, size - warm);
  // Past the first unit of each.
  await pause(20_000);
  const live = (await server.ask<number>('live')) ?? 0;
  if (live < size) faults.push(`${store.name}: ${live} of ${size} calls are live`);
  const since = Date.now();
  if (values.profile) await server.ask('beginProfile');
  const cost = await spent(cpuMs, forMs);
  if (values.profile) printProfile(await server.ask<Profile>('endProfile'));
  const lags = ((await server.ask<number[]>('charged', { since })) ?? []).toSorted((a, b) => a - b);
  const bytes = (((await server.ask<number>('inUse')) ?? 0) - usedBefore) / (size - warm);
  const grown = (server.rss() - before) / size;
  const { lost } = crowd;
  crowd.close();
  judge(run, { idle, cost, lags, bytes, grown, lost, bareMs: await bareBeatsMs(size) });
}

interface Figures {
  readonly idle: { readonly cpuMs: number; readonly tookMs: number };
  readonly cost: { readonly cpuMs: number; readonly tookMs: number };
  readonly lags: readonly number[];
  /** In use of a call. */
  readonly bytes: number;
  /** By how much the process has grown, with all that it needs for the first call and keeps in reserve. */
  readonly grown: number;
  readonly lost: number;
  /** What the beats alone cost a call and minute, ms. */
  readonly bareMs: number;
}

function judge(
  { store, size, isJudged }: Run,
  { idle, cost, lags, bytes, grown, lost, bareMs }: Figures,
): void {
  const minutes = cost.tookMs / 60_000;
  const eachMs = cost.cpuMs / size / minutes;
  const idleShare = idle.cpuMs / idle.tookMs;
  const p99 = lags[Math.floor(lags.length * 0.99)] ?? 0;
  console.log(
    `${store.name.padEnd(8)} ${String(size).padStart(5)} calls: ${eachMs.toFixed(1)} ms of processor a call and minute, ` +
      `${(eachMs / bareMs).toFixed(1)} times what beats alone take (idle ${(idleShare * 100).toFixed(1)} % of a core), ${lags.length} charges, committed p50 ` +
      `${(lags[Math.floor(lags.length / 2)] ?? 0).toFixed(0)} ms and p99 ${p99.toFixed(0)} ms after they were due, ` +
      `${Math.round(bytes / 1024)} KB in use a call (grown by ${Math.round(grown / 1024)} KB a call)`,
  );
  const wanted = Math.floor(size * minutes * 0.95);
  if (lost > 0) faults.push(`${store.name}, ${size} calls: ${lost} sockets closed by themselves`);
  if (lags.length < wanted) faults.push(`${store.name}, ${size} calls: ${lags.length} charges of ${wanted}`);
  if (!isJudged) return;
  // A machine that is slow, or full, takes as many times longer for everything as for the beats alone.
  const times = Math.max(1, bareMs / BARE_MS_THERE);
  if (eachMs > CPU_MS_MOST * times)
    faults.push(`${store.name}, ${size} calls: ${eachMs.toFixed(1)} ms; beats alone ${bareMs.toFixed(1)} ms`);
  if (p99 > CHARGE_P99_MS_MOST) faults.push(`${store.name}: charges p99 ${p99.toFixed(0)} ms after due`);
  if (idleShare > IDLE_SHARE_MOST * times)
    faults.push(
      `${store.name}: idle ${(idleShare * 100).toFixed(1)} % of a core; beats alone ${bareMs.toFixed(1)} ms`,
    );
  if (bytes > CALL_BYTES_MOST) faults.push(`${store.name}: ${Math.round(bytes / 1024)} KB a call`);
}

async function openCalls(run: Run, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const startedAt = performance.now();
    await openCall(run);
    await pause(Math.max(0, SPREAD_MS / run.size - (performance.now() - startedAt)));
  }
}

async function openCall({ server, fake, crowd }: Run): Promise<void> {
  const seats = (await server.ask<Seat[]>('makeCall')) ?? [];
  const joined = seats.map(({ room, identity }) => fake.join({ room, identity }));
  for (const [n, seat] of seats.entries()) {
    const own = joined[n];
    const other = joined[1 - n];
    if (own === undefined || other === undefined) continue;
    const ticket = encodeURIComponent(seat.ticket);
    await crowd.add({
      url: `${server.url.replace('http', 'ws')}/api/v1/presence?ticket=${ticket}`,
      sid: own.sid,
      roomSid: fake.rooms().find(({ name }) => name === seat.room)?.sid ?? '',
      partner: { sid: other.sid, identity: seats[1 - n]?.identity ?? '' },
    });
  }
}

async function spent(cpuMs: () => number, ms: number): Promise<{ cpuMs: number; tookMs: number }> {
  const [cpuBefore, startedAt] = [cpuMs(), performance.now()];
  await pause(ms);
  return { cpuMs: cpuMs() - cpuBefore, tookMs: performance.now() - startedAt };
}
