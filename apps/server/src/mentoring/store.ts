import type { BookingStatus } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A booking as it is stored: what was agreed, and what became of it. */
export interface BookingRow {
  readonly id: string;
  readonly offeringId: string;
  readonly mentorId: string;
  readonly title: string;
  readonly topic: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timeZone: string;
  readonly seats: number;
  readonly priceKind: 'free' | 'fixed' | 'per_minute';
  readonly coins: bigint | null;
  readonly share: bigint | null;
  readonly planId: string | null;
  readonly freeUntilHours: number;
  readonly thenBack: 'half' | 'none';
  readonly status: BookingStatus;
  readonly sequence: number;
  readonly agreedAt: Date;
  readonly remindedDay: boolean;
  readonly remindedMinutes: boolean;
  readonly callId: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly reason: string | null;
  readonly changedAt: Date;
  /** Since when nobody new may ask to come in. */
  readonly lockedAt: Date | null;
  /** Since when the link for guests is good; null where none are let in. */
  readonly guestsFrom: Date | null;
}

const columns = sql`b.id, b.offering_id as "offeringId", b.mentor_id as "mentorId", b.title, b.topic, b.starts_at as "startsAt",
  b.ends_at as "endsAt", b.time_zone as "timeZone", b.seats, b.price_kind as "priceKind", b.coins, b.share, b.plan_id as "planId",
  b.free_until_hours as "freeUntilHours", b.then_back as "thenBack", b.status, b.sequence, b.agreed_at as "agreedAt",
  b.reminded_day as "remindedDay", b.reminded_minutes as "remindedMinutes", b.call_id as "callId", b.started_at as "startedAt",
  b.ended_at as "endedAt", b.ended_by as "endedBy", b.reason, b.changed_at as "changedAt",
  b.locked_at as "lockedAt", b.guests_from as "guestsFrom"`;

