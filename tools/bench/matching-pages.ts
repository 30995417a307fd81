/**
 * `npm run bench matching-pages`: matching as people's pages use it. So many who look for somebody and so many on air who fit nobody; their
 * pages ask every three seconds where they stand, which is their sign of life, and a tenth of them leaves and comes back. Beside them so many
 * joins a second who fit each other: how soon both pages are told of their offer after the later of them asked. Then Next, by one side or by
 * both at once: how soon it is answered, and how soon the presser's page has the next offer. On Postgres; the whole product in a process of
 * its own, by HTTP with bearer tokens and sockets of the Pusher protocol, and a LiveKit that answers (the test kit's). What pages take of a
 * core is told, and judged nowhere: that of matching itself is, by `bench matching`. Pages and LiveKit are here, and not counted.
 * `-- --waiting 200 --joins 20 --seconds 10 --nexts 50 --profile`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startFakeLivekit, type FakeLivekit } from '@latido/testkit';
import { loadConfig, openDatabase, silentLog, type Database } from '../../apps/server/src/platform/index.ts';
import { prepareDatabase } from '../../apps/server/src/prepare-database.ts';
import { ensurePostgres } from '../testing/index.mjs';
import { KEYS } from './chat/people.ts';
import { Beats } from './matching-pages/beats.ts';
import { crowdOf, fillLine, lineOf, makePeople } from './matching/line.ts';
import { measureNexts } from './matching-pages/nexts.ts';
import { measureOffers } from './matching-pages/offers.ts';
import { Page } from './matching-pages/page.ts';
import { Told } from './matching-pages/told.ts';
import { NOBODY_OUTSIDE } from './on-stores.ts';
import { printProfile } from './presence/print-profile.ts';
import type { Profile } from './presence/profile.ts';
import { percentile } from './percentile.ts';
import { forkProgram, postgresCpuMs, type Forked } from './process.ts';
import { tellFaults } from './tell-faults.ts';

const MOST = { offerMs: 300, answerMs: 100, nextMs: 400 };
/** Nobody may be offered whose page is quiet for ten: what the line alone costs is measured within. */
const SILENT_MS = 6_000;
/** Code is compiled, and connections are open. */
const WARM_MS = 9_000;
const program = fileURLToPath(new URL('./matching-pages/child.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    waiting: { type: 'string', default: '200' },
    joins: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    nexts: { type: 'string', default: '50' },
    profile: { type: 'boolean', default: false },
  },
});
const [waiting, joins, seconds, nexts] = [values.waiting, values.joins, values.seconds, values.nexts].map(
  Number,
) as [number, number, number, number];
const faults: string[] = [];
const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');

const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
if (postgres === null) throw new Error('no Postgres was found');
const line = lineOf(waiting);
/** The first of them warm the server up. */
const crowd = crowdOf(joins * (seconds + 2));
let url = '';
const fake = await startFakeLivekit({
  apiKey: NOBODY_OUTSIDE.LIVEKIT_API_KEY,
  apiSecret: NOBODY_OUTSIDE.LIVEKIT_API_SECRET,
  webhookUrls: ['http://server/api/livekit/webhook'],
  post: async ({ body, headers }) => {
    const answer = await fetch(`${url}/api/livekit/webhook`, { method: 'POST', body, headers });
    return { status: answer.status, retryAfter: null };
  },
});
try {
  const database = await openDatabase(loadConfig({ DATABASE_URL: postgres.url }), silentLog);
  await prepareDatabase(database);
  const server = await startServer(postgres.url, fake);
  url = server.url;
  try {
    await makePeople(database, { line, crowd });
    await measure(server, { database, postmaster: postgres.pid });
  } finally {
    await server.end('SIGKILL');
    await database.close();
  }
} finally {
  await fake.stop();
  await postgres.stop();
}
process.exit(tellFaults(faults));

async function startServer(databaseUrl: string, { wsUrl }: FakeLivekit): Promise<Forked> {
  const env = {
    ...NOBODY_OUTSIDE,
    LIVEKIT_URL: wsUrl,
    DATABASE_URL: databaseUrl,
    LATIDO_JWT_SECRET: KEYS.jwt,
    REVERB_APP_KEY: KEYS.key,
    REVERB_APP_SECRET: KEYS.secret,
    // Of the crowd only those who press Next come into their rooms: what calls cost is measured elsewhere.
    LATIDO_CONNECT_MS: '600000',
    ...(values.profile ? { BENCH_PROFILE: 'yes' } : {}),
  };
  return await forkProgram(program, { env });
}

