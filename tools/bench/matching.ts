/**
 * `npm run bench matching`: so many who look for somebody and so many on air who fit nobody, with twenty wishes and blocks between some; beside
 * them so many joins a second, half on each side, who fit each other, a tenth of them people who had left the line: how soon both sides are
 * told of their offer after the later of them came, and what it takes of a core, judged also by what the same joins take one by
 * one in the same run. Then Next by its route, by one side or by both at once: how soon it is answered, and how soon the presser has the next offer. What a
 * process does for the first time is not counted, and told apart. On Postgres; the module and what it stands on in this process, without sockets,
 * and with nobody's signs of life: `bench matching-pages` has these, of the whole product.
 * `-- --waiting 2000 --joins 200 --seconds 10 --nexts 100`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Fact } from '@latido/core';
import { callsStage } from '../../apps/server/src/calls/index.ts';
import type { Entrance } from '../../apps/server/src/matching/entrance.ts';
import { createMatching } from '../../apps/server/src/matching/index.ts';
import { leaveLine } from '../../apps/server/src/matching/answer.ts';
import type { Actor } from '../../apps/server/src/matching/ports.ts';
import { LINE_CHANGED } from '../../apps/server/src/matching/work.ts';
import type { App, Database } from '../../apps/server/src/platform/index.ts';
import {
  buildHttp,
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
import { crowdOf, fillLine, lineOf, makePeople, type Somebody } from './matching/line.ts';
import { oneByOneMs } from './matching/one-by-one.ts';
import { percentile } from './percentile.ts';
import { postgresCpuMs } from './process.ts';
import { tellFaults } from './tell-faults.ts';

const MOST = { offerMs: 300, coreShare: 25, answerMs: 100, nextMs: 400 };
/** On a machine on which a quarter of a core is less: so many times what the same joins take there, written down one by one. */
const TIMES_PLAIN = 1.5;
/** So many joins one by one. */
const ONE_BY_ONE_JOINS = 1_000;
/** What was begun is given so long to end. */
const PATIENCE_MS = 60_000;

const { values } = parseArgs({
  options: {
    waiting: { type: 'string', default: '2000' },
    joins: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '10' },
    nexts: { type: 'string', default: '100' },
  },
});
const [waiting, joins, seconds, nexts] = [values.waiting, values.joins, values.seconds, values.nexts].map(
  Number,
) as [number, number, number, number];
/** What a process does for the first time takes as long again: statements are parsed, code is compiled. So much of each goes before. */
const WARM = { seconds: 2, nexts: 8 };
/** One join in so many is of somebody who had left the line. */
const BACK_ONE_IN = 10;
/** So long they were away. */
const AWAY_MS = 1_500;
/** In one round of Next of so many both sides press at once. */
const BOTH_EVERY = 9;
/** Who asks, in the header of a request here. */
const ASKER = 'x-person';
const line = lineOf(waiting);
const crowd = crowdOf(joins * (WARM.seconds + seconds) * (1 - 1 / BACK_ONE_IN));
const actors = new Map([...line, ...crowd].map((one) => [one.personId, actorOf(one)]));
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
  await makePeople(database, { line, crowd });
  await fillLine(database, { line, isHeardForADay: true });
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
    access: { require: whoAsks, requireScope: whoAsks },
    ticket: () => Promise.resolve({ token: '', wsUrl: '' }),
    lastTick,
    hub: () => ({ broadcast: hear }),
  });
  const app = await buildHttp({
    config: loadConfig({}),
    log: silentLog,
    callerOf: async (request) => (await whoAsks(request)).personId,
  });
  await matching.routes?.(app);
  matching.start?.();
  try {
    const cpuMs = (): number => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e3 + (postmaster === undefined ? 0 : postgresCpuMs(postmaster));
    };
    await measureOffers(matching.entrance, cpuMs);
    await measureNexts(app);
  } finally {
    await app.close();
    await matching.close?.();
    await followers.close();
  }
  console.log(`load at the end ${load()}`);
}

/** Everybody has coins enough. */
function lastTick(): Promise<void> {
  return Promise.resolve();
}

function actorOf({ personId, externalId, roles, locale }: Somebody): Actor {
  return { personId, name: externalId, roles, locale, via: 'bearer' };
}

function whoAsks({ headers }: { headers: Record<string, unknown> }): Promise<Actor> {
  const actor = actors.get(String(headers[ASKER]));
  return actor === undefined ? Promise.reject(new Error('nobody asks here')) : Promise.resolve(actor);
}

function hear(channel: string, _event: string, data: unknown): void {
  const { state, callId = '' } = data as { state: string; callId?: string };
  if (state !== 'offered' && state !== 'connecting') return;
  const personId = channel.slice(channel.indexOf('person_'));
  if (told.get(personId)?.callId !== callId) told.set(personId, { at: performance.now(), callId });
}

/** A figure, and whether it is reached. */
function judge(what: string, found: number, { most, unit = 'ms' }: { most: number; unit?: string }): void {
  console.log(
    `${what.padEnd(66)} ${found.toFixed(unit === '%' ? 1 : 0)} ${unit} (at most ${most.toFixed(unit === '%' ? 1 : 0)})`,
  );
  if (!(found <= most)) faults.push(`${what}: ${found.toFixed(1)} ${unit}, at most ${most}`);
}

