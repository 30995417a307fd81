import { constants } from 'node:os';
import { exited, signalGroup, spawnTied } from './child.mjs';
import { ROOT } from './path.mjs';
import { withProgress } from './progress.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end and keeps what it says to itself unless it fails. Whoever ends us ends it, with all that
 * it started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ label: string, log: (line: string) => void, name?: string, env?: NodeJS.ProcessEnv, cwd?: string }} options
 */
export async function runToEnd(command, args, { label, log, name = command, ...more }) {
  const options = {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
    ...more,
  };
  // Listened for before there is a child: a signal that came in between would end us and leave it alone.
  const running = {};
  const release = endWithUs(running);
  const child = (running.child = spawnTied(command, args, options));
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words += chunk));
  const failure = new Promise((_, reject) => child.once('error', reject));
  try {
    const { code } = await withProgress({ log, label }, () => Promise.race([exited(child), failure]));
    if (code !== 0) throw new Error(`${name} ended with ${code}.\n${words.trim()}`);
  } finally {
    release();
  }
}

/** The child leads a group of its own, so that a Ctrl-C reaches only us. */
function endWithUs(running) {
  const ends = SIGNALS.map((signal) => {
    const end = () => {
      if (running.child) signalGroup(running.child, 'SIGKILL');
      // Who else listens has more to end, and exits after it.
      if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
    };
    process.on(signal, end);
    return () => process.off(signal, end);
  });
  return () => ends.forEach((release) => release());
}