async function measure(
  server: Forked,
  { database, postmaster }: { database: Database; postmaster: number | undefined },
): Promise<void> {
  console.log(`${availableParallelism()} cores, load ${load()}`);
  const cpuMs = (): number => server.cpuMs() + (postmaster === undefined ? 0 : postgresCpuMs(postmaster));
  const shareOf = shareBy(cpuMs);
  const pageOf = (of: (typeof line)[number]): Page => new Page(of, { url: server.url, jwtSecret: KEYS.jwt });
  const [pages, crowdPages] = [line.map(pageOf), crowd.map(pageOf)];
  const told = new Told(server.url, KEYS);
  const beats = new Beats();
  try {
    // Before thousands of pages ask: a full machine resets who comes among them.
    await told.listen(crowd);
    await askOnce(crowdPages);
    await fillLine(database, { line, isHeardForADay: false });
    const silent = await shareOf(() => pause(SILENT_MS));
    for (const page of pages) beats.add(page);
    await pause(WARM_MS);
    const [warm, measured] = [crowdPages.slice(0, joins * 2), crowdPages.slice(joins * 2)];
    await measureOffers({ pages, crowd: warm, joins, told, beats });
    const quiet = await shareOf(() => profiled(server, () => pause(seconds * 1_000)));
    const found = await profiled(server, () => measureBusy(shareOf, { pages, crowd: measured, told, beats }));
    judgeOffers(found, { silent, quiet });
    judgeNexts(await measureNexts({ pages: measured, told, fake, presses: nexts }));
    judgeBeats(beats);
  } finally {
    beats.close();
    told.close();
    for (const page of [...pages, ...crowdPages]) page.close();
  }
  console.log(`load at the end ${load()}`);
}

/** Before they come people have their page open, which asks where they stand. */
async function askOnce(pages: readonly Page[]): Promise<void> {
  for (const page of pages) {
    const { status, body } = await page.beat();
    if (status !== 200) throw new Error(`${status} ${body.toString()}`);
  }
}

/** What of a core something takes, in percent. */
function shareBy(cpuMs: () => number) {
  return async (work: () => Promise<unknown>): Promise<number> => {
    const [before, startedAt] = [cpuMs(), performance.now()];
    await work();
    return ((cpuMs() - before) / (performance.now() - startedAt)) * 100;
  };
}

async function profiled<T>(server: Forked, work: () => Promise<T>): Promise<T> {
  if (values.profile) await server.ask('beginProfile');
  const result = await work();
  if (values.profile) printProfile(await server.ask<Profile>('endProfile'));
  return result;
}

interface Busy {
  readonly share: number;
  readonly took: readonly number[];
}

async function measureBusy(
  shareOf: ReturnType<typeof shareBy>,
  of: Omit<Parameters<typeof measureOffers>[0], 'joins'>,
): Promise<Busy> {
  let took: readonly number[] = [];
  const share = await shareOf(async () => void (took = await measureOffers({ ...of, joins })));
  if (took.length * 2 < of.crowd.length) faults.push(`${took.length} offers of ${of.crowd.length / 2}`);
  return { share, took };
}

/** A figure, and whether it is reached. */
function judge(
  what: string,
  found: number,
  { most, unit = 'ms' }: { most?: number; unit?: string } = {},
): void {
  const wanted = most === undefined ? '' : ` (at most ${most})`;
  console.log(`${what.padEnd(72)} ${found.toFixed(unit === '%' ? 1 : 0)} ${unit}${wanted}`);
  if (most !== undefined && !(found <= most))
    faults.push(`${what}: ${found.toFixed(1)} ${unit}, at most ${most}`);
}

function judgeOffers({ share, took }: Busy, { silent, quiet }: { silent: number; quiet: number }): void {
  console.log(`${waiting} waiting, ${waiting} on air, ${joins} joins a second, ${took.length} offers`);
  judge('both are told after the later of them asked, p99', percentile(took, 0.99), { most: MOST.offerMs });
  judge('  median', percentile(took, 0.5));
  const percent = { unit: '%' };
  judge('of a core, server and database: the line, with no sign of anybody', silent, percent);
  judge('  with signs of all pages, nobody coming', quiet, percent);
  judge('  with signs of all pages and those who come', share, percent);
  judge('  a thousand pages that wait', ((quiet - silent) * 1_000) / (2 * waiting), percent);
  judge('  ten who come in a second, with their offers', ((share - quiet) * 10) / joins, percent);
}

function judgeNexts({
  answered,
  offered,
}: {
  answered: readonly number[];
  offered: readonly number[];
}): void {
  judge(`Next is answered, p99 of ${answered.length}`, percentile(answered, 0.99), { most: MOST.answerMs });
  judge('  median', percentile(answered, 0.5));
  judge('from the press to the next offer, p50', percentile(offered, 0.5), { most: MOST.nextMs });
  judge('  p99', percentile(offered, 0.99));
  if (answered.length < nexts || offered.length < answered.length)
    faults.push(`${answered.length} presses of ${nexts}, ${offered.length} next offers`);
}

function judgeBeats({ answered, late, wrong, firstWrong }: Beats): void {
  console.log(`${answered} signs of pages were answered, ${late} times the one before was on its way still`);
  if (wrong > 0) faults.push(`${wrong} signs of pages were not answered as they should be: ${firstWrong}`);
}
