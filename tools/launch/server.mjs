import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onceNpmIsGone } from './ancestry.mjs';
import { canTie, exited, signalGroup, spawnTied } from './child.mjs';
import { nodeForSources, ROOT } from './path.mjs';

/** Ctrl-C under npm comes twice, from the terminal and from npm: one wish. */
const SAME_WISH_MS = 1_000;

/**
 * Runs the server in our place: its output is ours, our signals go to it, our exit code is its own, and it does not
 * outlive us: by the kernel where possible, else by the channel between us closing.
 *
 * @returns {Promise<number>} the exit code
 */
export async function runServer(args = []) {
  const main = join(ROOT, 'apps/server/src/main.ts');
  // Never both ties: the server would be told to stop twice, and the second time means "at once".
  const tie = canTie() ? [] : ['--import', pathToFileURL(join(ROOT, 'tools/launch/tie.mjs')).href];
  const child = spawnTied(nodeForSources(), ['--conditions=source', ...tie, main, ...args], {
    // TERM, not KILL: the server has a LiveKit to end and a database to close.
    deathSignal: 'TERM',
    env: { ...process.env, LATIDO_LAUNCHER: '1' },
    stdio: ['ignore', 'inherit', 'inherit', ...(canTie() ? [] : ['ipc'])],
  });
  let lastAt = -Infinity;
  const pass = (signal) => {
    const now = performance.now();
    if (now - lastAt < SAME_WISH_MS) return;
    lastAt = now;
    signalGroup(child, signal);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  const stopWatch = onceNpmIsGone(() => pass('SIGTERM'));
  const { code, signal } = await exited(child);
  stopWatch();
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
