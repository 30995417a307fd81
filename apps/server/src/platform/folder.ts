import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The data folder cannot be used; the message is one sentence for a person. */
export class FolderError extends Error {
  override name = 'FolderError';

  constructor(folder: string, why: string, options?: ErrorOptions) {
    super(`The data folder ${folder} ${why}. Set LATIDO_DATA_DIR to another one.`, options);
  }
}

/**
 * Makes a folder for its owner only, and those above it, unless it is there.
 *
 * Level by level: Node's own `recursive` never comes back where the system says "no such folder" to every attempt
 * (anything under /proc).
 *
 * @throws FolderError saying which and why
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = path; !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  try {
    for (const each of missing) makeOne(each);
    if (!statSync(path).isDirectory()) throw new FolderError(path, 'is a file');
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof FolderError) throw error;
    const why = missing.length > 0 ? 'cannot be made' : 'cannot be written';
    throw new FolderError(path, `${why} (${(error as NodeJS.ErrnoException).code})`, { cause: error });
  }
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else made it in the same moment.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(path)) throw error;
  }
}
