import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { endChild, exited, signalGroup, spawnTied } from '../launch/child.mjs';
import { endLeftover, writePidFile } from '../launch/pidfile.mjs';
import { freePort } from '../launch/ports.mjs';
import { containerName, dockerCommand, removeContainer } from './docker.mjs';
import { startOf } from './ready.mjs';
import { livekitEnvironment, livekitSettings } from './settings.mjs';

const USUAL = { port: 7_880, udpPort: 7_882, metricsPort: 6_789 };
const SETTINGS_FILE = 'livekit.yaml';

/** Binaries are ready within 0.1 s; a container, or a machine that is very busy, takes longer. */
const READY_MS = 20_000;

/**
 * Starts a livekit-server on this machine's loopback and ties it to our life. Resolves when it answers.
 *
 * Takes the ports of the last run in the same folder (browsers in a call return to them), else 7880, 7882 (UDP) and
 * 6789, if they are free, else other ones; asked for by number, those; with `exactPorts` those or none.
 * Its log goes to `dir/livekit.log`, the former one to `livekit.log.1`.
 *
 * @param {import('./index.d.mts').StartOptions} options
 * @returns {Promise<import('./index.d.mts').RunningLivekit>}
 */
export async function startLivekit(options) {
  const dir = resolve(options.dir);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const pidPath = join(dir, 'livekit.pid');
  const leftover = await endLeftover(pidPath);
  if (leftover !== null) options.log?.(`Ended a LiveKit (pid ${leftover}) that an earlier run left behind.`);
  const wanted = wantedPorts(options, dir);
  let taken = [];
  for (let tries = 1; ; tries += 1) {
    const ports = await choosePorts(wanted, taken);
    const otherwise = Object.keys(wanted).find((name) => ports[name] !== wanted[name]);
    if (options.exactPorts && otherwise) throw new Error(`the port ${wanted[otherwise]} is taken`);
    const started = await startOnce({ ...options, ports, dir, pidPath });
    if (started.running) return started.running;
    options.signal?.throwIfAborted();
    // Somebody took a port between our look and LiveKit's bind.
    const mayTryOthers = !options.exactPorts && tries < 3 && /address already in use/.test(started.words);
    if (!mayTryOthers) throw new Error(started.words);
    taken = [...taken, ...Object.values(ports)];
  }
}

function wantedPorts(options, dir) {
  const last = lastPorts(dir);
  return Object.fromEntries(
    Object.entries(USUAL).map(([name, usual]) => [name, options[name] ?? last[name] ?? usual]),
  );
}

/** The ports that a former run in this folder had. */
function lastPorts(dir) {
  try {
    const { port, rtc, prometheus } = JSON.parse(readFileSync(join(dir, SETTINGS_FILE), 'utf8'));
    return { port, udpPort: rtc.udp_port, metricsPort: prometheus.port };
  } catch {
    return {};
  }
}

async function choosePorts(wanted, except) {
  const port = await freePort({ preferred: wanted.port, except });
  const metricsPort = await freePort({ preferred: wanted.metricsPort, except: [...except, port] });
  const udpPort = await freePort({ preferred: wanted.udpPort, kind: 'udp', except });
  return { port, metricsPort, udpPort };
}

async function startOnce(options) {
  const { dir, pidPath, ports, signal } = options;
  signal?.throwIfAborted();
  const settingsPath = join(dir, SETTINGS_FILE);
  rmSync(settingsPath, { force: true });
  const settings = livekitSettings({ ...options, ...ports });
  writeFileSync(settingsPath, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  const logPath = join(dir, 'livekit.log');
  const container = options.docker ? containerName(dir) : null;
  // The client of a container dies with us, the container does not.
  if (container) removeContainer(container);
  const child = spawnLivekit({ ...options, settingsPath, logPath, container });
  const spawned = await new Promise((done) => child.once('spawn', () => done(null)).once('error', done));
  if (spawned) return { words: `LiveKit did not start: ${spawned.message}` };
  writePidFile(pidPath, child.pid);
  const kill = () => signalGroup(child, 'SIGKILL');
  // Where the kernel ties no child to its parent this is what ends it when we end in a hurry.
  process.once('exit', kill);
  const urls = {
    ports,
    wsUrl: `ws://127.0.0.1:${ports.port}`,
    metricsUrl: `http://127.0.0.1:${ports.metricsPort}/metrics`,
  };
  const ended = exited(child).then(({ code, signal }) => {
    process.off('exit', kill);
    rmSync(pidPath, { force: true });
    if (container) removeContainer(container);
    return { code, signal };
  });
  signal?.addEventListener('abort', kill, { once: true });
  const startedAt = await untilReady(child, { ...options, ...ports });
  signal?.removeEventListener('abort', kill);
  if (startedAt === null || signal?.aborted) {
    kill();
    await ended;
    return { words: `LiveKit did not become ready. ${lastWords(logPath)}` };
  }
  const stop = () =>
    endChild(child)
      .then(() => ended)
      .then(() => undefined);
  return { running: { pid: child.pid, ...urls, startedAt, logPath, exited: ended, stop } };
}

function spawnLivekit({ binary, docker, settingsPath, logPath, container }) {
  if (existsSync(logPath)) renameSync(logPath, `${logPath}.1`);
  const output = openSync(logPath, 'w', 0o600);
  const env = livekitEnvironment(process.env);
  const { command, args } = docker
    ? dockerCommand(settingsPath, container)
    : { command: binary, args: ['--config', settingsPath] };
  try {
    return spawnTied(command, args, { env, stdio: ['ignore', output, output] });
  } finally {
    closeSync(output);
  }
}

/** When the server began, by its own word; null when it ended or stayed silent. */
async function untilReady(child, options) {
  const giveUpAt = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < giveUpAt) {
    const startedAt = await startOf(options);
    if (startedAt !== null) return startedAt;
    await new Promise((next) => setTimeout(next, 20));
  }
  return null;
}

function lastWords(logPath) {
  try {
    return readFileSync(logPath, 'utf8').trim().split('\n').slice(-3).join(' ');
  } catch {
    return '';
  }
}
