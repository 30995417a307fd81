/**
 * `npm run check:lint`: oxlint with the rules that know types, which need a program of their own for each platform.
 * Where npm carries none, the other rules still run, and it says so.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../launch/path.mjs';

const carried = existsSync(
  join(ROOT, 'node_modules', '@oxlint-tsgolint', `${process.platform}-${process.arch}`),
);
if (!carried) console.log('No oxlint-tsgolint for this platform: the rules that know types are left out.');
const args = [
  join(ROOT, 'node_modules/oxlint/bin/oxlint'),
  ...(carried ? ['--type-aware'] : []),
  '--deny-warnings',
];
const { status } = spawnSync(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
