#!/usr/bin/env node
/**
 * `npm run faults`: measures how soon pages tell what happened, in a real browser on a real LiveKit (e2e/measure).
 * `npm run faults realtime`: proves that no notice is lost or repeated whatever goes away (apps/server/src/hopping-run.testing.ts).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exited } from './launch/child.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { nodeForSources, ROOT } from './launch/path.mjs';
import { ensureWebBuilt } from './launch/web.mjs';

const log = (line) => console.log(line);
await ensureInstalled({ log });
const isRealtime = process.argv[2] === 'realtime';
if (!isRealtime) await ensureWebBuilt({ log, strict: true });
const file = join(ROOT, isRealtime ? 'apps/server/src/hopping-run.testing.ts' : 'e2e/measure/main.ts');
const child = spawn(
  nodeForSources(),
  ['--conditions=source', file, ...process.argv.slice(isRealtime ? 3 : 2)],
  {
    stdio: 'inherit',
  },
);
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
const { code } = await exited(child);
process.exitCode = code ?? 1;
