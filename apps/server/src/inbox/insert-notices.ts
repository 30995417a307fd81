import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { newEpoch } from './notify.ts';

/** A notice on its way into an inbox. */
export interface InboxEntry {
  readonly recipientId: string;
  readonly dedupKey: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** How long it may stay unacknowledged before devices are told; as long as any, where its sender does not say. */
  readonly pushAfterMs?: number | undefined;
}

/** Locks inboxes until the transaction ends, in the one order: before notices that are written page by page, in any. */
export async function holdInboxes(tx: Tx, of: readonly string[]): Promise<void> {
  const recipients = [...new Set(of)].sort();
  await sql`insert into notifications.inbox_head (recipient_id, epoch)
    select recipient, ${newEpoch()} from unnest(${recipients}::text[]) as asked (recipient) order by recipient
    on conflict do nothing`.execute(tx);
  await sql`select h.recipient_id from notifications.inbox_head h where h.recipient_id = any(${recipients}::text[])
    order by h.recipient_id for update`.execute(tx);
}

/**
 * Writes notices into many inboxes by three statements; the numbers of one recipient follow the order given. One order of
 * locks for everybody, so that two transactions never wait for each other.
 *
 * @returns the places in the list of those that were not told before
 */
export async function insertNotices(
  tx: Tx,
  entries: readonly InboxEntry[],
  at: Date,
): Promise<ReadonlySet<number>> {
  if (entries.length === 0) return new Set();
  await holdInboxes(
    tx,
    entries.map(({ recipientId }) => recipientId),
  );
  const { rows } = await sql<{ recipient_id: string; dedup_key: string }>`
    with asked as (
      select distinct on (recipient, key) recipient, key, kind, body, after_ms, place
      from unnest(${entries.map(({ recipientId }) => recipientId)}::text[], ${entries.map(({ dedupKey }) => dedupKey)}::text[],
        ${entries.map(({ type }) => type)}::text[], ${entries.map(({ payload }) => JSON.stringify(payload))}::text[],
        ${entries.map(({ pushAfterMs = null }) => pushAfterMs)}::int[])
        with ordinality as given (recipient, key, kind, body, after_ms, place)
      order by recipient, key, place
    ), news as (
      select asked.*, row_number() over (partition by recipient order by place) as nth from asked
      where not exists (select from notifications.inbox i where i.recipient_id = recipient and i.dedup_key = key)
    ), heads as (
      update notifications.inbox_head h set seq = h.seq + n.added
      from (select recipient, count(*) as added from news group by recipient) n where h.recipient_id = n.recipient
      returning h.recipient_id, h.seq - n.added as before
    )
    insert into notifications.inbox (recipient_id, seq, dedup_key, type, payload, created_at, after_ms)
    select recipient, heads.before + nth, key, kind, body::jsonb, ${at}::timestamptz, after_ms
    from news join heads on heads.recipient_id = recipient
    returning recipient_id, dedup_key`.execute(tx);
  const told = new Set(rows.map(({ recipient_id, dedup_key }) => `${recipient_id} ${dedup_key}`));
  const isNew = ({ recipientId, dedupKey }: InboxEntry): boolean => told.delete(`${recipientId} ${dedupKey}`);
  return new Set(entries.flatMap((entry, place) => (isNew(entry) ? [place] : [])));
}
