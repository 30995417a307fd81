import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/**
 * Whether some call may end by the clock alone: somebody is awaited, or nobody has come yet. Most calls that go on are
 * neither.
 */
export async function awaitsTheClock(db: DbOrTx): Promise<boolean> {
  // By the index of just these, before anybody has analysed the table, too: `exists` would look through all that go on.
  const { rows } = await sql<{ awaits: boolean }>`select (select c.id from calls.call c
    where c.status <> 'ended' and (c.grace_until is not null or c.status = 'waiting') order by c.id limit 1) is not null as awaits`.execute(
    db,
  );
  return rows[0]?.awaits ?? true;
}

/** Whoever is called asks for a way in: that answers, and until `until` they may come. */
export async function answerRing(
  db: DbOrTx,
  { callId, personId, until }: { callId: string; personId: string; until: Date },
): Promise<void> {
  await sql`update calls.call set rings_until = greatest(rings_until, ${until}::timestamptz)
    where id = ${callId} and called = ${personId} and status = 'waiting'`.execute(db);
}

/** What waits for the clock in a call. */
export interface Overdue {
  readonly id: string;
  /** Until when somebody may come back; null where nobody is awaited. */
  readonly graceUntil: Date | null;
  /** Whether who was called has not come while it rang. */
  readonly rangOut: boolean;
}

/** Calls whose grace is over, that rang out, and that nobody joined for too long. */
export async function overdueCalls(
  db: DbOrTx,
  { now, expiresBefore }: { now: Date; expiresBefore: Date },
): Promise<Overdue[]> {
  const rangOut = sql`(c.status = 'waiting' and coalesce(c.rings_until <= ${now}::timestamptz, false)
    and not exists (select 1 from presence.interval i
      where i.call_id = c.id and i.person_id = c.called and i.state <> 'aborted'))`;
  const { rows } = await sql<Overdue>`
    select c.id, c.grace_until as "graceUntil", ${rangOut} as "rangOut" from calls.call c
    where c.status <> 'ended' and (c.grace_until <= ${now}::timestamptz or ${rangOut}
      or (c.status = 'waiting' and c.grace_until is null and c.created_at <= ${expiresBefore}::timestamptz
        and not exists (select 1 from presence.interval i
          where i.call_id = c.id and i.state in ('present', 'suspected', 'unreachable'))))
    order by c.id limit 200`.execute(db);
  return rows;
}
