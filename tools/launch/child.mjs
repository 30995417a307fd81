import { spawn, spawnSync } from 'node:child_process';
import { isMainThread } from 'node:worker_threads';

let tie;

/** Whether this machine can tie a child to our life through the kernel (Linux, util-linux' setpriv). */
export function canTie() {
  tie ??=
    process.platform === 'linux' &&
    spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true'], { stdio: 'ignore' }).status === 0;
  return tie;
}

/**
 * Starts a child that the kernel ends when we end, however we end (SIGKILL included), where it can.
 *
 * The kernel watches the *thread* that forked, so only the main thread may call this: a child of a worker would die
 * with the worker. The child leads a group of its own: Ctrl-C reaches only us, and we end it in our order.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function spawnTied(command, args, options = {}) {
  if (!isMainThread)
    throw new Error('spawnTied must be called from the main thread: the child would die with the worker.');
  const detached = process.platform !== 'win32';
  if (!canTie()) return spawn(command, args, { detached, ...options });
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], { detached, ...options });
}

/** Sends a signal to a child's whole group, or to the child alone where there are no groups. Gone already: no error. */
export function signalGroup(child, signal) {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Resolves when the child is gone: its exit code and the signal that ended it. */
export function exited(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  }
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}

/** Whether the child is gone before so many milliseconds are over. */
export function exitedWithin(child, limitMs) {
  let timer;
  const limit = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  return Promise.race([exited(child).then(() => true), limit]).finally(() => clearTimeout(timer));
}

/** Ends a child in order: SIGTERM, again after `againMs`, SIGKILL at last. Resolves when it is gone. */
export async function endChild(child, { againMs = 1_500, killMs = 3_000 } = {}) {
  signalGroup(child, 'SIGTERM');
  if (await exitedWithin(child, againMs)) return;
  signalGroup(child, 'SIGTERM');
  if (await exitedWithin(child, killMs)) return;
  signalGroup(child, 'SIGKILL');
  await exited(child);
}
