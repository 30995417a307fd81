/**
 * `npm run faults realtime [-- --notices 100000 --kills 20 --seed 1 --run one|two]`: the long form of [DOOR-10]. A client hops at random
 * among all doors, cut off anywhere, while (one) the server is killed and started again on its embedded database, and (two) one of two
 * nodes on Postgres is, and their Redis goes away.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensurePostgres, freePort } from '@latido/tools/testing';
import { hop, type Hopped, type HoppingOptions } from './hopping.testing.ts';

/** For so long a Redis that went away stays so. */
const REDIS_AWAY_MS = 5_000;

const { values } = parseArgs({
  options: {
    notices: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    run: { type: 'string' },
  },
});
const [notices, kills, seed] = [values.notices, values.kills, values.seed].map(Number) as [
  number,
  number,
  number,
];
if (![notices, kills, seed].every(Number.isInteger) || notices < 1 || kills < 0) {
  console.error('--notices, --kills and --seed take whole numbers.');
  process.exit(1);
}

const RUNS: Readonly<Record<string, () => Promise<Hopped>>> = { one: oneNode, two: twoNodes };
let isFine = true;
for (const [name, run] of Object.entries(RUNS)) {
  if (values.run !== undefined && values.run !== name) continue;
  const beganAt = Date.now();
  isFine = told(name, await run(), Date.now() - beganAt) && isFine;
}
const load = loadavg().map(Math.round).join(', ');
console.log(`${cpus().length} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GB, load ${load}`);
process.exitCode = isFine ? 0 : 1;

async function oneNode(): Promise<Hopped> {
  const folder = mkdtempSync(join(tmpdir(), 'latido-hopping-'));
  try {
    return await hop({ ...common(), env: { LATIDO_DATA_DIR: folder } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function twoNodes(): Promise<Hopped> {
  const postgres = await ensurePostgres();
  if (!postgres) throw new Error('there is no Postgres for two nodes');
  const port = await freePort();
  let redis = await startRedis(port);
  let back: Promise<void> = Promise.resolve();
  const between = async (): Promise<void> => {
    await back;
    redis.kill('SIGKILL');
    back = new Promise((resolve) => setTimeout(resolve, REDIS_AWAY_MS)).then(async () => {
      redis = await startRedis(port);
    });
  };
  try {
    const env = { DATABASE_URL: postgres.url, REDIS_URL: `redis://127.0.0.1:${port}` };
    return await hop({ ...common(), env, nodes: 2, between });
  } finally {
    await back;
    redis.kill('SIGKILL');
    await postgres.stop();
  }
}

function common(): Pick<HoppingOptions, 'notices' | 'kills' | 'seed' | 'progress'> {
  const progress = (seen: number): void => console.log(`${seen} of ${notices}`);
  return { notices, kills, seed, progress };
}

async function startRedis(port: number): Promise<ChildProcess> {
  const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '']);
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept')) break;
  child.stdout.resume();
  void once(child, 'exit');
  return child;
}

/** Prints a row of the table; whether all is as promised. */
function told(name: string, { seen, resets, visits }: Hopped, ms: number): boolean {
  const lost = notices - new Set(seen).size;
  const repeated = seen.length - new Set(seen).size;
  const disorders = seen.filter((each, at) => at > 0 && Number(each) < Number(seen[at - 1])).length;
  const doors = [...visits].map(([door, count]) => `${door} ${count}`).join(', ');
  console.log(
    `${name}: ${notices} notices, ${kills} kills, ${Math.round(ms / 1_000)} s: ${lost} lost, ${repeated} repeated, ` +
      `${disorders} out of order, ${resets} resets; visits: ${doors}`,
  );
  return lost + repeated + disorders + resets === 0;
}
