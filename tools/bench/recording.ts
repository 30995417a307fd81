/**
 * `npm run bench recording`: what the built-in recorder and its ffmpeg take, of a core and of memory, while they film two and six people
 * (640 × 360 each, 24 pictures a second, a tone) on a real LiveKit: `-- --people 2,6 --seconds 60`. It states; nothing is judged but that there is a film.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { builtInEngine } from '../../apps/server/src/recording/engine.ts';
import type { Recorder } from '../../apps/server/src/recording/ports.ts';
import { ensureLivekit, startLivekit } from '../livekit/index.mjs';
import { freePorts } from '../testing/index.mjs';
import { NOBODY_OUTSIDE } from './on-stores.ts';
import { cpuMsOf, forkProgram, parentOf } from './process.ts';
import { tellFaults } from './tell-faults.ts';

const program = fileURLToPath(new URL('./recording/people.ts', import.meta.url));
/** Until everybody's picture has come. */
const WARM_MS = 5_000;
const { LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = NOBODY_OUTSIDE;

const { values } = parseArgs({
  options: { people: { type: 'string', default: '2,6' }, seconds: { type: 'string', default: '60' } },
});
const faults: string[] = [];
const dir = mkdtempSync(join(tmpdir(), 'latido-bench-'));
const found = await ensureLivekit({ env: { PATH: process.env['PATH'] } });
if (found.kind !== 'binary') throw new Error('no livekit-server was found');
const [port = 0, udpPort = 0, metricsPort = 0] = await freePorts(3);
const ports = { port, udpPort, metricsPort };
const media = await startLivekit({ binary: found.path, ...ports, apiKey, apiSecret, dir });
const rooms = new RoomServiceClient(media.wsUrl.replace('ws', 'http'), apiKey, apiSecret);
try {
  for (const count of values.people.split(',').map(Number)) await film(count);
} finally {
  await media.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit(tellFaults(faults));

async function film(count: number): Promise<void> {
  const room = `film-of-${count}`;
  await rooms.createRoom({ name: room });
  const whom = Array.from({ length: count }, (_, n) => `person_${n}`);
  const tokens = await Promise.all(whom.map((identity) => tokenFor({ room, identity, grant: {} })));
  const people = await forkProgram(program, {
    args: [media.wsUrl, ...tokens],
    env: { NODE_ENV: 'production' },
  });
  const file = join(dir, `${count}.mp4`);
  const engine = builtInEngine({
    config: { livekitUrl: media.wsUrl, recordings: { ffmpeg: 'ffmpeg' } } as never,
    clock: { monotonic: () => performance.now() } as never,
    log: console as never,
    token: (of) => tokenFor({ ...of, grant: { hidden: true, recorder: true, canPublish: false } }),
  });
  const recorder = await new Promise<Recorder>((resolve, reject) => {
    const onBroken = (): void => reject(new Error('the recorder broke'));
    const onBegan = (): void => resolve(started);
    const started = engine.start({ room, identity: 'recorder', file, whom, onBegan, onBroken });
  });
  await pause(WARM_MS);
  await measure(count);
  const { durationMs } = await recorder.stop();
  await people.end('SIGTERM');
  const { size } = statSync(file);
  console.log(`  a film of ${Math.round((durationMs ?? 0) / 1_000)} s, ${(size / 1e6).toFixed(1)} MB`);
  if (size === 0 || !durationMs) faults.push(`there is no film of ${count}`);
}

async function measure(count: number): Promise<void> {
  const [recorder = 0] = childrenOf(process.pid, 'recording/recorder');
  const [ffmpeg = 0] = childrenOf(recorder, 'ffmpeg');
  const seconds = Number(values.seconds);
  const of = [
    { name: 'recorder', pid: recorder, from: cpuMsOf(recorder), most: 0 },
    { name: 'ffmpeg', pid: ffmpeg, from: cpuMsOf(ffmpeg), most: 0 },
  ];
  const beganAt = performance.now();
  const loads: number[] = [];
  while (performance.now() - beganAt < seconds * 1_000) {
    for (const each of of) each.most = Math.max(each.most, residentOf(each.pid));
    loads.push(loadavg()[0] ?? 0);
    await pause(1_000);
  }
  const tookMs = performance.now() - beganAt;
  const load = `load ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`;
  console.log(`${count} people, ${availableParallelism()} cores, ${load}, ${Math.round(tookMs / 1_000)} s`);
  for (const { name, pid, from, most } of of) {
    const share = ((cpuMsOf(pid) - from) / tookMs) * 100;
    console.log(`  ${name}: ${share.toFixed(1)} % of a core, up to ${Math.round(most / 1e6)} MB`);
  }
}

function tokenFor(of: { room: string; identity: string; grant: object }): Promise<string> {
  const token = new AccessToken(apiKey, apiSecret, { identity: of.identity, ttl: '1h' });
  token.addGrant({ roomJoin: true, room: of.room, ...of.grant });
  return token.toJwt();
}

/** Processes that this one started, whose command has that word. */
function childrenOf(parent: number, word: string): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === parent);
  return all.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)).map(Number);
}

function residentOf(pid: number): number {
  const [, kb = '0'] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb) * 1_024;
}
