import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A message as it is stored. */
export interface MessageRow {
  readonly id: string;
  readonly callId: string;
  readonly seq: number;
  readonly personId: string;
  readonly text: string;
  readonly at: Date;
}

const columns = sql`m.id, m.call_id as "callId", m.seq, m.person_id as "personId", m.text, m.at`;

/** Locks the numbering of a call's messages; gives the last number. */
export async function lockHead(tx: Tx, callId: string): Promise<number> {
  await sql`insert into chat.head (call_id, seq) values (${callId}, 0) on conflict do nothing`.execute(tx);
  const { rows } = await sql<{ seq: number }>`
    select seq from chat.head where call_id = ${callId} for update`.execute(tx);
  return rows[0]?.seq ?? 0;
}

/** The message that somebody sent under this id before; null when it is new. */
export async function messageById(
  db: DbOrTx,
  of: { callId: string; personId: string; id: string },
): Promise<MessageRow | null> {
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${of.callId} and m.person_id = ${of.personId} and m.id = ${of.id}`.execute(db);
  return rows[0] ?? null;
}

/** Writes a message under the next number. The head is locked. */
export async function insertMessage(tx: Tx, row: MessageRow): Promise<void> {
  await sql`update chat.head set seq = ${row.seq} where call_id = ${row.callId}`.execute(tx);
  await sql`insert into chat.message (call_id, seq, id, person_id, text, at)
    values (${row.callId}, ${row.seq}, ${row.id}, ${row.personId}, ${row.text}, ${row.at})`.execute(tx);
}

/** Messages after a number, the oldest first; those of `without` are left out. */
export async function messagesAfter(
  db: DbOrTx,
  of: { callId: string; after: number; limit: number; without: readonly string[] },
): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${of.callId} and m.seq > ${of.after} and m.person_id <> all(${[...of.without]}::text[])
    order by m.seq limit ${of.limit}`.execute(db);
  return rows;
}
