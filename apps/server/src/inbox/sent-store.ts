import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';

interface ReceiptRow {
  recipient_id: string;
  delivered_at: Date | null;
  read_at: Date | null;
  acked_at: Date | null;
  withdrawn_at: Date | null;
}

/** What became of a notice in each inbox. */
export async function receiptsOf(
  db: Db,
  dedupKey: string,
  { after, limit }: { after: string; limit: number },
): Promise<ReceiptRow[]> {
  const { rows } = await sql<ReceiptRow>`
    select recipient_id, delivered_at, read_at, acked_at, withdrawn_at from notifications.inbox
    where dedup_key = ${dedupKey} and dedup_key like 'sent:%' and recipient_id > ${after}
    order by recipient_id limit ${limit}`.execute(db);
  return rows;
}

/** Empties a notice wherever it was not read. */
export async function withdraw(
  db: Db,
  dedupKey: string,
  at: Date,
): Promise<{ gone: { recipient_id: string; epoch: string; seq: bigint }[]; read: number }> {
  return await db.transaction().execute(async (tx) => {
    const { rows: gone } = await sql<{ recipient_id: string; epoch: string; seq: bigint }>`
      update notifications.inbox i set withdrawn_at = ${at}::timestamptz, payload = '{}' from notifications.inbox_head h
      where i.dedup_key = ${dedupKey} and i.dedup_key like 'sent:%' and i.read_at is null and i.withdrawn_at is null
        and h.recipient_id = i.recipient_id
      returning i.recipient_id, h.epoch, i.seq`.execute(tx);
    const { rows } = await sql<{ read: number }>`select count(*)::int as read from notifications.inbox
      where dedup_key = ${dedupKey} and dedup_key like 'sent:%' and read_at is not null`.execute(tx);
    return { gone, read: rows[0]?.read ?? 0 };
  });
}

/** Keeps that a notice was sent, where nobody was meant. */
export async function keepSentToNobody(db: Db, dedupKey: string, at: Date): Promise<void> {
  await sql`insert into notifications.sent_to_nobody (dedup_key, sent_at) values (${dedupKey}, ${at}::timestamptz)
    on conflict do nothing`.execute(db);
}

/** Whether a notice was sent where nobody was meant. */
export async function wasSentToNobody(db: Db, dedupKey: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from notifications.sent_to_nobody where dedup_key = ${dedupKey}`.execute(db);
  return rows.length > 0;
}

/** Forgets those that were sent before an instant. */
export async function trimSentToNobody(db: Db, before: Date): Promise<void> {
  await sql`delete from notifications.sent_to_nobody where sent_at < ${before}::timestamptz`.execute(db);
}
