import { NOTICES } from '@latido/protocol';
import { sql } from 'kysely';
import type { Clock, Tx } from '../platform/index.ts';
import { systemClock } from '../platform/index.ts';
import { newEpoch, type NewNotice } from './notify.ts';

/**
 * Thousands of notices in one transaction, by three statements: as `notifyAll`, for those that follow from nothing. The
 * notices of one recipient keep the order given.
 *
 * @returns those that were not told before
 */
export async function notifyMany<T extends NewNotice>(
  tx: Tx,
  notices: readonly T[],
  clock: Pick<Clock, 'now'> = systemClock,
): Promise<T[]> {
  if (notices.length === 0) return [];
  // One order for everybody, so that two transactions never wait for each other.
  const recipients = [...new Set(notices.map(({ recipientId }) => recipientId))].sort();
  await sql`insert into notifications.inbox_head (recipient_id, epoch)
    select recipient, ${newEpoch()} from unnest(${recipients}::text[]) as asked (recipient) order by recipient
    on conflict do nothing`.execute(tx);
  await sql`select h.recipient_id from notifications.inbox_head h where h.recipient_id = any(${recipients}::text[])
    order by h.recipient_id for update`.execute(tx);
  const { rows } = await sql<{ recipient_id: string; dedup_key: string }>`
    with asked as (
      select distinct on (recipient, key) recipient, key, kind, body, place
      from unnest(${notices.map(({ recipientId }) => recipientId)}::text[], ${notices.map(({ dedupKey }) => dedupKey)}::text[],
        ${notices.map(({ type }) => type)}::text[],
        ${notices.map(({ type, payload }) => JSON.stringify(NOTICES[type].payload.parse(payload)))}::text[])
        with ordinality as given (recipient, key, kind, body, place)
      order by recipient, key, place
    ), news as (
      select asked.*, row_number() over (partition by recipient order by place) as nth from asked
      where not exists (select from notifications.inbox i where i.recipient_id = recipient and i.dedup_key = key)
    ), heads as (
      update notifications.inbox_head h set seq = h.seq + n.added
      from (select recipient, count(*) as added from news group by recipient) n where h.recipient_id = n.recipient
      returning h.recipient_id, h.seq - n.added as before
    )
    insert into notifications.inbox (recipient_id, seq, dedup_key, type, payload, created_at)
    select recipient, heads.before + nth, key, kind, body::jsonb, ${new Date(clock.now())}::timestamptz
    from news join heads on heads.recipient_id = recipient
    returning recipient_id, dedup_key`.execute(tx);
  const told = new Set(rows.map(({ recipient_id, dedup_key }) => `${recipient_id} ${dedup_key}`));
  return notices.filter(({ recipientId, dedupKey }) => told.delete(`${recipientId} ${dedupKey}`));
}
