import { Kysely, PGliteDialect } from 'kysely';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import { PgliteThread } from './pglite-thread.ts';

/** Opens the embedded database in a folder, in a thread of its own. The folder has to be under our lock. */
export async function openPglite(options: { dir: string; log: Log }): Promise<Database> {
  const thread = new PgliteThread(options);
  await thread.waitReady;
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: thread }) });
  return {
    db,
    kind: 'pglite',
    listen: (channel, fn) => thread.listen(channel, fn),
    script: (text) => thread.transaction(async (tx) => void (await tx.exec(text))),
    close: () => thread.close(),
  };
}
