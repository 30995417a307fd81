import { sql } from 'kysely';
import type { Clock, Db } from '../platform/index.ts';

/** Work that dies without a word is taken over after so long. */
const LEASE_MS = 120_000;

/** Work that one node of all does at a time. */
export interface Lease {
  /** Says that the work goes on; false when another node has taken it over. */
  renew(): Promise<boolean>;
  /** Says that the work was done to its end, now. */
  done(): Promise<void>;
  giveBack(): Promise<void>;
}

/**
 * Takes the lease of some work, if nobody has it; with `everyMs` only if the work was not done to its end within that time, whoever did it.
 *
 * That is asked in one statement, so that two nodes do not both find it due; and where it is not due nothing is written or locked, so
 * that asking often costs a look at one row.
 */
export async function takeLease(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  { name, holder, everyMs = null }: { name: string; holder: string; everyMs?: number | null },
): Promise<Lease | null> {
  const until = (): Date => new Date(clock.now() + LEASE_MS);
  const now = new Date(clock.now());
  const isFree = sql`l.until <= ${now} and (${everyMs}::float8 is null or l.done_at is null
    or abs(extract(epoch from l.done_at - ${now}::timestamptz)) * 1000 >= ${everyMs}::float8)`;
  const { rows } = await sql<{ name: string }>`
    insert into collections.lease as l (name, holder, until)
    select ${name}, ${holder}, ${until()}::timestamptz
    where not exists (select 1 from collections.lease l where l.name = ${name} and not (${isFree}))
    on conflict (name) do update set holder = excluded.holder, until = excluded.until where ${isFree}
    returning name`.execute(db);
  if (rows.length === 0) return null;
  return {
    async renew() {
      const renewed = await sql<{ name: string }>`update collections.lease set until = ${until()}
        where name = ${name} and holder = ${holder} returning name`.execute(db);
      return renewed.rows.length > 0;
    },
    async done() {
      await sql`update collections.lease set done_at = ${new Date(clock.now())}
        where name = ${name} and holder = ${holder}`.execute(db);
    },
    async giveBack() {
      await sql`update collections.lease set holder = null, until = ${new Date(0)}
        where name = ${name} and holder = ${holder}`.execute(db);
    },
  };
}
