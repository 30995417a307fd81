import type { Mute } from '@latido/protocol';
import { sql } from 'kysely';
import type { Db, DbOrTx } from '../platform/index.ts';

/** What a person does not want to be told, and in which way. */
export async function mutesOf(db: DbOrTx, personId: string): Promise<Mute[]> {
  const { rows } = await sql<{ type: string; way: string }>`select type, way from notifications.mute
    where person_id = ${personId} order by type, way`.execute(db);
  return rows as Mute[];
}

/** Puts these in the place of all that a person had muted. */
export async function setMutes(db: Db, personId: string, muted: readonly Mute[]): Promise<Mute[]> {
  return await db.transaction().execute(async (tx) => {
    await sql`delete from notifications.mute where person_id = ${personId}`.execute(tx);
    await sql`insert into notifications.mute (person_id, type, way)
      select ${personId}, type, way from unnest(${muted.map(({ type }) => type)}::text[],
        ${muted.map(({ way }) => way)}::text[]) as asked (type, way)
      on conflict do nothing`.execute(tx);
    return await mutesOf(tx, personId);
  });
}
