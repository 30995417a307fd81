import type { Span } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Everybody's time is in one column of ranges: a person's number, and the seconds of the epoch, which stay below it until 2242. */
const PERSON = 2n ** 33n;

/**
 * Takes somebody's time for a session; false when a part of it is taken, also by whom we cannot see yet (MENTOR-14).
 * The booking's other people come after the mentor, so that two who ask at once never wait for each other.
 */
export async function takeTime(
  tx: Tx,
  { bookingId, personId, span }: { bookingId: string; personId: string; span: Span },
): Promise<boolean> {
  await sql`insert into mentoring.calendar (person_id) values (${personId}) on conflict do nothing`.execute(
    tx,
  );
  const [from, to] = span.map((at) => BigInt(Math.floor(at / 1_000)));
  const { rows } = await sql`insert into mentoring.busy (booking_id, calendar_no, span)
    select ${bookingId}, c.no, int8range(c.no * ${PERSON}::bigint + ${from}::bigint, c.no * ${PERSON}::bigint + ${to}::bigint)
      from mentoring.calendar c where c.person_id = ${personId}
    on conflict do nothing returning booking_id`.execute(tx);
  return rows.length > 0;
}

/** Gives the time of a session back: everybody's, or one person's. */
export async function freeTime(tx: Tx, bookingId: string, personId?: string): Promise<void> {
  await sql`delete from mentoring.busy b using mentoring.calendar c where b.calendar_no = c.no and b.booking_id = ${bookingId}
    and (${personId ?? null}::text is null or c.person_id = ${personId ?? null}::text)`.execute(tx);
}

/** When somebody's time is taken, but for one booking. */
export async function busyOf(db: DbOrTx, personId: string, exceptBookingId?: string): Promise<Span[]> {
  const { rows } = await sql<{ fromS: bigint; toS: bigint }>`
    select lower(b.span) - c.no * ${PERSON}::bigint as "fromS", upper(b.span) - c.no * ${PERSON}::bigint as "toS"
      from mentoring.busy b join mentoring.calendar c on c.no = b.calendar_no
     where c.person_id = ${personId} and b.booking_id is distinct from ${exceptBookingId ?? null}::text
     order by 1`.execute(db);
  return rows.map(({ fromS, toS }): Span => [Number(fromS) * 1_000, Number(toS) * 1_000]);
}

/** One request about a mentor's time at a time, on all nodes, until the commit. Taken before every other lock. */
export async function lockTimeOf(tx: Tx, mentorId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`mentor:${mentorId}`}, 0))`.execute(tx);
}
