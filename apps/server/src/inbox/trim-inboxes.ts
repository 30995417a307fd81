import { sql } from 'kysely';
import type { Db } from '../platform/index.ts';

/** Inboxes of one statement: rows are locked until its end, and nobody may wait long for them. */
const INBOXES_A_STATEMENT = 100;

/**
 * Forgets notices that were told before an instant. Only the oldest ones of an inbox go, so that what is kept has no
 * hole: a cursor in it goes on, an older one gets `reset`. Heads stay, and with them numbering and acknowledgement.
 *
 * @returns how many were forgotten
 */
export async function trimInboxes(db: Db, before: Date): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const { rows } = await sql<{ inboxes: bigint; notices: bigint }>`
      with old as (
        select h.recipient_id, coalesce(
            (select n.seq from notifications.inbox n
              where n.recipient_id = h.recipient_id and n.created_at >= ${before}::timestamptz
              order by n.seq limit 1),
            h.seq + 1) as first_kept
        from notifications.inbox_head h
        where (select n.created_at from notifications.inbox n
                where n.recipient_id = h.recipient_id order by n.seq limit 1) < ${before}::timestamptz
        limit ${INBOXES_A_STATEMENT}
      ), gone as (
        delete from notifications.inbox i using old
         where i.recipient_id = old.recipient_id and i.seq < old.first_kept returning 1
      )
      select (select count(*) from old) as inboxes, (select count(*) from gone) as notices`.execute(db);
    const { inboxes = 0n, notices = 0n } = rows[0] ?? {};
    forgotten += Number(notices);
    // None of them gone: another node is at it.
    if (inboxes < INBOXES_A_STATEMENT || notices === 0n) return forgotten;
  }
}
