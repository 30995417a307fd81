import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, PGliteDialect } from 'kysely';
import { systemClock } from './clock.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import { startMaintenance } from './maintenance.ts';
import { PgliteThread } from './pglite-thread.ts';

/** Opens the embedded database in a folder, in a thread of its own. The folder has to be under our lock. */
export async function openPglite(options: { dir: string; log: Log }): Promise<Database> {
  // initdb leaves 400 MB behind in its thread: what made the database is not what serves it.
  if (!existsSync(join(options.dir, 'PG_VERSION'))) await (await openThread(options)).close();
  const thread = await openThread(options);
  const upkeep = startMaintenance({ kept: thread, log: options.log, clock: systemClock });
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: thread }) });
  return {
    db,
    kind: 'pglite',
    listen: (channel, fn) => thread.listen(channel, fn),
    script: (text) => thread.transaction((tx) => tx.exec(text)),
    async close() {
      await upkeep.close();
      await thread.close();
    },
  };
}

async function openThread(options: { dir: string; log: Log }): Promise<PgliteThread> {
  const thread = new PgliteThread(options);
  await thread.waitReady;
  return thread;
}
