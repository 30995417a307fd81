import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import type { Db } from './database.ts';
import type { Log } from './log.ts';
import type { Job } from './loop.ts';

/** A missed run costs room on the disk for that long. */
const TRIM_EVERY_MS = 3_600_000;
/** Rows of one statement: nobody waits long for it. */
const AT_ONCE = 1_000;

/**
 * Forgets commands that were done before an instant; those that are not done stay, however old. Asking for a forgotten one
 * again carries it out again, which carriers must bear anyway.
 *
 * @returns how many were forgotten
 */
export async function trimOutbox(db: Db, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from platform.outbox where id in (
        select id from platform.outbox where done_at < ${before}::timestamptz limit ${AT_ONCE}
        for update skip locked)`.execute(db);
    forgotten += Number(numAffectedRows);
    if (numAffectedRows < AT_ONCE) return forgotten;
  }
}

/** Hourly; any number of nodes may do so at once. */
export function trimOutboxJob(deps: {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly keepMs: number;
}): Job {
  return {
    name: 'done commands',
    everyMs: TRIM_EVERY_MS,
    async run() {
      const forgotten = await trimOutbox(deps.db, new Date(deps.clock.now() - deps.keepMs));
      if (forgotten > 0) deps.log.info({ forgotten }, 'commands that were done long ago were forgotten');
    },
  };
}
