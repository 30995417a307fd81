import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kysely, PGliteDialect } from 'kysely';
import { systemClock } from './clock.ts';
import type { Database } from './database.ts';
import type { Log } from './log.ts';
import { startMaintenance } from './maintenance.ts';
import { PgliteThread } from './pglite-thread.ts';

/** Opens the embedded database in a folder, in a thread of its own. The folder has to be under our lock. */
export async function openPglite(options: { dir: string; log: Log }): Promise<Database> {
  if (!existsSync(join(options.dir, 'PG_VERSION'))) await makeDatabase(options.dir);
  const thread = await openThread(options);
  const upkeep = startMaintenance({ kept: thread, log: options.log, clock: systemClock });
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: thread }) });
  return {
    db,
    kind: 'pglite',
    script: (text) => thread.script(text),
    async close() {
      await upkeep.close();
      await thread.close();
    },
  };
}

/** What made the database is not what serves it: see pglite-create.ts. */
async function makeDatabase(dir: string): Promise<void> {
  const program = fileURLToPath(new URL('./pglite-create.ts', import.meta.url));
  const child = fork(program, [dir], {
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  // Told to end, we do not wait for it; it would go on writing without our lock.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  process.off('exit', end);
  if (code !== 0) throw new Error(`The embedded database could not be made in ${dir} (${code ?? signal}).`);
}

async function openThread(options: { dir: string; log: Log }): Promise<PgliteThread> {
  const thread = new PgliteThread(options);
  await thread.waitReady;
  return thread;
}
