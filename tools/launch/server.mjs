import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exited } from './child.mjs';
import { envForSources, nodeForSources, ROOT, SERVER_FLAGS } from './path.mjs';

/** Ctrl-C under npm comes twice, from the terminal and from npm: one wish. */
const SAME_WISH_MS = 1_000;

/**
 * What to say of a server that is gone; null where somebody wanted it to end. A terminal that only shows its prompt again
 * does not tell a death from an end.
 */
export function wordsOfEnd({ code, signal, asked }) {
  if (asked || code === 0) return null;
  const how =
    signal === null ? `ended by itself (exit code ${code}); why stands above` : `was killed (${signal})`;
  const memory =
    signal === 'SIGKILL' ? ' Where nobody did that, the machine may have run out of memory.' : '';
  return `The server ${how}.${memory} What it had stored is kept: npm start goes on from there.`;
}

/**
 * Runs the server in our place: its output is ours, our signals go to it, our exit code is its own, and it does not
 * outlive us (tie.mjs).
 *
 * @returns {Promise<number>} the exit code
 */
export async function runServer(args = []) {
  const main = join(ROOT, 'apps/server/src/start/main.ts');
  const tie = pathToFileURL(join(ROOT, 'tools/launch/tie.mjs')).href;
  const child = spawn(nodeForSources(), [...SERVER_FLAGS, '--import', tie, main, ...args], {
    // A group of its own: Ctrl-C reaches only us, and we pass it on once.
    detached: process.platform !== 'win32',
    env: { ...envForSources(), LATIDO_LAUNCHER: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let lastAt = -Infinity;
  let asked = false;
  const pass = (signal) => {
    asked = true;
    const now = performance.now();
    if (now - lastAt < SAME_WISH_MS) return;
    lastAt = now;
    child.kill(signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  const { code, signal } = await exited(child);
  const words = wordsOfEnd({ code, signal, asked });
  if (words !== null) console.error(words);
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
