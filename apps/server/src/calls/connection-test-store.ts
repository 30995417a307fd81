import type { ConnectionTest } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** A call's own are those of the day before it was made, and of its time: what was found out last week tells nothing of it. */
const DAY_MS = 86_400_000;
const SHOWN = 20;

/** A connection test as it is stored. */
export interface TestRow {
  readonly id: string;
  readonly personId: string;
  readonly at: Date;
  readonly steps: ConnectionTest['steps'];
  readonly browser: string;
}

/** Keeps a test. */
export async function insertTest(db: DbOrTx, { id, personId, at, steps, browser }: TestRow): Promise<void> {
  await sql`insert into calls.connection_test (id, person_id, at, steps, browser)
    values (${id}, ${personId}, ${at}, ${JSON.stringify(steps)}::jsonb, ${browser})`.execute(db);
}

/** Somebody's, the newest first. */
export async function testsOf(db: DbOrTx, personId: string): Promise<TestRow[]> {
  const { rows } =
    await sql<TestRow>`select id, person_id as "personId", at, steps, browser from calls.connection_test
    where person_id = ${personId} order by at desc limit ${SHOWN}`.execute(db);
  return rows;
}

/** The last one of each who was in a call, from the day before it was made to its end. */
export async function testsOfCall(db: DbOrTx, callId: string): Promise<TestRow[]> {
  const { rows } = await sql<TestRow>`
    select distinct on (t.person_id) t.id, t.person_id as "personId", t.at, t.steps, t.browser
      from calls.call c join calls.call_person p on p.call_id = c.id
      join calls.connection_test t on t.person_id = p.person_id
       and t.at > c.created_at - make_interval(secs => ${DAY_MS / 1_000})
       and t.at <= coalesce(c.ended_at, 'infinity')
     where c.id = ${callId} order by t.person_id, t.at desc`.execute(db);
  return rows;
}
