import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** Every call that a room has had, the first one first. */
export async function callsOfRoom(db: DbOrTx, roomName: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from calls.call where room_name = ${roomName} order by created_at, id`.execute(db);
  return rows.map(({ id }) => id);
}
