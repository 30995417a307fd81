import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Every call that a room has had, the first one first. */
export async function callsOfRoom(db: DbOrTx, roomName: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from calls.call where room_name = ${roomName} order by created_at, id`.execute(db);
  return rows.map(({ id }) => id);
}

/** With whom somebody was in the call of this room before this one; nobody where it was none of theirs. */
export async function formerlyWith(
  tx: Tx,
  of: { roomName: string; callId: string; personId: string },
): Promise<string[]> {
  const { rows } = await sql<{ personId: string }>`
    with former as (
      select c.id from calls.call c join calls.call_person p on p.call_id = c.id and p.person_id = ${of.personId}
      where c.room_name = ${of.roomName} and c.id <> ${of.callId} order by c.created_at desc, c.id desc limit 1)
    select p.person_id as "personId" from calls.call_person p join former on former.id = p.call_id
    where p.person_id <> ${of.personId}`.execute(tx);
  return rows.map(({ personId }) => personId);
}

/** The calls that somebody was removed from and is no longer of (CALL-29). */
export async function callsRemovedFrom(db: DbOrTx, personId: string): Promise<string[]> {
  const { rows } = await sql<{ callId: string }>`
    select call_id as "callId" from calls.call_person where person_id = ${personId} and removed_at is not null`.execute(
    db,
  );
  return rows.map(({ callId }) => callId);
}
