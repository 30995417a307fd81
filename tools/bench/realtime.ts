/**
 * `npm run bench realtime`: one message to many sockets, by Latido, by a plain `ws` server that sends a frame that was built before, and
 * by socket.io with its own rooms, one after the other in the same run; each in a process of its own. Judged is the processor time of a
 * delivery against theirs, eight messages in flight and one at a time, and the memory of an idle subscribed connection and stream, with
 * what nobody uses collected. Then notices, from before they are stored to their reader, on both databases; and a server that is killed
 * with thousands connected. Draws what a delivery costs with `--plot`.
 * `-- --sockets 1000 --messages 400 --notices 4000 --clients 5000 --plot docs/operating/realtime.svg`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { forkProgram, type Forked } from './process.ts';
import type { Judged } from './realtime/judged.ts';
import { measureReturn } from './realtime/coming-back.ts';
import { openStreams } from './realtime/guests.ts';
import { Listeners } from './realtime/listeners.ts';
import { measureNotices } from './realtime/notices.ts';
import { barsOf } from './realtime/plot.ts';

/** Wanted: so many times as many deliveries a second of processor as the plain server, and as socket.io. */
const OF_FRAMES_LEAST = 1.6;
const OF_SOCKET_IO_LEAST = 3.5;
/** One message at a time: at most so many times its processor time. */
const SINGLE_MOST = 1.15;
const CONNECTION_BYTES_MOST = 12 * 1024;
const STREAM_BYTES_MOST = 20 * 1024;
/** A server is idle when it used no more processor than this between two looks. */
const IDLE_MS = 50;
const LOOK_EVERY_MS = 1_000;
const IN_FLIGHT = 8;
const program = fileURLToPath(new URL('./realtime/child.ts', import.meta.url));

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '1000' },
    messages: { type: 'string', default: '400' },
    notices: { type: 'string', default: '4000' },
    clients: { type: 'string', default: '5000' },
    plot: { type: 'string' },
  },
});
const [sockets, messages] = [Number(values.sockets), Number(values.messages)] as const;
/** What the first ones cost everybody is not of a connection. */
const FIRST = 50;

interface Figures {
  /** Processor time of the server for one delivery, µs. */
  readonly inFlightUs: number;
  readonly singleUs: number;
  readonly bytes: number;
}

