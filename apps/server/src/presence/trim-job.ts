import type { Clock, Db, Job, Log } from '../platform/index.ts';

/** A missed run costs room on the disk for that long. */
const TRIM_EVERY_MS = 3_600_000;

/** Forgets hourly what is older than what is kept; any number of nodes may at once. `trim` gives how much it was. */
export function trimJob(of: {
  readonly name: string;
  readonly told: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly keepMs: number;
  readonly trim: (before: Date) => Promise<number>;
}): Job {
  return {
    name: of.name,
    everyMs: TRIM_EVERY_MS,
    async run() {
      const forgotten = await of.trim(new Date(of.clock.now() - of.keepMs));
      if (forgotten > 0) of.log.info({ forgotten }, of.told);
    },
  };
}

/** What such a job works with. */
export interface TrimDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly keepMs: number;
}
