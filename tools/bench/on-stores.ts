import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePostgres } from '../testing/index.mjs';

/** What a server of a bench is set to: nothing outside is reached. */
export const NOBODY_OUTSIDE = {
  PORT: '0',
  LATIDO_AUTH_SECRET: 'b'.repeat(40),
  LIVEKIT_API_KEY: 'benchkey',
  LIVEKIT_API_SECRET: 'a-secret-of-at-least-32-characters-xx',
  LIVEKIT_URL: 'ws://127.0.0.1:9',
} as const;

/** Where a store is, as settings of the server. */
export type StoreSettings = Readonly<Record<string, string>>;

/**
 * Runs a bench on the store that is named, `embedded` or `postgres`, or on one after the other. Each has a folder and a
 * Postgres of its own, gone afterwards.
 */
export async function onStores(
  named: string | undefined,
  bench: (store: string, settings: StoreSettings) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'latido-bench-'));
  try {
    if (named !== 'postgres') await bench('embedded', { LATIDO_DATA_DIR: folder });
    if (named !== 'embedded')
      await onPostgres((url) => bench('postgres', { LATIDO_DATA_DIR: folder, DATABASE_URL: url }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(bench: (url: string) => Promise<void>): Promise<void> {
  const postgres = await ensurePostgres({ env: { PATH: process.env['PATH'] }, log: console.error });
  if (postgres === null) throw new Error('no Postgres was found');
  try {
    await bench(postgres.url);
  } finally {
    await postgres.stop();
  }
}
