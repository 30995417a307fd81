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

/** Takes the lease of some work, if nobody has it. */
export async function takeLease(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  name: string,
  holder: string,
): Promise<Lease | null> {
  const until = (): Date => new Date(clock.now() + LEASE_MS);
  const { rows } = await sql<{ name: string }>`
    insert into collections.lease (name, holder, until) values (${name}, ${holder}, ${until()})
    on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where collections.lease.until <= ${new Date(clock.now())}
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
