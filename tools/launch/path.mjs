import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The first Node that runs our TypeScript sources as they are, without a flag. */
const OLDEST_NODE = [22, 18];

/**
 * The Node to run our sources with: the one that npm brought for this platform (24), else this very Node if it is new
 * enough. Called once everything is installed.
 *
 * @returns {string}
 */
export function nodeForSources() {
  const windows = process.platform === 'win32';
  const folder = `node-${windows ? 'win' : process.platform}-${process.arch}`;
  const brought = join(ROOT, 'node_modules', folder, 'bin', windows ? 'node.exe' : 'node');
  if (isProgram(brought)) return brought;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  throw new Error(
    `npm carries no Node 24 for ${process.platform} ${process.arch}: install Node 22.18 or newer (this is ${process.version}).`,
  );
}

/** Where a program lies on the PATH, or null. */
export function onPath(name, path = process.env.PATH ?? '') {
  const names = process.platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const file of names.map((each) => join(folder, each))) if (isProgram(file)) return file;
  }
  return null;
}

export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** This person's folder for what can be made again. */
export function cacheFolder(env = process.env) {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'latido');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'latido');
  return join(homedir(), '.cache', 'latido');
}

/**
 * Flags of Node for the server. V8 may keep three times as much as a half of its young space, 32 MB of itself, and gives little of
 * it back: half of that serves a server as well (a check of 100,000 credits: 253 MB where 339 were, in the same time).
 */
export const SERVER_FLAGS = ['--conditions=source', '--max-semi-space-size=16'];

/** What our sources run with: Node keeps them compiled, so that whoever starts again waits half as long for its imports. */
export function envForSources(env = process.env) {
  return { NODE_COMPILE_CACHE: join(cacheFolder(env), 'compiled'), ...env };
}
