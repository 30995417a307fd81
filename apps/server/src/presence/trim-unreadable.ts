import { sql } from 'kysely';
import type { Clock, Db, Job, Log } from '../platform/index.ts';

/** A missed run costs room on the disk for that long. */
const TRIM_EVERY_MS = 3_600_000;

/** Forgets webhooks that could not be read and are older than what is kept. Hourly; any number of nodes may at once. */
export function trimUnreadableJob(deps: {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly keepMs: number;
}): Job {
  return {
    name: 'unreadable webhooks',
    everyMs: TRIM_EVERY_MS,
    async run() {
      const before = new Date(deps.clock.now() - deps.keepMs);
      const { numAffectedRows = 0n } = await sql`
        delete from presence.unreadable_webhook where received_at < ${before}::timestamptz`.execute(deps.db);
      const forgotten = Number(numAffectedRows);
      if (forgotten > 0) deps.log.info({ forgotten }, 'webhooks that could not be read were forgotten');
    },
  };
}
