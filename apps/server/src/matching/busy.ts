import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/**
 * Whether somebody is in a call of matching with somebody now, or on the way into one that both have accepted (CALL-34). Of a call that
 * somebody is away from nothing is charged: whoever left it by closing the page is not kept from the next one for its grace. Who called
 * somebody by name has chosen that call themselves: a second one is theirs to make.
 */
export async function isBusy(db: DbOrTx, personId: string): Promise<boolean> {
  const { rows } = await sql<{ busy: boolean }>`
    select exists (select from calls.call_person p join calls.call c on c.id = p.call_id
      join matching.offer o on o.call_id = c.id
     where p.person_id = ${personId} and p.removed_at is null
       and (c.status = 'live' or (c.status = 'waiting' and o.accepted_at is not null and o.decided_at is null))) as busy`.execute(
    db,
  );
  return rows[0]?.busy ?? false;
}
