import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A file of a chat as it is stored. A row is there before its file, and after it. */
export interface FileRow {
  readonly id: string;
  readonly callId: string;
  readonly personId: string;
  readonly name: string;
  /** Null while it arrives. */
  readonly type: string | null;
  /** What is kept free for it while it arrives. */
  readonly bytes: number;
  readonly sha256: string | null;
  readonly at: Date;
  /** The message that it is of; null until that is written. */
  readonly seq: number | null;
  readonly removedAt: Date | null;
}

/** Where a file lies in the store. */
export function keyOf(id: string): string {
  return `chat/${id}`;
}

const columns = sql`f.id, f.call_id as "callId", f.person_id as "personId", f.name, f.type, f.bytes::float8 as bytes, f.sha256, f.at, f.seq,
  f.removed_at as "removedAt"`;

/** Keeps room for a file; false where the files of its sender take too much already. One of their files at a time is judged (CHAT-16). */
export async function expectFile(
  tx: Tx,
  { row, most }: { row: Pick<FileRow, 'id' | 'callId' | 'personId' | 'name' | 'bytes' | 'at'>; most: number },
): Promise<boolean> {
  const { id, callId, personId, name, bytes, at } = row;
  await sql`insert into chat.sender (person_id) values (${personId}) on conflict do nothing`.execute(tx);
  await sql<{ personId: string }>`
    select person_id as "personId" from chat.sender where person_id = ${personId} for update`.execute(tx);
  const { rows } = await sql<{
    bytes: number;
  }>`select coalesce(sum(f.bytes), 0)::float8 as bytes from chat.file f
    where f.person_id = ${personId} and f.removed_at is null`.execute(tx);
  if ((rows[0]?.bytes ?? 0) + bytes > most) return false;
  await sql`insert into chat.file (id, call_id, person_id, name, bytes, at)
    values (${id}, ${callId}, ${personId}, ${name}, ${bytes}, ${at})`.execute(tx);
  return true;
}

/** It is there whole; false where it was given up meanwhile. */
export async function fileArrived(
  db: DbOrTx,
  { id, type, bytes, sha256 }: { id: string; type: string; bytes: number; sha256: string },
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update chat.file set type = ${type}, bytes = ${bytes}, sha256 = ${sha256}
    where id = ${id} and removed_at is null`.execute(db);
  return numAffectedRows === 1n;
}

/** A file of a call; null where there is none. */
export async function fileById(
  db: DbOrTx,
  { callId, id }: { callId: string; id: string },
): Promise<FileRow | null> {
  const { rows } = await sql<FileRow>`select ${columns} from chat.file f
    where f.id = ${id} and f.call_id = ${callId}`.execute(db);
  return rows[0] ?? null;
}

/** Files of messages, in the order in which they were given. */
export async function filesOf(db: DbOrTx, callId: string, seqs: readonly number[]): Promise<FileRow[]> {
  if (seqs.length === 0) return [];
  const { rows } = await sql<FileRow>`select ${columns} from chat.file f
    where f.call_id = ${callId} and f.seq = any(${[...seqs]}::int[]) order by f.seq, f.place`.execute(db);
  return rows;
}

/** How many of these are their sender's, are there whole, and are in no message yet. The head of the call is locked: nobody else gives them. */
export async function filesToGive(
  tx: Tx,
  of: { callId: string; personId: string; ids: readonly string[] },
): Promise<number> {
  const { rows } = await sql<{ id: string }>`select f.id from chat.file f
    where f.id = any(${[...of.ids]}::text[]) and f.call_id = ${of.callId} and f.person_id = ${of.personId}
      and f.seq is null and f.sha256 is not null and f.removed_at is null for update`.execute(tx);
  return rows.length;
}

/** Gives files to a message, in this order. */
export async function giveFiles(
  tx: Tx,
  of: { callId: string; seq: number; ids: readonly string[] },
): Promise<void> {
  await sql`update chat.file set seq = ${of.seq}, place = array_position(${[...of.ids]}::text[], id)
    where id = any(${[...of.ids]}::text[]) and call_id = ${of.callId} and seq is null`.execute(tx);
}

/** Marks the files of a message as gone; their bytes follow (CHAT-15). */
export async function removeFilesOf(
  tx: Tx,
  of: { callId: string; seq: number; by: string; at: Date },
): Promise<void> {
  await sql`update chat.file set name = '', removed_at = ${of.at}, removed_by = ${of.by}
    where call_id = ${of.callId} and seq = ${of.seq} and removed_at is null`.execute(tx);
}

/** Marks a file that was in no message yet as gone; false where it is in one, or was not theirs. */
export async function giveUpFile(
  db: DbOrTx,
  of: { callId: string; personId: string; id: string; at: Date },
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update chat.file set name = '', removed_at = ${of.at}, removed_by = ${of.personId}
    where id = ${of.id} and call_id = ${of.callId} and person_id = ${of.personId} and seq is null and removed_at is null`.execute(
      db,
    );
  return numAffectedRows === 1n;
}

/** Marks what was kept long enough, and what was sent with no message since, as gone. */
export async function removeOldFiles(
  db: DbOrTx,
  of: { sentBefore: Date; unsentBefore: Date; at: Date },
): Promise<void> {
  await sql`update chat.file set name = '', removed_at = ${of.at}
    where removed_at is null and at < ${of.sentBefore}`.execute(db);
  await sql`update chat.file set name = '', removed_at = ${of.at}
    where removed_at is null and seq is null and at < ${of.unsentBefore}`.execute(db);
}

/** Those whose bytes have to go. */
export async function filesToErase(db: DbOrTx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select f.id from chat.file f
    where f.removed_at is not null and f.erased_at is null order by f.removed_at limit 200`.execute(db);
  return rows.map(({ id }) => id);
}

/** Its bytes are gone; that there was a file stays where it was in a message. */
export async function fileErased(db: DbOrTx, { id, at }: { id: string; at: Date }): Promise<void> {
  await sql`update chat.file set erased_at = ${at} where id = ${id}`.execute(db);
  await sql`delete from chat.file where id = ${id} and seq is null`.execute(db);
}
