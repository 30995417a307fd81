#!/usr/bin/env node
/** `npx latido audit|migrate|config|rebuild`: the server's own command line, on the Node that it needs. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { alone } from './launch/alone.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { envForSources, nodeForSources, ROOT } from './launch/path.mjs';

try {
  const log = (line) => console.error(line);
  await alone({ log }, () => ensureInstalled({ log }));
  const cli = join(ROOT, 'apps/server/src/start/cli.ts');
  const args = ['--conditions=source', cli, ...process.argv.slice(2)];
  // Where `npm start` runs, so that a relative LATIDO_DATA_DIR means the same folder from everywhere.
  const { status, error } = spawnSync(nodeForSources(), args, {
    stdio: 'inherit',
    cwd: ROOT,
    env: envForSources(),
  });
  if (error) throw error;
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
