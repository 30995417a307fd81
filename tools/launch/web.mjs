import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './install.mjs';
import { ROOT } from './path.mjs';
import { hashOf, isMadeFrom, noteMadeFrom } from './stamp.mjs';

const SOURCES = ['apps/web', 'packages', 'package-lock.json', 'tsconfig.base.json'];

/**
 * Builds the web app unless it was built from exactly these sources. Tests are strict with its weight; whoever starts it
 * is only told, because a start must not hang on some kilobytes, which another zlib counts otherwise.
 */
export async function ensureWebBuilt({ log, strict = false }) {
  if (!existsSync(join(ROOT, 'apps/web/index.html'))) return;
  const hash = hashOf(SOURCES);
  if (existsSync(join(ROOT, 'apps/web/dist/index.html')) && isMadeFrom('web', hash)) return;
  const env = { ...process.env, ...(strict ? {} : { LATIDO_WEB_BUDGET: 'warn' }) };
  await runNpm(['run', 'build', '--workspace', '@latido/web'], { log, env, label: 'Building the web app' });
  noteMadeFrom('web', hash);
}
