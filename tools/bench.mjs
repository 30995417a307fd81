#!/usr/bin/env node
/** `npm run bench <name>`: runs tools/bench/<name>.ts; without a name it says which there are. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exited } from './launch/child.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { nodeForSources, ROOT } from './launch/path.mjs';

const folder = join(ROOT, 'tools/bench');
const [name, ...args] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);

if (!name || !existsSync(file)) {
  const names = readdirSync(folder).flatMap((each) => /^([\w-]+)\.ts$/.exec(each)?.[1] ?? []);
  // The others are what benches share.
  const known = names
    .filter((each) => readFileSync(join(folder, `${each}.ts`), 'utf8').includes(`npm run bench ${each}`))
    .join(', ');
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
