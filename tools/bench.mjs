#!/usr/bin/env node
/** `npm run bench <name>`: runs tools/bench/<name>.ts; without a name it says which there are. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { exited } from './launch/child.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { nodeForSources, ROOT } from './launch/path.mjs';

const folder = join(ROOT, 'tools/bench');
const [name, ...args] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);

if (!name || !existsSync(file)) {
  const names = existsSync(folder) ? readdirSync(folder).filter((each) => /^[\w-]+\.ts$/.test(each)) : [];
  const known = names.map((each) => each.replace(/\.ts$/, '')).join(', ') || 'none yet';
  console.error(`${name ? `There is no bench "${name}".` : 'Name a bench.'} There are: ${known}.`);
  process.exitCode = 1;
} else {
  await ensureInstalled({ log: console.log });
  const child = spawn(nodeForSources(), ['--conditions=source', file, ...args], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const { code } = await exited(child);
  process.exitCode = code ?? 1;
}
