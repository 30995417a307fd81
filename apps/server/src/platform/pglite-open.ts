import { Kysely, PGliteDialect } from 'kysely';
import { systemClock } from './clock.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import { startMaintenance } from './maintenance.ts';
import { PgliteThread } from './pglite-thread.ts';

/** Opens the embedded database in a folder, in a thread of its own. The folder has to be under our lock. */
export async function openPglite(options: { dir: string; log: Log }): Promise<Database> {
  const thread = new PgliteThread(options);
  await thread.waitReady;
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
