import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './path.mjs';

/** Notes of what was made from what. They live and die with node_modules. */
const NOTES = join(ROOT, 'node_modules', '.latido');

const NOT_SOURCES = new Set(['node_modules', 'dist', '.git', '.latido']);

/**
 * One hash over the contents of files and folders. By contents, not by time: a fresh checkout touches every file.
 *
 * @param {string[]} paths relative to the repository; one that is not there counts as absent
 */
export function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    for (const file of filesUnder(join(ROOT, path))) {
      hash
        .update(`${relative(ROOT, file)}\0`)
        .update(readFileSync(file))
        .update('\0');
    }
  return hash.digest('hex');
}

function filesUnder(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  const names = readdirSync(path)
    .filter((name) => !NOT_SOURCES.has(name))
    .sort();
  return names.flatMap((name) => filesUnder(join(path, name)));
}

/** Whether that thing was made from exactly these sources. */
export function isMadeFrom(name, hash) {
  const note = join(NOTES, name);
  return existsSync(note) && readFileSync(note, 'utf8') === hash;
}

/** Notes that it was. */
export function noteMadeFrom(name, hash) {
  mkdirSync(NOTES, { recursive: true });
  writeFileSync(join(NOTES, name), hash);
}