/** A booking; null when there is none. */
export async function bookingById(db: DbOrTx, id: string): Promise<BookingRow | null> {
  const { rows } =
    await sql<BookingRow>`select ${columns} from mentoring.booking b where b.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** Locks a booking, waiting for who has it. */
export async function lockBooking(tx: Tx, id: string): Promise<BookingRow | null> {
  const { rows } = await sql<BookingRow>`
    select ${columns} from mentoring.booking b where b.id = ${id} for update`.execute(tx);
  return rows[0] ?? null;
}

/** The session of an offering that somebody has booked at this instant already; locked. */
export async function lockSessionAt(
  tx: Tx,
  of: { offeringId: string; startsAt: Date },
): Promise<BookingRow | null> {
  const { rows } = await sql<BookingRow>`select ${columns} from mentoring.booking b
    where b.offering_id = ${of.offeringId} and b.starts_at = ${of.startsAt}::timestamptz and b.status = 'SCHEDULED'
    for update`.execute(tx);
  return rows[0] ?? null;
}

/** Writes a new booking; false when another one of the same offering and time came first. */
export async function insertBooking(
  tx: Tx,
  made: Omit<
    BookingRow,
    | 'status'
    | 'sequence'
    | 'remindedDay'
    | 'remindedMinutes'
    | 'callId'
    | 'startedAt'
    | 'endedAt'
    | 'endedBy'
    | 'reason'
    | 'changedAt'
    | 'lockedAt'
    | 'guestsFrom'
  >,
): Promise<boolean> {
  const { rows } =
    await sql`insert into mentoring.booking (id, offering_id, mentor_id, title, topic, starts_at, ends_at, time_zone,
      seats, price_kind, coins, share, plan_id, free_until_hours, then_back, agreed_at, created_at, changed_at)
    values (${made.id}, ${made.offeringId}, ${made.mentorId}, ${made.title}, ${made.topic}, ${made.startsAt}, ${made.endsAt},
      ${made.timeZone}, ${made.seats}, ${made.priceKind}, ${made.coins}, ${made.share}, ${made.planId}, ${made.freeUntilHours},
      ${made.thenBack}, ${made.agreedAt}, ${made.agreedAt}, ${made.agreedAt})
    on conflict (offering_id, starts_at) where status in ('SCHEDULED', 'IN_PROGRESS') do nothing returning id`.execute(
      tx,
    );
  return rows.length > 0;
}

/** What of a booking changes in its life. */
export type BookingChange = Partial<
  Pick<BookingRow, 'status' | 'callId' | 'startedAt' | 'endedAt' | 'endedBy' | 'reason'>
>;

/** Writes what became of a booking; calendars have to know of it. */
export async function changeBooking(
  tx: Tx,
  id: string,
  { at, ...to }: BookingChange & { at: Date },
): Promise<void> {
  await sql`update mentoring.booking set status = coalesce(${to.status ?? null}::text, status),
      call_id = coalesce(${to.callId ?? null}::text, call_id),
      started_at = coalesce(${to.startedAt ?? null}::timestamptz, started_at),
      ended_at = coalesce(${to.endedAt ?? null}::timestamptz, ended_at),
      ended_by = coalesce(${to.endedBy ?? null}::text, ended_by), reason = coalesce(${to.reason ?? null}::text, reason),
      sequence = sequence + 1, changed_at = ${at} where id = ${id}`.execute(tx);
}

/** Gives a booking another time; reminders of the old one are none of it. */
export async function moveBooking(
  tx: Tx,
  id: string,
  { startsAt, endsAt, at }: { startsAt: Date; endsAt: Date; at: Date },
): Promise<boolean> {
  const { rows } =
    await sql`update mentoring.booking b set starts_at = ${startsAt}::timestamptz, ends_at = ${endsAt}::timestamptz,
      agreed_at = ${at}, reminded_day = false, reminded_minutes = false, sequence = sequence + 1, changed_at = ${at}
    where b.id = ${id} and not exists (select from mentoring.booking o where o.id <> b.id and o.offering_id = b.offering_id
      and o.starts_at = ${startsAt}::timestamptz and o.status in ('SCHEDULED', 'IN_PROGRESS')) returning b.id`.execute(
      tx,
    );
  return rows.length > 0;
}

/** Says that a reminder was told. */
export async function markReminded(tx: Tx, id: string, which: 'day' | 'minutes'): Promise<void> {
  await sql`update mentoring.booking set reminded_day = reminded_day or ${which === 'day'}::boolean,
    reminded_minutes = reminded_minutes or ${which === 'minutes'}::boolean where id = ${id}`.execute(tx);
}

/** Sessions that the clock may have a word for: those that go on, and those that begin before `before`. */
export async function bookingsToJudge(db: DbOrTx, before: Date): Promise<BookingRow[]> {
  const { rows } = await sql<BookingRow>`select ${columns} from mentoring.booking b
    where b.status = 'IN_PROGRESS' or (b.status = 'SCHEDULED' and b.starts_at <= ${before}::timestamptz)
    order by b.starts_at limit 500`.execute(db);
  return rows;
}

/** Which sessions of somebody to list. */
export interface BookingsAsked {
  readonly personId: string;
  readonly isPast: boolean;
  readonly status: BookingStatus | null;
  readonly after: { readonly startsAt: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Somebody's sessions: those to come, the next one first; or those that are over, the last one first. */
export async function bookingsOf(db: DbOrTx, asked: BookingsAsked): Promise<BookingRow[]> {
  const { personId, isPast, status, after, limit } = asked;
  const place = sql`(b.starts_at, b.id)`;
  const from = sql`(${after?.startsAt ?? null}::timestamptz, ${after?.id ?? null}::text)`;
  const { rows } = await sql<BookingRow>`select ${columns} from mentoring.booking b
    where (b.mentor_id = ${personId} or exists (select from mentoring.seat s
        where s.booking_id = b.id and s.person_id = ${personId} and (s.left_at is null or b.status = 'CANCELLED')))
      and (b.status in ('SCHEDULED', 'IN_PROGRESS')) = ${!isPast}::boolean
      and (${status}::text is null or b.status = ${status}::text)
      and (${after === null}::boolean or ${isPast ? sql`${place} < ${from}` : sql`${place} > ${from}`})
    order by ${isPast ? sql`b.starts_at desc, b.id desc` : sql`b.starts_at, b.id`} limit ${limit}`.execute(
    db,
  );
  return rows;
}

/** Writes what was done with a booking, and by whom. */
export async function addEvent(
  tx: Tx,
  bookingId: string,
  of: { at: Date; byId: string; type: string; payload?: object },
): Promise<void> {
  await sql`insert into mentoring.event (booking_id, n, at, by_id, type, payload)
    select ${bookingId}, coalesce(max(n), 0) + 1, ${of.at}::timestamptz, ${of.byId}, ${of.type}, ${JSON.stringify(of.payload ?? {})}::jsonb
    from mentoring.event where booking_id = ${bookingId}`.execute(tx);
}

/** Those of some bookings that are over. */
export async function endedAmong(db: DbOrTx, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select b.id from mentoring.booking b
    where b.id = any(${[...ids]}::text[]) and b.status not in ('SCHEDULED', 'IN_PROGRESS')`.execute(db);
  return rows.map(({ id }) => id);
}
