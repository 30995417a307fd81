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
  readonly replyTo: number | null;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  /** The number of its last change, among those of its call. */
  readonly change: bigint;
}

/** A reaction as it is stored. */
export interface ReactionRow {
  readonly seq: number;
  readonly personId: string;
  readonly emoji: string;
}

/** The last numbers of a call. */
export interface Head {
  readonly seq: number;
  readonly change: bigint;
}

const columns = sql`m.id, m.call_id as "callId", m.seq, m.person_id as "personId", m.text, m.at, m.reply_to as "replyTo",
  m.edited_at as "editedAt", m.deleted_at as "deletedAt", m.change`;

/** Locks the numbering of a call's messages; gives the last numbers. */
export async function lockHead(tx: Tx, callId: string): Promise<Head> {
  const lock = async (): Promise<Head | undefined> => {
    const { rows } = await sql<Head>`
      select seq, change from chat.head where call_id = ${callId} for update`.execute(tx);
    return rows[0];
  };
  const head = await lock();
  if (head) return head;
  await sql`insert into chat.head (call_id, seq) values (${callId}, 0) on conflict do nothing`.execute(tx);
  return (await lock()) ?? { seq: 0, change: 0n };
}

/** The number of the last change of a call; 0 where nothing was written. Read before what it is said of: later changes come again. */
export async function lastChange(db: DbOrTx, callId: string): Promise<bigint> {
  const { rows } = await sql<{ change: bigint }>`
    select change from chat.head where call_id = ${callId}`.execute(db);
  return rows[0]?.change ?? 0n;
}

/** What was sent under these ids before. */
export async function messagesByIds(
  db: DbOrTx,
  callId: string,
  of: readonly { personId: string; id: string }[],
): Promise<MessageRow[]> {
  const personIds = of.map(({ personId }) => personId);
  const ids = of.map(({ id }) => id);
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${callId}
      and (m.person_id, m.id) in (select * from unnest(${personIds}::text[], ${ids}::text[]))`.execute(db);
  return rows;
}

/** Messages by their numbers. */
export async function messagesBySeq(
  db: DbOrTx,
  callId: string,
  seqs: readonly number[],
): Promise<MessageRow[]> {
  if (seqs.length === 0) return [];
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${callId} and m.seq = any(${[...seqs]}::int[])`.execute(db);
  return rows;
}

/** Writes messages under the numbers after the head, which is locked. */
export async function insertMessages(
  tx: Tx,
  { callId, head, rows }: { callId: string; head: Head; rows: readonly MessageRow[] },
): Promise<void> {
  const seqs = rows.map(({ seq }) => seq);
  const [at = new Date(0)] = rows.map((row) => row.at);
  await sql`update chat.head set seq = seq + ${rows.length}::int, change = change + ${rows.length}::int
    where call_id = ${callId}`.execute(tx);
  await sql`insert into chat.message (call_id, seq, id, person_id, text, at, reply_to, change)
    select ${callId}, n.seq, n.id, n.person_id, n.text, ${at}::timestamptz, n.reply_to, ${head.change - BigInt(head.seq)}::bigint + n.seq
    from unnest(${seqs}::int[], ${rows.map(({ id }) => id)}::text[], ${rows.map(({ personId }) => personId)}::text[],
      ${rows.map(({ text }) => text)}::text[], ${rows.map(({ replyTo }) => replyTo)}::int[])
      as n (seq, id, person_id, text, reply_to)`.execute(tx);
}

/** Writes a message as it is now, under the next change. The head is locked. */
export async function changeMessage(tx: Tx, row: MessageRow): Promise<void> {
  await sql`update chat.head set change = ${row.change} where call_id = ${row.callId}`.execute(tx);
  await sql`update chat.message set text = ${row.text}, edited_at = ${row.editedAt}, deleted_at = ${row.deletedAt},
    change = ${row.change} where call_id = ${row.callId} and seq = ${row.seq}`.execute(tx);
}

interface Reaction {
  readonly callId: string;
  readonly seq: number;
  readonly personId: string;
  readonly emoji: string;
}

/** Adds a reaction; false where it was there. */
export async function addReaction(
  tx: Tx,
  { callId, seq, personId, emoji, at }: Reaction & { at: Date },
): Promise<boolean> {
  const { rows } = await sql<{ seq: number }>`insert into chat.reaction (call_id, seq, person_id, emoji, at)
    values (${callId}, ${seq}, ${personId}, ${emoji}, ${at}) on conflict do nothing returning seq`.execute(
    tx,
  );
  return rows.length > 0;
}

/** Takes a reaction back; false where there was none. */
export async function dropReaction(tx: Tx, { callId, seq, personId, emoji }: Reaction): Promise<boolean> {
  const { rows } = await sql<{
    seq: number;
  }>`delete from chat.reaction where call_id = ${callId} and seq = ${seq}
    and person_id = ${personId} and emoji = ${emoji} returning seq`.execute(tx);
  return rows.length > 0;
}

/** Reactions to messages, in the order in which they came; those of `without` are left out. */
export async function reactionsTo(
  db: DbOrTx,
  of: { callId: string; seqs: readonly number[]; without: readonly string[] },
): Promise<ReactionRow[]> {
  if (of.seqs.length === 0) return [];
  const { rows } = await sql<ReactionRow>`select seq, person_id as "personId", emoji from chat.reaction
    where call_id = ${of.callId} and seq = any(${[...of.seqs]}::int[])
      and person_id <> all(${[...of.without]}::text[])
    order by seq, at, person_id, emoji`.execute(db);
  return rows;
}

interface Asked {
  readonly callId: string;
  readonly limit: number;
  readonly without: readonly string[];
}

/** Messages after a number, the oldest first; those of `without` are left out. */
export async function messagesAfter(db: DbOrTx, of: Asked & { after: number }): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${of.callId} and m.seq > ${of.after} and m.person_id <> all(${[...of.without]}::text[])
    order by m.seq limit ${of.limit}`.execute(db);
  return rows;
}

/** Messages that have changed since a change, in that order; those of `without` are left out. */
export async function messagesChanged(db: DbOrTx, of: Asked & { since: number }): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow>`select ${columns} from chat.message m
    where m.call_id = ${of.callId} and m.change > ${of.since} and m.person_id <> all(${[...of.without]}::text[])
    order by m.change limit ${of.limit}`.execute(db);
  return rows;
}

/** How many messages each person wrote in some calls, within a period (epoch ms). */
export async function messagesIn(
  db: DbOrTx,
  of: { callIds: readonly string[]; fromAt?: number | undefined; toAt?: number | undefined },
): Promise<ReadonlyMap<string, number>> {
  if (of.callIds.length === 0) return new Map();
  const at = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));
  const { rows } = await sql<{ personId: string; count: bigint }>`
    select m.person_id as "personId", count(*) as count from chat.message m
     where m.call_id = any(${[...of.callIds]}::text[])
       and (${at(of.fromAt)}::timestamptz is null or m.at >= ${at(of.fromAt)}::timestamptz)
       and (${at(of.toAt)}::timestamptz is null or m.at < ${at(of.toAt)}::timestamptz)
     group by m.person_id`.execute(db);
  return new Map(rows.map(({ personId, count }) => [personId, Number(count)]));
}
