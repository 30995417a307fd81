import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { inACall } from '../calls/index.ts';
import { problem } from '../platform/index.ts';

/**
 * The call of matching that somebody is in with somebody now, or on the way into after both have accepted (CALL-34); null where there is
 * none. Of a call that somebody is away from nothing is charged: whoever left it by closing the page is not kept from the next one for its
 * grace. Who called somebody by name has chosen that call themselves: a second one is theirs to make.
 */
async function busyWith(db: DbOrTx, personId: string): Promise<{ callId: string; roomName: string } | null> {
  const { rows } = await sql<{ callId: string; roomName: string }>`
    select c.id as "callId", c.room_name as "roomName" from calls.call_person p join calls.call c on c.id = p.call_id
      join matching.offer o on o.call_id = c.id
     where p.person_id = ${personId} and p.removed_at is null
       and (c.status = 'live' or (c.status = 'waiting' and o.accepted_at is not null and o.decided_at is null))
     limit 1`.execute(db);
  return rows[0] ?? null;
}

/**
 * Refuses somebody another call beside one of matching, and says which that is: a page offers to end it. Who begins a call and who accepts an offer of the same person come one after the
 * other: else each would find that the other one has not happened.
 *
 * @throws call.elsewhere
 */
export async function refuseElsewhere(tx: Tx, personId: string): Promise<void> {
  await lockPeople(tx, [personId]);
  const call = await busyWith(tx, personId);
  if (call)
    throw problem('call.elsewhere', 'You are in another call: end it first, or wait until it is over.', call);
}

/** Who of these has gone into a call, or makes one, that matching did not put them into (MATCH-62). */
export async function inOtherCalls(
  tx: Tx,
  personIds: readonly string[],
  exceptCallId: string,
): Promise<string[]> {
  await lockPeople(tx, personIds);
  const { rows } = await sql<{ personId: string }>`
    select distinct p.person_id as "personId" from calls.call_person p join calls.call c on c.id = p.call_id
     where p.person_id = any(${[...personIds]}::text[]) and c.id <> ${exceptCallId} and ${inACall}
       and not exists (select from matching.next n where n.call_id = c.id) order by 1`.execute(tx);
  return rows.map(({ personId }) => personId);
}

/** Until the end of the transaction, several in the order of their ids. */
async function lockPeople(tx: Tx, personIds: readonly string[]): Promise<void> {
  for (const personId of [...personIds].toSorted())
    await sql`select pg_advisory_xact_lock(hashtextextended(${`one-call:${personId}`}, 0))`.execute(tx);
}
