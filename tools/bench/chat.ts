/**
 * `npm run bench chat`: people in a call, so many messages a second: how soon everybody is told, from the moment at which its writer sent it; and the
 * server killed while they write, with what was acknowledged looked for afterwards. Load and server in separate processes, on the embedded
 * database, or on Postgres with `-- --store postgres`. `-- --people 200 --messages 50 --seconds 20`.
 */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { WebSocket } from 'ws';
import { NOBODY_OUTSIDE, onStores, type StoreSettings } from './on-stores.ts';
import { tellFaults } from './tell-faults.ts';
import { KEYS, listen, people, type Person } from './chat/people.ts';
import { percentile } from './percentile.ts';
import { forkProgram, type Forked } from './process.ts';

const program = fileURLToPath(new URL('./chat/child.ts', import.meta.url));
const MOST_MS = 100;
const WARM_S = 2;

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '200' },
    messages: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    store: { type: 'string', default: 'embedded' },
  },
});
const [count, perSecond, seconds] = [Number(values.people), Number(values.messages), Number(values.seconds)];
const faults: string[] = [];

await onStores(values.store, measure);
process.exit(tellFaults(faults));

/** What was sent when (ms of this process), by its number, and how long it took to each of the others. */
interface Told {
  readonly sentAt: Map<number, number>;
  took: number[];
  readonly acknowledged: number[];
  readonly answered: number[];
}

async function measure(store: string, settings: StoreSettings): Promise<void> {
  const load = loadavg().map((each) => each.toFixed(1));
  console.log(`${availableParallelism()} cores, load ${load.join(' ')}, ${store}`);
  const env = {
    ...NOBODY_OUTSIDE,
    ...settings,
    LATIDO_JWT_SECRET: KEYS.jwt,
    REVERB_APP_KEY: KEYS.key,
    REVERB_APP_SECRET: KEYS.secret,
    LATIDO_MEMBERS_PER_CHANNEL: String(count),
  };
  let server = await forkProgram(program, { env });
  const all = await people(server.url, count);
  const callId = (await server.ask<string>('call', { people: all.map(({ personId }) => personId) })) ?? '';
  const told: Told = { sentAt: new Map(), took: [], acknowledged: [], answered: [] };
  const heard = (text: string): void => {
    const at = told.sentAt.get(Number(/~(\d+)~/.exec(text)?.[1]));
    if (at !== undefined) told.took.push(performance.now() - at);
  };
  const channel = `presence-call-${callId}`;
  const sockets: WebSocket[] = [];
  for (const person of all) sockets.push(await listen(server.url, person, { channel, heard }));
  const writing = { url: server.url, callId, people: all, told };
  await write(writing, { from: 0, messages: perSecond * WARM_S });
  await until(() => told.took.length >= perSecond * WARM_S * count);
  told.took = [];
  told.answered.length = 0;
  await measureTelling(server, writing);
  const counted = await writeUntilKilled(server, writing);
  for (const socket of sockets) socket.terminate();
  server = await forkProgram(program, { env });
  const kept = await numbersIn({ ...writing, url: server.url });
  const lost = counted.filter((n) => !kept.has(n));
  console.log(`killed by SIGKILL: ${counted.length} messages were acknowledged, ${lost.length} of them lost`);
  if (counted.length === 0 || lost.length > 0) faults.push('what was acknowledged is lost');
  await server.end('SIGTERM');
}

interface Writing {
  readonly url: string;
  readonly callId: string;
  readonly people: readonly Person[];
  readonly told: Told;
}

async function measureTelling(server: Forked, writing: Writing): Promise<void> {
  const { told } = writing;
  const messages = perSecond * seconds;
  const [cpu, own, began] = [server.cpuMs(), process.cpuUsage(), performance.now()];
  await write(writing, { from: 100_000, messages });
  const wanted = messages * count;
  await until(() => told.took.length >= wanted);
  const tookS = (performance.now() - began) / 1_000;
  const used = process.cpuUsage(own);
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) => Math.round(percentile(told.took, share)));
  const answer = Math.round(percentile(told.answered, 0.99));
  console.log(
    `${count} people, ${perSecond} messages/s for ${seconds} s: told to everybody (${told.took.length} of ${wanted}) after p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, most ${most} ms; ` +
      `answered, on the disk, after p99 ${answer} ms; the server took ${Math.round((server.cpuMs() - cpu) / tookS / 10)} % of a core, ` +
      `the load ${Math.round((used.user + used.system) / tookS / 10_000)} %`,
  );
  if (told.took.length < wanted) faults.push(`${wanted - told.took.length} were never told`);
  if (!(Number(p99) <= MOST_MS)) faults.push(`p99 of ${p99} ms, over ${MOST_MS}`);
}

/** So many messages in their time, whether or not those before are answered, by everybody in turn. */
async function write(writing: Writing, of: { from: number; messages: number }): Promise<void> {
  const began = performance.now();
  const answers: Promise<void>[] = [];
  for (let n = 0; n < of.messages; n += 1) {
    const wait = began + (n * 1_000) / perSecond - performance.now();
    if (wait > 0) await pause(wait);
    answers.push(say(writing, of.from + n));
  }
  await Promise.all(answers);
}

async function say({ url, callId, people: all, told }: Writing, n: number): Promise<void> {
  const writer = all[n % all.length];
  const at = performance.now();
  told.sentAt.set(n, at);
  const answer = await fetch(`${url}/api/v1/calls/${callId}/messages`, {
    method: 'POST',
    headers: writer?.headers ?? {},
    body: JSON.stringify({ id: `bench-${n}`, text: `~${n}~ ${'Something that somebody says. '.repeat(4)}` }),
  });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
  told.acknowledged.push(n);
  told.answered.push(performance.now() - at);
}

/** Gives what was acknowledged before the server died in the midst of it. */
async function writeUntilKilled(server: Forked, writing: Writing): Promise<number[]> {
  let isOver = false;
  const begun = (async () => {
    for (let n = 200_000; !isOver; n += 1) {
      void say(writing, n).catch(() => undefined);
      await pause(1_000 / perSecond);
    }
  })();
  await pause(3_000);
  await server.end('SIGKILL');
  isOver = true;
  await begun;
  return [...writing.told.acknowledged];
}

async function numbersIn({ url, callId, people: all }: Writing): Promise<Set<number>> {
  const found = new Set<number>();
  for (let after = 0, isAll = false; !isAll;) {
    const headers = all[0]?.headers ?? {};
    const answer = await fetch(`${url}/api/v1/calls/${callId}/messages?limit=200&after=${after}`, {
      headers,
    });
    const page = (await answer.json()) as { items: { text: string }[]; nextAfter: number; isAll: boolean };
    for (const { text } of page.items) found.add(Number(/~(\d+)~/.exec(text)?.[1]));
    ({ nextAfter: after, isAll } = page);
  }
  return found;
}

/** Waits for it, twenty seconds at most: what is still missing then is said by the figures. */
async function until(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo() && performance.now() < end) await pause(5);
}
