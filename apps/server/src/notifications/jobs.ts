import type { Clock, Db, Log, Loop } from '../platform/index.ts';
import { startLoop } from '../platform/index.ts';
import { trimInboxes } from './trim-inboxes.ts';

/** What the timed work of inboxes needs. */
export interface InboxJobsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a notice is kept, acknowledged or not. */
  readonly keepMs: number;
}

/** A missed run costs room on the disk for that long; nobody can tell that a notice was kept longer. */
const TRIM_EVERY_MS = 600_000;

/** Every ten minutes: forgets notices that are older than what is kept. Any number of nodes may do so at once. */
export function startInboxJobs({ db, clock, log, keepMs }: InboxJobsDeps): Loop {
  return startLoop({
    name: 'inboxes',
    everyMs: TRIM_EVERY_MS,
    log,
    clock,
    async run() {
      const forgotten = await trimInboxes(db, new Date(clock.now() - keepMs));
      if (forgotten > 0) log.info({ forgotten }, 'old notices were forgotten');
    },
  });
}