const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));
const measured: Record<string, Figures> = {};
const judged: Judged[] = [];
try {
  for (const kind of ['frames', 'socket.io', 'latido']) measured[kind] = await measure(kind);
  judged.push(...judgeFanOut());
  draw();
  judged.push(await measureStreams());
  judged.push(...(await measureNotices({ program, folder, notices: Number(values.notices) })));
  judged.push(...(await measureReturn({ program, folder, clients: Number(values.clients) })));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log('');
for (const { what, found, isReached } of judged)
  console.log(`${isReached ? 'reached' : 'FAILED'}: ${what}: ${found}`);
process.exitCode = judged.every(({ isReached }) => isReached) ? 0 : 1;

async function measure(kind: string): Promise<Figures> {
  const server = await forkProgram(program, { args: [kind], env: { LATIDO_DATA_DIR: join(folder, kind) } });
  const listeners = new Listeners(kind, server.url);
  try {
    await listeners.open(FIRST);
    const before = await held(server);
    await listeners.open(sockets - FIRST);
    const bytes = ((await held(server)) - before) / (sockets - FIRST);
    await send(server, listeners, { count: 50, inFlight: IN_FLIGHT });
    const inFlightUs = await send(server, listeners, { count: messages, inFlight: IN_FLIGHT });
    const singleUs = await send(server, listeners, { count: Math.ceil(messages / 4), inFlight: 1 });
    return { inFlightUs, singleUs, bytes };
  } finally {
    listeners.close();
    await server.end('SIGKILL');
  }
}

/** Sends so many messages, so many at once as are in flight; gives the processor time of a delivery, µs. */
async function send(
  server: Forked,
  listeners: Listeners,
  { count, inFlight }: { count: number; inFlight: number },
): Promise<number> {
  const before = server.cpuMs();
  for (let sent = 0; sent < count; sent += inFlight) {
    const all = listeners.received(listeners.total + inFlight * sockets);
    await server.ask('send', { times: inFlight });
    await all;
  }
  const rounds = Math.ceil(count / inFlight) * inFlight;
  return ((server.cpuMs() - before) * 1_000) / (rounds * sockets);
}

/** Memory that an idle server holds, without what nobody uses any more. */
async function held(server: Forked): Promise<number> {
  // Streams are told that they are served before their inbox has been read.
  let before = -Infinity;
  while (server.cpuMs() - before > IDLE_MS) {
    before = server.cpuMs();
    await pause(LOOK_EVERY_MS);
  }
  return (await server.ask<number>('held')) ?? NaN;
}

async function measureStreams(): Promise<Judged> {
  const server = await forkProgram(program, {
    args: ['latido'],
    env: { LATIDO_DATA_DIR: join(folder, 'streams') },
  });
  try {
    await openStreams(server.url, 0, FIRST);
    const before = await held(server);
    await openStreams(server.url, FIRST, sockets);
    const bytes = ((await held(server)) - before) / (sockets - FIRST);
    const found = `${(bytes / 1024).toFixed(1)} KB`;
    return { what: 'an idle stream of events', found, isReached: bytes <= STREAM_BYTES_MOST };
  } finally {
    await server.end('SIGKILL');
  }
}

function draw(): void {
  if (values.plot === undefined) return;
  const names: [string, string, string][] = [
    ['latido', 'Latido', '#0f766e'],
    ['frames', 'plain ws frames', '#64748b'],
    ['socket.io', 'socket.io', '#b45309'],
  ];
  const groups = [
    'µs of processor a delivery, eight messages in flight',
    'the same, one message at a time',
    'KB an idle subscribed connection',
  ];
  const servers = names.flatMap(([kind, name, colour]) => {
    const found = measured[kind];
    return found ? [{ name, colour, figures: [found.inFlightUs, found.singleUs, found.bytes / 1024] }] : [];
  });
  writeFileSync(values.plot, barsOf(`One message of 200 bytes to ${sockets} sockets`, groups, servers));
}

function judgeFanOut(): Judged[] {
  const [frames, io, own] = ['frames', 'socket.io', 'latido'].map((kind) => measured[kind]) as [
    Figures,
    Figures,
    Figures,
  ];
  console.log(
    `1 to ${sockets}, 200 bytes, ${messages} messages; ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg().map(Math.round).join(', ')}\n`,
  );
  console.log(
    '| | µs a delivery, 8 in flight | one at a time | KB an idle connection |\n|---|---:|---:|---:|',
  );
  for (const [kind, { inFlightUs, singleUs, bytes }] of Object.entries(measured))
    console.log(
      `| ${kind} | ${inFlightUs.toFixed(2)} | ${singleUs.toFixed(2)} | ${(bytes / 1024).toFixed(1)} |`,
    );
  const ofFrames = frames.inFlightUs / own.inFlightUs;
  const ofSocketIo = io.inFlightUs / own.inFlightUs;
  const single = own.singleUs / frames.singleUs;
  return [
    {
      what: 'deliveries a second of processor, times the plain frame server',
      found: ofFrames.toFixed(2),
      isReached: ofFrames >= OF_FRAMES_LEAST,
    },
    {
      what: 'the same, times socket.io',
      found: ofSocketIo.toFixed(2),
      isReached: ofSocketIo >= OF_SOCKET_IO_LEAST,
    },
    {
      what: 'one at a time, processor against the plain server',
      found: single.toFixed(2),
      isReached: single <= SINGLE_MOST,
    },
    {
      what: 'an idle subscribed connection',
      found: `${(own.bytes / 1024).toFixed(1)} KB`,
      isReached: own.bytes <= CONNECTION_BYTES_MOST,
    },
  ];
}
