import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeForSources, ROOT } from './path.mjs';
import { runToEnd } from './run.mjs';
import { hashOf, isMadeFrom, noteMadeFrom } from './stamp.mjs';

const SOURCES = ['apps/web', 'packages', 'package-lock.json', 'tsconfig.base.json'];

/** Builds the web app unless it was built from exactly these sources. */
export async function ensureWebBuilt({ log }) {
  if (!existsSync(join(ROOT, 'apps/web/index.html'))) return;
  const hash = hashOf(SOURCES);
  if (existsSync(join(ROOT, 'apps/web/dist/index.html')) && isMadeFrom('web', hash)) return;
  // What an interrupted build leaves behind is no app.
  noteMadeFrom('web', '');
  // Not by npm, which would leave it running when it is killed with us.
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const how = {
    log,
    label: 'Building the web app',
    name: 'vite build',
    cwd: join(ROOT, 'apps/web'),
  };
  await runToEnd(nodeForSources(), [vite, 'build'], how);
  noteMadeFrom('web', hash);
}
