import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runNpm } from './install.mjs';
import { ROOT } from './path.mjs';
import { hashOf, isMadeFrom, noteMadeFrom } from './stamp.mjs';

const SOURCES = ['apps/web', 'packages', 'package-lock.json', 'tsconfig.base.json'];

/** Builds the web app unless it was built from exactly these sources. */
export async function ensureWebBuilt({ log }) {
  if (!existsSync(join(ROOT, 'apps/web/index.html'))) return;
  const hash = hashOf(SOURCES);
  if (existsSync(join(ROOT, 'apps/web/dist/index.html')) && isMadeFrom('web', hash)) return;
  await runNpm(['run', 'build', '--workspace', '@latido/web'], { log, label: 'Building the web app' });
  noteMadeFrom('web', hash);
}
