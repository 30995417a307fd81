import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A person's numbering, how far it has come, and how far they have dealt with it. */
export interface HeadRow {
  recipient_id: string;
  epoch: string;
  seq: bigint;
  acked_seq: bigint;
}

/** One notice in an inbox. */
export interface InboxRow {
  seq: bigint;
  type: string;
  payload: Record<string, unknown>;
  created_at: Date;
  read_at: Date | null;
  /** Its sender took it back: it has a number, and says nothing. */
  withdrawn: boolean;
}

/** What is written of a notice. */
export interface NewRow {
  recipientId: string;
  epoch: string;
  dedupKey: string;
  type: string;
  payload: Readonly<Record<string, unknown>>;
  onlyAfter: readonly string[] | null;
  at: Date;
}

/** Writes a notice; null when it was told before or has nothing to follow. */
export async function insertNotice(tx: Tx, row: NewRow): Promise<bigint | null> {
  const { rows } = await sql<{ seq: bigint | null }>`
    select notifications.notify(${row.recipientId}::text, ${row.epoch}::text, ${row.dedupKey}::text, ${row.type}::text,
      ${JSON.stringify(row.payload)}::jsonb, ${row.onlyAfter}::text[], ${row.at}::timestamptz) as seq`.execute(
    tx,
  );
  return rows[0]?.seq ?? null;
}

/** Which of these are in an inbox already, as `recipient key`. */
export async function toldKeys(
  tx: Tx,
  notices: readonly { recipientId: string; dedupKey: string }[],
): Promise<Set<string>> {
  const recipients = notices.map(({ recipientId }) => recipientId);
  const keys = notices.map(({ dedupKey }) => dedupKey);
  const { rows } = await sql<{ recipient_id: string; dedup_key: string }>`
    select recipient_id, dedup_key from notifications.inbox
    join unnest(${recipients}::text[], ${keys}::text[]) as asked (recipient, key)
      on recipient_id = recipient and dedup_key = key`.execute(tx);
  return new Set(rows.map(({ recipient_id, dedup_key }) => `${recipient_id} ${dedup_key}`));
}

/** A person's head; made when they were never told anything, so that their first cursor is already good. */
export async function headOf(db: DbOrTx, recipientId: string, newEpoch: string): Promise<HeadRow> {
  const found = await headsOf(db, [recipientId]);
  if (found[0]) return found[0];
  await sql`insert into notifications.inbox_head (recipient_id, epoch) values (${recipientId}, ${newEpoch})
    on conflict do nothing`.execute(db);
  const [made] = await headsOf(db, [recipientId]);
  if (!made) throw new Error('an inbox head vanished');
  return made;
}

/** The heads of these people, of those who have one. */
export async function headsOf(db: DbOrTx, recipientIds: readonly string[]): Promise<HeadRow[]> {
  const { rows } = await sql<HeadRow>`select recipient_id, epoch, seq, acked_seq from notifications.inbox_head
    where recipient_id = any (${recipientIds}::text[])`.execute(db);
  return rows;
}

/** Notices after a seq, in order. */
export async function rowsAfter(
  db: DbOrTx,
  recipientId: string,
  { after, limit }: { after: bigint; limit: number },
): Promise<InboxRow[]> {
  const { rows } =
    await sql<InboxRow>`select seq, type, payload, created_at, read_at, withdrawn_at is not null as withdrawn from notifications.inbox
    where recipient_id = ${recipientId} and seq > ${after} order by seq limit ${limit}`.execute(db);
  return rows;
}

/** What a list shows of an inbox. */
export interface ListedRows {
  readonly before: bigint;
  readonly limit: number;
  /** Whether types have to be among these (whole, or by their first word, but for some), or not; null: whichever. */
  readonly of: {
    readonly named: readonly string[];
    readonly butNot: readonly string[];
    readonly is: boolean;
  } | null;
  readonly onlyUnread: boolean;
  /** Only notices of this type; null: of whichever. */
  readonly type: string | null;
}

