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
import { dockerCommand, removeContainer } from './docker.mjs';
import { livekitEnvironment, livekitSettings } from './settings.mjs';

const PORT = 7_880;
const UDP_PORT = 7_882;
const METRICS_PORT = 6_789;

/** Binaries are ready within 0.1 s; a container, or a machine that is very busy, takes longer. */
const READY_MS = 20_000;

/**
 * Starts a livekit-server on this machine's loopback and ties it to our life. Resolves when it answers.
 *
 * Takes 7880, 7882 (UDP) and 6789 if they are free, else other ports; asked for by number, likewise the next free one.
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
  let taken = [];
  for (let tries = 1; ; tries += 1) {
    const ports = await choosePorts(options, taken);
    const started = await startOnce({ ...options, ...ports, dir, pidPath });
    if (started.running) return started.running;
    // Somebody took a port between our look and LiveKit's bind.
    if (tries === 3 || !/address already in use/.test(started.words)) throw new Error(started.words);
    taken = [...taken, ...Object.values(ports)];
  }
}

async function choosePorts(options, except) {
  const port = await freePort({ preferred: options.port ?? PORT, except });
  const metricsPort = await freePort({
    preferred: options.metricsPort ?? METRICS_PORT,
    except: [...except, port],
  });
  const udpPort = await freePort({ preferred: options.udpPort ?? UDP_PORT, kind: 'udp', except });
  return { port, metricsPort, udpPort };
}

async function startOnce(options) {
  const { dir, pidPath } = options;
  const settingsPath = join(dir, 'livekit.yaml');
  rmSync(settingsPath, { force: true });
  writeFileSync(settingsPath, `${JSON.stringify(livekitSettings(options), null, 2)}\n`, { mode: 0o600 });
  const logPath = join(dir, 'livekit.log');
  const container = options.docker ? `latido-livekit-${process.pid}-${options.port}` : null;
  const child = spawnLivekit({ ...options, settingsPath, logPath, container });
  const spawned = await new Promise((done) => child.once('spawn', () => done(null)).once('error', done));
  if (spawned) return { words: `LiveKit did not start: ${spawned.message}` };
  writePidFile(pidPath, child.pid);
  const urls = {
    wsUrl: `ws://127.0.0.1:${options.port}`,
    metricsUrl: `http://127.0.0.1:${options.metricsPort}/metrics`,
  };
  const ended = exited(child).then(({ code, signal }) => {
    rmSync(pidPath, { force: true });
    if (container) removeContainer(container);
    return { code, signal };
  });
  const startedAt = await untilReady(child, options);
  if (startedAt === null) {
    signalGroup(child, 'SIGKILL');
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
async function untilReady(child, { port, metricsPort }) {
  const giveUpAt = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null && Date.now() < giveUpAt) {
    const answered = await text(`http://127.0.0.1:${port}/`);
    const startedAt = answered === null ? null : await processStart(metricsPort);
    // Another LiveKit may sit on that port while ours is still failing to bind: only a living child counts.
    if (startedAt !== null && child.exitCode === null) return startedAt;
    await new Promise((next) => setTimeout(next, 20));
  }
  return null;
}

async function processStart(metricsPort) {
  const metrics = await text(`http://127.0.0.1:${metricsPort}/metrics`);
  const seconds = /^process_start_time_seconds ([\d.e+]+)$/m.exec(metrics ?? '')?.[1];
  return seconds ? new Date(Number(seconds) * 1_000) : null;
}

async function text(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}

function lastWords(logPath) {
  try {
    return readFileSync(logPath, 'utf8').trim().split('\n').slice(-3).join(' ');
  } catch {
    return '';
  }
}
