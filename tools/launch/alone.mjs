import { createHash } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './path.mjs';
import { readPidFile, writePidFile } from './pidfile.mjs';

const LOOK_AGAIN_MS = 250;

/**
 * Does what changes this checkout (packages, the built web app) while no other process of this person does: two starts
 * at once would install over each other.
 *
 * @template T
 * @param {{ log: (line: string) => void, path?: string }} options `path`: of the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function alone({ log, path = lockOf(ROOT) }, work) {
  let told = false;
  while (!take(path)) {
    const owner = readPidFile(path);
    // Whoever held it was killed.
    if (owner === null) rmSync(path, { force: true });
    else {
      if (!told) log(`Another start (pid ${owner}) installs or builds here: waiting for it.`);
      told = true;
      await new Promise((next) => setTimeout(next, LOOK_AGAIN_MS));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function lockOf(folder) {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(tmpdir(), `latido-${process.getuid?.() ?? 0}-${name}.lock`);
}

/** A link is made whole or not at all: nobody ever reads half a lock. */
function take(path) {
  const own = `${path}.${process.pid}`;
  writePidFile(own, process.pid);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
