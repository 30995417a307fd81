/**
 * `npm run bench realtime`: one message to many sockets, by Latido, by a plain `ws` server that sends a frame that was built before, and
 * by socket.io with its own rooms; each in a process of its own, all up at once, and they take turns. Judged is the processor time of a
 * delivery against theirs in the same round (the middle round), eight messages in flight and one at a time, and the memory of an idle
 * subscribed connection and stream, with what nobody uses collected. One after the other and once each, a ratio also had in it whatever
 * the machine did beside one of them only. Ours counts whole: its database, its timers and its idle work between messages, too.
 * Then notices, from before they are stored to their reader, on both databases; and a server that is killed
 * with thousands connected. Draws what a delivery costs with `--plot`.
 * `-- --sockets 1000 --messages 400 --notices 4000 --clients 5000 --plot docs/operating/realtime.svg`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { forkProgram } from './process.ts';
import type { Judged } from './realtime/judged.ts';
import { measureReturn } from './realtime/coming-back.ts';
import { FIRST, held, measureFanOut, middle, timesOf, type Figures, type Kind } from './realtime/fan-out.ts';
import { openStreams } from './realtime/guests.ts';
import { measureNotices } from './realtime/notices.ts';
import { barsOf } from './realtime/plot.ts';

/** Wanted: so many times as many deliveries a second of processor as the plain server, and as socket.io. */
const OF_FRAMES_LEAST = 1.6;
const OF_SOCKET_IO_LEAST = 3.5;
/** One message at a time: at most so many times its processor time. */
const SINGLE_MOST = 1.15;
const CONNECTION_BYTES_MOST = 12 * 1024;
const STREAM_BYTES_MOST = 20 * 1024;
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
const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));
const judged: Judged[] = [];
try {
  const measured = await measureFanOut({ program, folder }, { sockets, messages });
  judged.push(...judgeFanOut(measured));
  draw(measured);
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

function draw(measured: Record<Kind, Figures>): void {
  if (values.plot === undefined) return;
  const names: [Kind, string, string][] = [
    ['latido', 'Latido', '#0f766e'],
    ['frames', 'plain ws frames', '#64748b'],
    ['socket.io', 'socket.io', '#b45309'],
  ];
  const groups = [
    'µs of processor a delivery, eight messages in flight',
    'the same, one message at a time',
    'KB an idle subscribed connection',
  ];
  const servers = names.map(([kind, name, colour]) => {
    const { inFlightUs, singleUs, bytes } = measured[kind];
    return { name, colour, figures: [middle(inFlightUs), middle(singleUs), bytes / 1024] };
  });
  writeFileSync(values.plot, barsOf(`One message of 200 bytes to ${sockets} sockets`, groups, servers));
}

function judgeFanOut(measured: Record<Kind, Figures>): Judged[] {
  const { frames, latido: own, 'socket.io': io } = measured;
  console.log(
    `1 to ${sockets}, 200 bytes, ${messages} messages; ${cpus().length} × ${cpus()[0]?.model}, load ${loadavg().map(Math.round).join(', ')}\n`,
  );
  console.log(
    '| | µs a delivery, 8 in flight | one at a time | KB an idle connection |\n|---|---:|---:|---:|',
  );
  for (const [kind, { inFlightUs, singleUs, bytes }] of Object.entries(measured))
    console.log(
      `| ${kind} | ${middle(inFlightUs).toFixed(2)} | ${middle(singleUs).toFixed(2)} | ${(bytes / 1024).toFixed(1)} |`,
    );
  const ofFrames = timesOf(frames.inFlightUs, own.inFlightUs);
  const ofSocketIo = timesOf(io.inFlightUs, own.inFlightUs);
  const single = timesOf(own.singleUs, frames.singleUs);
  const rounds = own.singleUs.map((took, round) => (took / (frames.singleUs[round] ?? NaN)).toFixed(2));
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
      found: `${single.toFixed(2)} (rounds: ${rounds.join(', ')})`,
      isReached: single <= SINGLE_MOST,
    },
    {
      what: 'an idle subscribed connection',
      found: `${(own.bytes / 1024).toFixed(1)} KB`,
      isReached: own.bytes <= CONNECTION_BYTES_MOST,
    },
  ];
}