async function until(what: string, is: () => boolean): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!is()) {
    if (performance.now() > endAt) return void faults.push(`waited in vain for ${what}`);
    await pause(20);
  }
}

async function measureOffers(entrance: Entrance, cpuMs: () => number): Promise<void> {
  const joinedAt = new Map<string, number>();
  const join = async (one: Somebody): Promise<void> => {
    const [actor, of] = [actorOf(one), { wish: one.wish, now: clock.now() }];
    joinedAt.set(one.personId, performance.now());
    await (one.side === 'payer' ? entrance.look(actor, of) : entrance.goOnAir(actor, of));
    hints.publish(LINE_CHANGED);
  };
  const leaveAndJoin = async (one: Somebody): Promise<void> => {
    const of = { personId: one.personId, side: one.side, now: clock.now() };
    await leaveLine(database.db, of);
    hints.publish(LINE_CHANGED);
    await pause(AWAY_MS);
    await join(one);
  };
  const beganAt = performance.now();
  let from = { cpu: 0, at: 0 };
  const joining: Promise<void>[] = [];
  for (let n = 0; n < joins * (WARM.seconds + seconds); n += 1) {
    await pause(Math.max(0, beganAt + (n * 1_000) / joins - performance.now()));
    if (n === joins * WARM.seconds) from = { cpu: cpuMs(), at: performance.now() };
    const isBack = n % BACK_ONE_IN === 0;
    const one = isBack ? line[(n * 7) % line.length] : crowd[n - Math.ceil(n / BACK_ONE_IN)];
    if (one !== undefined) joining.push(isBack ? leaveAndJoin(one) : join(one));
  }
  await Promise.all(joining);
  await until('everybody’s offer', () => told.size >= crowd.length);
  const share = ((cpuMs() - from.cpu) / (performance.now() - from.at)) * 100;
  const pairs = new Map<string, { at: number; came: number }>();
  for (const [personId, { at, callId }] of told) {
    const pair = pairs.get(callId) ?? { at: 0, came: 0 };
    const came = joinedAt.get(personId) ?? Number.NaN;
    pairs.set(callId, { at: Math.max(pair.at, at), came: Math.max(pair.came, came) });
  }
  const took = [...pairs.values()].flatMap(({ at, came }) => (came < from.at ? [] : [at - came]));
  console.log(`${waiting} waiting, ${waiting} on air, ${joins} joins a second, ${took.length} offers`);
  judge('both are told after the later of them came, p99', percentile(took, 0.99), { most: MOST.offerMs });
  console.log(`  median ${percentile(took, 0.5).toFixed(0)} ms`);
  const plainMs = await oneByOneMs(database, { joins: ONE_BY_ONE_JOINS, leaveOneIn: BACK_ONE_IN, cpuMs });
  const plain = (plainMs * joins) / 10;
  console.log(`  the same joins written down one by one take ${plain.toFixed(1)} % of a core here`);
  const most = Math.max(MOST.coreShare, TIMES_PLAIN * plain);
  judge('of a core, database included', share, { most, unit: '%' });
}

/** Payers of the crowd go on, two at once: each finds the one whom the other has left. In some rounds their partners press, too. */
async function measureNexts(app: App): Promise<void> {
  const payers = crowd.filter(({ side }) => side === 'payer');
  const [answered, offered]: [number[], number[]] = [[], []];
  const goOn = async (personId: string): Promise<void> => {
    const before = told.get(personId)?.callId;
    const pressedAt = performance.now();
    const { statusCode, body } = await app.inject({
      method: 'POST',
      url: '/api/livekit/next-user',
      headers: { [ASKER]: personId },
    });
    answered.push(performance.now() - pressedAt);
    if (statusCode !== 200) faults.push(`Next was answered ${statusCode}: ${body.slice(0, 200)}`);
    await until('the next offer', () => told.get(personId)?.callId !== before);
    offered.push((told.get(personId)?.at ?? Number.NaN) - pressedAt);
  };
  for (let at = 0; answered.length < WARM.nexts + nexts && at + 1 < payers.length; at += 2) {
    const pressing = payers.slice(at, at + 2).map(({ personId }) => personId);
    const calls = new Set(pressing.map((personId) => told.get(personId)?.callId));
    const both = [...told].flatMap(([personId, { callId }]) => (calls.has(callId) ? [personId] : []));
    await Promise.all(((at / 2) % BOTH_EVERY === 0 ? both : pressing).map(goOn));
  }
  const first = answered.splice(0, WARM.nexts);
  offered.splice(0, WARM.nexts);
  console.log(
    `  the first ${first.length} presses of this process: ${first.map((ms) => ms.toFixed(0)).join(', ')} ms`,
  );
  judge(`Next is answered, p99 of ${answered.length}`, percentile(answered, 0.99), { most: MOST.answerMs });
  judge('from the press to the next offer, p50', percentile(offered, 0.5), { most: MOST.nextMs });
}
