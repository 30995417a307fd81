import { sql } from 'kysely';
import type { Job } from '../platform/index.ts';
import { trimJob, type TrimDeps } from './trim-job.ts';

/** Forgets webhooks that could not be read and are older than what is kept, hourly. */
export function trimUnreadableJob({ db, ...rest }: TrimDeps): Job {
  const told = 'webhooks that could not be read were forgotten';
  const trim = async (before: Date): Promise<number> => {
    const { numAffectedRows = 0n } = await sql`
      delete from presence.unreadable_webhook where received_at < ${before}::timestamptz`.execute(db);
    return Number(numAffectedRows);
  };
  return trimJob({ ...rest, name: 'unreadable webhooks', told, trim });
}
