/**
 * `npm run bench matching`: so many who look for somebody and so many on air who fit nobody, and beside them so many joins a second, half on
 * each side, who fit each other: how soon both sides are told of their offer after the later of them came, and what it takes of a core. Then
 * Next: how soon it is answered, and how soon the presser has the next offer. On Postgres; the module and what it stands on in this process,
 * without HTTP and sockets. `-- --waiting 2000 --joins 200 --seconds 10 --nexts 20`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Fact } from '@latido/core';
import { callsStage } from '../../apps/server/src/calls/index.ts';
import { Entrance } from '../../apps/server/src/matching/entrance.ts';
import { createMatching } from '../../apps/server/src/matching/index.ts';
import { pressNext } from '../../apps/server/src/matching/next.ts';
import type { Actor } from '../../apps/server/src/matching/ports.ts';
import { LINE_CHANGED } from '../../apps/server/src/matching/work.ts';
import type { Database } from '../../apps/server/src/platform/index.ts';
import {
  loadConfig,
  memoryHints,
  openDatabase,
  silentLog,
  startFollowers,
  systemClock as clock,
} from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { FACT_LOG, presenceStage, readFacts } from '../../apps/server/src/presence/index.ts';
import { ensurePostgres } from '../testing/index.mjs';
import { crowdOf, makeLine } from './matching/line.ts';
import { percentile } from './percentile.ts';
import { postgresCpuMs } from './process.ts';
import { tellFaults } from './tell-faults.ts';

const MOST = { offerMs: 300, coreShare: 25, answerMs: 100, nextMs: 400 };
/** What was begun is given so long to end. */
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    waiting: { type: 'string', default: '2000' },
    joins: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    nexts: { type: 'string', default: '20' },
  },
});
const [waiting, joins, seconds, nexts] = [values.waiting, values.joins, values.seconds, values.nexts].map(
  Number,
) as [number, number, number, number];
const faults: string[] = [];
/** When each was told last that they have an offer, and of which call. */
const told = new Map<string, { at: number; callId: string }>();

const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
if (postgres === null) throw new Error('no Postgres was found');
const database = await openDatabase(loadConfig({ DATABASE_URL: postgres.url }), silentLog);
const hints = memoryHints(silentLog);
try {
  await measure(database, postgres.pid);
} finally {
  await hints.close();
  await database.close();
  await postgres.stop();
}
process.exit(tellFaults(faults));

async function measure({ db }: Database, postmaster: number | undefined): Promise<void> {
  const load = (): string =>
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' ');
  console.log(`${availableParallelism()} cores, load ${load()}`);
  await prepareDatabase(database);
  await makeLine(database, { waiting, joins: joins * seconds });
  const followers = startFollowers<Fact>({
    db,
    hints,
    log: silentLog,
    clock,
    topic: FACT_LOG,
    read: readFacts,
    stages: [presenceStage, callsStage({ graceMs: 45_000, hints })],
  });
  const matching = createMatching({
    db,
    clock,
    hints,
    log: silentLog,
    config: { livekitUrl: 'ws://127.0.0.1:9', connectMs: 10 * PATIENCE_MS },
    access: { require: nobody, requireScope: nobody },
    ticket: () => Promise.resolve({ token: '', wsUrl: '' }),
    lastTick,
    hub: () => ({ broadcast: hear }),
  });
  matching.start?.();
  try {
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e3 + (postmaster === undefined ? 0 : postgresCpuMs(postmaster));
    };
    await measureOffers(cpuMs);
    await measureNexts();
  } finally {
    await matching.close?.();
    await followers.close();
  }
  console.log(`load at the end ${load()}`);
}

/** Everybody has coins enough. */
function lastTick(): Promise<void> {
  return Promise.resolve();
}

function nobody(): Promise<never> {
  return Promise.reject(new Error('nobody asks here'));
}

function hear(channel: string, _event: string, data: unknown): void {
  const { state, callId = '' } = data as { state: string; callId?: string };
  if (state !== 'offered' && state !== 'connecting') return;
  const personId = channel.slice(channel.indexOf('person_'));
  if (told.get(personId)?.callId !== callId) told.set(personId, { at: performance.now(), callId });
}

