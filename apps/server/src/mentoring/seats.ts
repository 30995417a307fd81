import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A mentee's place in a session. */
export interface SeatRow {
  readonly bookingId: string;
  readonly personId: string;
  readonly reservationId: string | null;
  /** Coins that were held for it. */
  readonly coins: bigint | null;
  /** What was charged of them; null until it is decided. */
  readonly charged: bigint | null;
  readonly leftAt: Date | null;
}

const columns = sql`s.booking_id as "bookingId", s.person_id as "personId", s.reservation_id as "reservationId", s.coins, s.charged,
  s.left_at as "leftAt"`;

/** Everybody who has or had a seat in some sessions, in the order of taking it. */
export async function seatsOf(db: DbOrTx, bookingIds: readonly string[]): Promise<SeatRow[]> {
  const { rows } = await sql<SeatRow>`select ${columns} from mentoring.seat s
    where s.booking_id = any(${[...bookingIds]}::text[]) order by s.booking_id, s.taken_at, s.person_id`.execute(
    db,
  );
  return rows;
}

/** A free seat for somebody; false when there is none, or they have one. Of several who ask at once one gets the last one. */
export async function takeSeat(
  tx: Tx,
  of: {
    bookingId: string;
    seats: number;
    personId: string;
    reservationId: string | null;
    coins: bigint | null;
    at: Date;
  },
): Promise<boolean> {
  const { rows } =
    await sql`insert into mentoring.seat as s (booking_id, person_id, seat_no, reservation_id, coins, taken_at)
    select ${of.bookingId}, ${of.personId}, free.no, ${of.reservationId}, ${of.coins}::bigint, ${of.at}::timestamptz
      from generate_series(1, ${of.seats}::int) as free (no)
     where not exists (select from mentoring.seat t where t.booking_id = ${of.bookingId} and t.seat_no = free.no and t.left_at is null)
     order by free.no limit 1
    on conflict (booking_id, person_id) do update set seat_no = excluded.seat_no, reservation_id = excluded.reservation_id,
      coins = excluded.coins, charged = null, taken_at = excluded.taken_at, left_at = null where s.left_at is not null
    returning s.seat_no`.execute(tx);
  return rows.length > 0;
}

/** Somebody gives their seat back. */
export async function leaveSeat(
  tx: Tx,
  of: { bookingId: string; personId: string; at: Date },
): Promise<void> {
  await sql`update mentoring.seat set left_at = ${of.at}::timestamptz
    where booking_id = ${of.bookingId} and person_id = ${of.personId}`.execute(tx);
}

/** What a seat has cost in the end. */
export async function writeCharged(
  tx: Tx,
  of: { bookingId: string; personId: string; charged: bigint },
): Promise<void> {
  await sql`update mentoring.seat set charged = ${of.charged}
    where booking_id = ${of.bookingId} and person_id = ${of.personId}`.execute(tx);
}
