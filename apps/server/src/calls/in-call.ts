import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/**
 * Whether a person (p) of a call (c) is in it: not who is only rung, nor who was removed. Of a session of several who is there, for it
 * goes on without whoever left it, and nobody there has a grace of their own (CALL-14).
 */
export const inACall = sql`p.removed_at is null and c.status <> 'ended' and case when c.status = 'waiting' then c.created_by = p.person_id
  when c.kind = 'mentoring' then exists (select from presence.interval i where i.call_id = c.id and i.person_id = p.person_id
    and i.state in ('present', 'suspected', 'unreachable'))
  else true end`;

/** Which of these people are in a call that has begun and goes on. */
export async function peopleInCalls(db: DbOrTx, personIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ personId: string }>`
    select distinct p.person_id as "personId" from calls.call_person p join calls.call c on c.id = p.call_id
    where p.person_id = any(${[...personIds]}::text[]) and c.status <> 'waiting' and ${inACall}`.execute(db);
  return new Set(rows.map(({ personId }) => personId));
}
