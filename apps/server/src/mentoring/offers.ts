import type { SlotRules } from '@latido/core';
import type { NewAvailability, NewOffering } from '@latido/protocol';
import { sql } from 'kysely';
import { planFor } from '../metering/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { newId, problem } from '../platform/index.ts';

/** An offering as it is stored. */
export interface OfferingRow {
  readonly id: string;
  readonly mentorId: string;
  readonly title: string;
  readonly minutes: number;
  readonly seats: number;
  readonly priceKind: 'free' | 'fixed' | 'per_minute';
  readonly coins: bigint | null;
  readonly planId: string | null;
  readonly freeUntilHours: number;
  readonly thenBack: 'half' | 'none';
}

const columns = sql`o.id, o.mentor_id as "mentorId", o.title, o.minutes, o.seats, o.price_kind as "priceKind", o.coins,
  o.plan_id as "planId", o.free_until_hours as "freeUntilHours", o.then_back as "thenBack"`;

/** A mentor's hours; null while they have set none. */
export async function hoursOf(db: DbOrTx, personId: string): Promise<SlotRules | null> {
  const { rows } = await sql<{
    timeZone: string;
    weekly: SlotRules['weekly'];
    exceptions: SlotRules['exceptions'];
    noticeMs: bigint;
    horizonMs: bigint;
    bufferMs: bigint;
  }>`select time_zone as "timeZone", weekly, exceptions, notice_ms as "noticeMs", horizon_ms as "horizonMs",
      buffer_ms as "bufferMs" from mentoring.availability where person_id = ${personId}`.execute(db);
  const [row] = rows;
  if (!row) return null;
  const { noticeMs, horizonMs, bufferMs, ...hours } = row;
  return {
    ...hours,
    noticeMs: Number(noticeMs),
    horizonMs: Number(horizonMs),
    bufferMs: Number(bufferMs),
  };
}

/** Sets a mentor's hours anew. What is booked stays. */
export async function writeHours(
  db: DbOrTx,
  personId: string,
  { hours, at }: { hours: NewAvailability; at: Date },
): Promise<void> {
  const { timeZone, weekly, exceptions, noticeMinutes, horizonDays, bufferMinutes } = hours;
  await sql`insert into mentoring.availability (person_id, time_zone, weekly, exceptions, notice_ms, horizon_ms, buffer_ms, changed_at)
    values (${personId}, ${timeZone}, ${JSON.stringify(weekly)}::jsonb, ${JSON.stringify(exceptions)}::jsonb,
      ${noticeMinutes * 60_000}, ${horizonDays * 86_400_000}, ${bufferMinutes * 60_000}, ${at})
    on conflict (person_id) do update set time_zone = excluded.time_zone, weekly = excluded.weekly,
      exceptions = excluded.exceptions, notice_ms = excluded.notice_ms, horizon_ms = excluded.horizon_ms,
      buffer_ms = excluded.buffer_ms, changed_at = excluded.changed_at`.execute(db);
}

/** An offering that is still made; null when there is none. */
export async function offeringById(db: DbOrTx, id: string): Promise<OfferingRow | null> {
  const { rows } = await sql<OfferingRow>`select ${columns} from mentoring.offering o
    where o.id = ${id} and o.withdrawn_at is null`.execute(db);
  return rows[0] ?? null;
}

/** What a mentor offers, the oldest first. */
export async function offeringsOf(db: DbOrTx, mentorId: string): Promise<OfferingRow[]> {
  const { rows } = await sql<OfferingRow>`select ${columns} from mentoring.offering o
    where o.mentor_id = ${mentorId} and o.withdrawn_at is null order by o.id`.execute(db);
  return rows;
}

/**
 * Makes an offering.
 *
 * @throws plan.not_found where a price by the minute names a plan that is not the mentor's
 */
export async function makeOffering(
  tx: Tx,
  mentorId: string,
  { made, at }: { made: NewOffering; at: Date },
): Promise<OfferingRow> {
  const { title, minutes, seats, price, cancellation } = made;
  const isPerMinute = price.kind === 'per_minute';
  const plan = isPerMinute ? await planFor(tx, { name: price.planId, earnerId: mentorId }) : null;
  const row: OfferingRow = {
    id: newId('offering'),
    mentorId,
    title,
    minutes,
    seats,
    priceKind: price.kind,
    coins: price.coins === undefined ? null : BigInt(price.coins),
    planId: plan?.planId ?? null,
    ...cancellation,
  };
  await sql`insert into mentoring.offering (id, mentor_id, title, minutes, seats, price_kind, coins, plan_id, free_until_hours,
      then_back, created_at)
    values (${row.id}, ${mentorId}, ${title}, ${minutes}, ${seats}, ${price.kind}, ${row.coins}, ${row.planId},
      ${row.freeUntilHours}, ${row.thenBack}, ${at})`.execute(tx);
  return row;
}

/** Takes an offering back; what is booked of it stays. */
export async function withdrawOffering(
  db: DbOrTx,
  of: { id: string; mentorId: string; at: Date },
): Promise<void> {
  const { rows } = await sql`update mentoring.offering set withdrawn_at = ${of.at}::timestamptz
    where id = ${of.id} and mentor_id = ${of.mentorId} and withdrawn_at is null returning id`.execute(db);
  if (rows.length === 0) throw problem('offering.not_found', `You have no offering ${of.id.slice(0, 64)}.`);
}

/** Of a mentor's sessions that are over, how many there were, and to how many they came. */
export async function cameOf(db: DbOrTx, mentorId: string): Promise<{ sessions: number; cameTo: number }> {
  const { rows } = await sql<{ sessions: number; cameTo: number }>`
    select count(*)::int as sessions, count(started_at)::int as "cameTo" from mentoring.booking
     where mentor_id = ${mentorId} and status in ('COMPLETED', 'NO_SHOW')`.execute(db);
  return rows[0] ?? { sessions: 0, cameTo: 0 };
}

/** Seats that are left in the sessions of an offering that somebody has booked, by start. */
export async function seatsLeft(db: DbOrTx, offeringId: string): Promise<Map<number, number>> {
  const { rows } = await sql<{ startsAt: Date; left: number }>`
    select b.starts_at as "startsAt", (b.seats - count(s.person_id))::int as left from mentoring.booking b
      left join mentoring.seat s on s.booking_id = b.id and s.left_at is null
     where b.offering_id = ${offeringId} and b.status = 'SCHEDULED' group by b.id`.execute(db);
  return new Map(rows.map(({ startsAt, left }) => [startsAt.getTime(), left]));
}
