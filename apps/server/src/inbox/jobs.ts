import type { Clock, Db, Job, Log } from '../platform/index.ts';
import { trimSentToNobody } from './sent-store.ts';
import { trimInboxes } from './trim-inboxes.ts';

/** A missed run costs room on the disk for that long; nobody can tell that a notice was kept longer. */
const TRIM_EVERY_MS = 600_000;

/**
 * Every ten minutes: forgets notices that are older than what is kept (`keepMs`), acknowledged or not. Any number of
 * nodes may do so at once.
 */
export function trimJob(deps: { db: Db; clock: Clock; log: Log; keepMs: number }): Job {
  const { db, clock, log, keepMs } = deps;
  return {
    name: 'inboxes',
    everyMs: TRIM_EVERY_MS,
    async run() {
      const before = new Date(clock.now() - keepMs);
      await trimSentToNobody(db, before);
      const forgotten = await trimInboxes(db, before);
      if (forgotten > 0) log.info({ forgotten }, 'old notices were forgotten');
    },
  };
}
