/**
 * The first minute of a newcomer, against the real `npm start`: ready, signed in, a second start on the same folder
 * refused, ended in order, and nothing left behind, also not by SIGKILL. One line a step; `N passed, N failed` last.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exited, exitedWithin, signalGroup } from './launch/child.mjs';
import { freePort } from './launch/ports.mjs';
import { ROOT } from './launch/path.mjs';
import { countsLine } from './testrun/counts.mjs';

/** The first start may build a LiveKit and make a database; later ones may not. */
const FIRST_READY_MS = 8 * 60_000;
const READY_MS = 60_000;
const STOP_MS = 30_000;
const PASSWORD = 'smoke-test-password';

const folder = mkdtempSync(join(tmpdir(), 'latido-smoke-'));
const counts = { passed: 0, failed: 0, skipped: 0 };
const started = [];

await step('npm start becomes ready', async () => void (await start({ limitMs: FIRST_READY_MS })));
await step('alice signs in', () => signIn(started[0]));
await step('the web app is served', () => webApp(started[0]));
await step('a second start on the same folder is refused in one sentence', () => refusedTwice());
await step('SIGTERM ends everything in order', () => endsInOrder(started[0], 'SIGTERM'));
await step('the second start is ready again', async () => {
  const { readyMs } = await start({ limitMs: READY_MS });
  console.log(`          ready in ${readyMs} ms`);
});
await step('SIGKILL of npm leaves nothing behind', () => endsInOrder(started.at(-1), 'SIGKILL'));

for (const each of started) signalGroup(each.child, 'SIGKILL');
rmSync(folder, { recursive: true, force: true });
console.log(countsLine(counts));
process.exit(counts.failed > 0 ? 1 : 0);

async function step(name, act) {
  try {
    await act();
    counts.passed += 1;
    console.log(`  ok      ${name}`);
  } catch (error) {
    counts.failed += 1;
    console.log(`  FAILED  ${name}: ${error.message}`);
  }
}

function launch(port) {
  const env = { ...process.env, PORT: String(port), LATIDO_DATA_DIR: folder, LATIDO_DEMO_PASSWORD: PASSWORD };
  for (const name of Object.keys(env))
    if (/^(LIVEKIT_|DATABASE_URL|REDIS_URL|LATIDO_TEST_)/.test(name)) delete env[name];
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = { child, port, words: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (running.words += chunk));
  return running;
}

async function start({ limitMs }) {
  const beganAt = Date.now();
  const running = launch(await freePort());
  started.push(running);
  while (running.child.exitCode === null && Date.now() < beganAt + limitMs) {
    const response = await fetch(`http://127.0.0.1:${running.port}/readyz`).catch(() => null);
    if (response?.status === 200) return { ...running, readyMs: Date.now() - beganAt };
    await pause(100);
  }
  throw new Error(`not ready: ${running.words.slice(-3_000)}`);
}

async function signIn({ port }) {
  const response = await fetch(`http://127.0.0.1:${port}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ email: 'alice@demo.test', password: PASSWORD }),
  });
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${await response.text()}`);
  if (!response.headers.get('set-auth-token')) throw new Error('no bearer token came with the answer');
}

async function webApp({ port }) {
  const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
  const text = await response.text();
  if (response.status !== 200 || !/<script/.test(text))
    throw new Error(`answered ${response.status} without an app`);
}

async function refusedTwice() {
  const second = launch(await freePort());
  if (!(await exitedWithin(second.child, READY_MS))) {
    signalGroup(second.child, 'SIGKILL');
    throw new Error('it runs');
  }
  if (second.child.exitCode === 0) throw new Error('it ended with 0');
  console.log(`          ${second.words.trim().split('\n').at(-1)}`);
  if (/^\s+at .*:\d+:\d+\)?$/m.test(second.words)) throw new Error(`a stack trace: ${second.words}`);
}

/** Ends npm and waits until every process that came of it is gone: those that have our folder in their environment. */
async function endsInOrder({ child }, signal) {
  const before = ours();
  if (process.platform === 'linux' && before.length < 2) throw new Error('the running start was not found');
  child.kill(signal);
  await Promise.race([exited(child), pause(STOP_MS)]);
  const giveUpAt = Date.now() + STOP_MS;
  while (ours().length > 0 && Date.now() < giveUpAt) await pause(100);
  const left = ours();
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
}

function ours() {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids
    .filter((pid) => read(`/proc/${pid}/environ`).includes(`LATIDO_DATA_DIR=${folder}`))
    .map(describe);
}

function describe(pid) {
  return `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 80)}`;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