/** A figure, and whether it is reached. */
function judge(what: string, found: number, { most, unit = 'ms' }: { most: number; unit?: string }): void {
  console.log(`${what.padEnd(66)} ${found.toFixed(unit === '%' ? 1 : 0)} ${unit} (at most ${most})`);
  if (!(found <= most)) faults.push(`${what}: ${found.toFixed(1)} ${unit}, at most ${most}`);
}

async function until(what: string, is: () => boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!is()) {
    if (performance.now() > endAt) return void faults.push(`waited in vain for ${what}`);
    await pause(20);
  }
}

async function measureOffers(cpuMs: () => number): Promise<void> {
  const joinedAt = new Map<string, number>();
  const entrance = new Entrance({ db: database.db, log: silentLog, lastTick });
  const join = async (actor: Actor): Promise<void> => {
    const now = clock.now();
    const isPayer = actor.roles[0] === 'client';
    const wish = { maxPrice: 10, language: 'es' as const, connectAtOnce: true };
    joinedAt.set(actor.personId, performance.now());
    await (isPayer ? entrance.look(actor, { wish, now }) : entrance.goOnAir(actor, { wish: {}, now }));
    hints.publish(LINE_CHANGED);
  };
  const crowd = crowdOf(joins * seconds);
  const [cpuBefore, startedAt] = [cpuMs(), performance.now()];
  const joining: Promise<void>[] = [];
  for (const [n, actor] of crowd.entries()) {
    await pause(Math.max(0, startedAt + (n * 1_000) / joins - performance.now()));
    joining.push(join(actor));
  }
  await Promise.all(joining);
  await until('everybody’s offer', () => told.size >= crowd.length);
  const share = ((cpuMs() - cpuBefore) / (performance.now() - startedAt)) * 100;
  const pairs = new Map<string, { at: number; came: number }>();
  for (const [personId, { at, callId }] of told) {
    const pair = pairs.get(callId) ?? { at: 0, came: 0 };
    const came = joinedAt.get(personId) ?? Number.NaN;
    pairs.set(callId, { at: Math.max(pair.at, at), came: Math.max(pair.came, came) });
  }
  const took = [...pairs.values()].map(({ at, came }) => at - came);
  console.log(`${waiting} waiting, ${waiting} on air, ${joins} joins a second, ${pairs.size} offers`);
  judge('both are told after the later of them came, p99', percentile(took, 0.99), { most: MOST.offerMs });
  console.log(`  median ${percentile(took, 0.5).toFixed(0)} ms`);
  judge('of a core, database included', share, { most: MOST.coreShare, unit: '%' });
}

/** Payers of the crowd go on, two at once: each finds the one whom the other has left. */
async function measureNexts(): Promise<void> {
  const payers = crowdOf(joins * seconds).filter(({ roles: [role] }) => role === 'client');
  const [answered, offered]: [number[], number[]] = [[], []];
  const goOn = async (actor: Actor): Promise<void> => {
    const before = told.get(actor.personId)?.callId;
    const pressedAt = performance.now();
    const now = clock.now();
    const moved = await database.db
      .transaction()
      .execute((tx) => pressNext(tx, actor, { roomName: undefined, now }));
    answered.push(performance.now() - pressedAt);
    if (moved.length > 0) hints.publish(FACT_LOG);
    hints.publish(LINE_CHANGED);
    await until('the next offer', () => told.get(actor.personId)?.callId !== before);
    offered.push((told.get(actor.personId)?.at ?? Number.NaN) - pressedAt);
  };
  for (let at = 0; at + 1 < Math.min(nexts, payers.length); at += 2)
    await Promise.all(payers.slice(at, at + 2).map(goOn));
  judge(`Next is answered, p99 of ${answered.length}`, percentile(answered, 0.99), { most: MOST.answerMs });
  judge('from the press to the next offer, p50', percentile(offered, 0.5), { most: MOST.nextMs });
}