/** Notices before a seq, the newest first. */
export async function rowsBefore(
  db: DbOrTx,
  recipientId: string,
  { before, limit, of, onlyUnread, type }: ListedRows,
): Promise<InboxRow[]> {
  const { rows } = await sql<InboxRow>`
    select seq, type, payload, created_at, read_at, withdrawn_at is not null as withdrawn from notifications.inbox
    where recipient_id = ${recipientId} and seq < ${before}::bigint and withdrawn_at is null
      and (${of?.is ?? null}::boolean is null or ${of?.is ?? null}::boolean = (type = any (${[...(of?.named ?? [])]}::text[])
        or split_part(type, '.', 1) = any (${[...(of?.named ?? [])]}::text[]) and type <> all (${[...(of?.butNot ?? [])]}::text[])))
      and (${type}::text is null or type = ${type}::text)
      and (read_at is null or not ${onlyUnread}::boolean)
    order by seq desc limit ${limit}`.execute(db);
  return rows;
}

/** The oldest notice that is kept; null when none is. */
export async function oldestSeq(db: DbOrTx, recipientId: string): Promise<bigint | null> {
  const { rows } = await sql<{ seq: bigint }>`select seq from notifications.inbox
    where recipient_id = ${recipientId} order by seq limit 1`.execute(db);
  return rows[0]?.seq ?? null;
}

/** Notes that these were handed out. */
export async function stampDelivered(
  db: DbOrTx,
  recipientId: string,
  { seqs, at }: { seqs: readonly bigint[]; at: Date },
): Promise<void> {
  await sql`update notifications.inbox set delivered_at = ${at}::timestamptz
    where recipient_id = ${recipientId} and seq = any (${seqs.map(String)}::bigint[]) and delivered_at is null`.execute(
    db,
  );
}

/** Notes that everything up to a seq was dealt with. */
export async function stampAcked(
  db: DbOrTx,
  recipientId: string,
  { upTo, at }: { upTo: bigint; at: Date },
): Promise<void> {
  const { rows } = await sql<{ seq: bigint }>`update notifications.inbox_head
    set acked_seq = least(seq, ${upTo}::bigint) where recipient_id = ${recipientId} and acked_seq < ${upTo}::bigint
    returning acked_seq as seq`.execute(db);
  if (rows.length === 0) return;
  await sql`update notifications.inbox set acked_at = ${at}::timestamptz,
      delivered_at = coalesce(delivered_at, ${at}::timestamptz)
    where recipient_id = ${recipientId} and seq <= ${upTo}::bigint and acked_at is null`.execute(db);
}

/** Marks notices as read: those up to a seq, or those named. What was read before keeps its instant. */
export async function stampRead(
  db: DbOrTx,
  recipientId: string,
  { upTo, seqs, at }: { upTo: bigint; seqs: readonly bigint[]; at: Date },
): Promise<void> {
  await sql`update notifications.inbox set read_at = ${at}::timestamptz
    where recipient_id = ${recipientId} and read_at is null
      and (seq <= ${upTo}::bigint or seq = any (${seqs.map(String)}::bigint[]))`.execute(db);
}

/** How many notices of this person are not read, but for those that their bell is not to count. */
export async function countUnread(db: DbOrTx, recipientId: string): Promise<number> {
  const { rows } = await sql<{ unread: number }>`select count(*)::int as unread from notifications.inbox
    where recipient_id = ${recipientId} and read_at is null and withdrawn_at is null
      and not exists (select from notifications.mute m
        where m.person_id = recipient_id and m.type = inbox.type and m.way = 'bell')`.execute(db);
  return rows[0]?.unread ?? 0;
}

/** A notice about somebody's absence, or their return from it. */
export interface AwayRow {
  recipientId: string;
  dedupKey: string;
  type: string;
  payload: Record<string, unknown>;
}

/** What was last told to these people of each other's absences in a call; one row a recipient and person. */
export async function lastAwayTold(
  tx: DbOrTx,
  callIds: readonly string[],
  recipientIds: readonly string[],
): Promise<AwayRow[]> {
  if (callIds.length === 0) return [];
  const { rows } = await sql<AwayRow>`
    select distinct on (recipient_id, payload ->> 'callId', payload ->> 'personId') recipient_id as "recipientId",
      dedup_key as "dedupKey", type, payload
    from notifications.inbox
    where type in ('call.partner_left', 'call.partner_back')
      and recipient_id = any (${[...recipientIds]}::text[]) and payload ->> 'callId' = any (${[...callIds]}::text[])
    order by recipient_id, payload ->> 'callId', payload ->> 'personId', seq desc`.execute(tx);
  return rows;
}
