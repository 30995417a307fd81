#!/usr/bin/env node
/**
 * `npm run sim <name> -- --seeds 1-100`: lets chance play a domain through, by each of these seeds, on the pure core and on the
 * server, there on the embedded database and on Postgres. A failed run names its seed: `--seeds 17-17` plays it again.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exited } from './launch/child.mjs';
import { ensureInstalled } from './launch/install.mjs';
import { nodeForSources, ROOT } from './launch/path.mjs';

/** What is played, by the files that play it. */
const SIMULATIONS = {
  calls: ['apps/server/src/simulation.test.ts'],
  matching: ['packages/core/src/matching/simulation.test.ts', 'apps/server/src/matching/simulation.test.ts'],
};

const [name, ...args] = process.argv.slice(2);
const seeds = /^(\d+)(?:-(\d+))?$/.exec(args[args.indexOf('--seeds') + 1] ?? '1-10');
if (!name || !(name in SIMULATIONS) || !seeds) {
  console.error(`npm run sim <name> -- --seeds 1-100, of: ${Object.keys(SIMULATIONS).join(', ')}.`);
  process.exitCode = 1;
} else {
  await ensureInstalled({ log: console.log });
  // One number is how many, two are from which to which.
  const [, from, to] = seeds;
  process.exitCode = await play(SIMULATIONS[name], to ? `${from}-${to}` : `1-${from}`);
}

async function play(files, seeds) {
  const { ensurePostgres } = await import('./testing/index.mjs');
  const postgres = await ensurePostgres({ log: console.log, durable: false });
  console.log(`Postgres: ${postgres?.from ?? 'none, the embedded database alone'}`);
  process.on('SIGINT', () => {});
  try {
    const child = spawn(
      nodeForSources(),
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...files, '--maxWorkers=1'],
      {
        cwd: ROOT,
        stdio: 'inherit',
        env: {
          ...process.env,
          LATIDO_SEEDS: seeds,
          ...(postgres ? { LATIDO_TEST_DATABASE_URL: postgres.url } : {}),
        },
      },
    );
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    return (await exited(child)).code ?? 1;
  } finally {
    await postgres?.stop();
  }
}
