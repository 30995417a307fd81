import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Somebody who came to a session by a link. */
export interface GuestRow {
  readonly personId: string;
  /** When the link that they came by was made. */
  readonly linkAt: Date;
}

/** Everybody who came to a session by a link. */
export async function guestsOf(db: DbOrTx, bookingId: string): Promise<GuestRow[]> {
  const { rows } =
    await sql<GuestRow>`select person_id as "personId", link_at as "linkAt" from mentoring.guest
    where booking_id = ${bookingId} order by came_at, person_id`.execute(db);
  return rows;
}

/** Somebody as a guest of a session; null when they are none. */
export async function guestOf(db: DbOrTx, bookingId: string, personId: string): Promise<GuestRow | null> {
  const { rows } =
    await sql<GuestRow>`select person_id as "personId", link_at as "linkAt" from mentoring.guest
    where booking_id = ${bookingId} and person_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** Writes that somebody came by a link; who came by an older one has come by this one now. */
export async function writeGuest(
  tx: Tx,
  of: { bookingId: string; personId: string; linkAt: Date; at: Date },
): Promise<void> {
  await sql`insert into mentoring.guest (booking_id, person_id, link_at, came_at)
    values (${of.bookingId}, ${of.personId}, ${of.linkAt}, ${of.at})
    on conflict (booking_id, person_id) do update set link_at = excluded.link_at`.execute(tx);
}

/** Since when the link of a session is good; null ends it. */
export async function writeGuestsFrom(tx: Tx, bookingId: string, guestsFrom: Date | null): Promise<void> {
  await sql`update mentoring.booking set guests_from = ${guestsFrom}::timestamptz where id = ${bookingId}`.execute(
    tx,
  );
}

/** How many have come by the link of this instant, and of them since another one. */
export async function countNamed(
  db: DbOrTx,
  of: { bookingId: string; linkAt: Date; since: Date },
): Promise<{ all: number; lately: number }> {
  const { rows } = await sql<{ all: number; lately: number }>`select count(*)::int as all,
      (count(*) filter (where came_at > ${of.since}::timestamptz))::int as lately from mentoring.guest
    where booking_id = ${of.bookingId} and link_at = ${of.linkAt}::timestamptz`.execute(db);
  return rows[0] ?? { all: 0, lately: 0 };
}
