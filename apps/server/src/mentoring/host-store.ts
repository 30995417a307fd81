import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Makes somebody who was let in a host, or no longer one; false where it was so already. */
export async function writeHost(
  tx: Tx,
  { entryId, isHost }: { entryId: string; isHost: boolean },
): Promise<boolean> {
  const { rows } = await sql`update mentoring.lobby_entry set is_host = ${isHost}::boolean
    where id = ${entryId} and is_host <> ${isHost}::boolean returning id`.execute(tx);
  return rows.length > 0;
}

/** Locks a session's room, or opens it (null); false where it was so already. */
export async function writeLock(tx: Tx, bookingId: string, lockedAt: Date | null): Promise<boolean> {
  const { rows } = await sql`update mentoring.booking set locked_at = ${lockedAt}::timestamptz
    where id = ${bookingId} and (locked_at is null) <> (${lockedAt}::timestamptz is null) returning id`.execute(
    tx,
  );
  return rows.length > 0;
}

/** A hand that is up. */
export interface HandRow {
  readonly n: bigint;
  readonly personId: string;
  readonly raisedAt: Date;
}

/** Hands of a session that are up. */
export async function handsOf(db: DbOrTx, bookingId: string): Promise<HandRow[]> {
  const { rows } =
    await sql<HandRow>`select n, person_id as "personId", raised_at as "raisedAt" from mentoring.hand
    where booking_id = ${bookingId} and lowered_at is null order by n`.execute(db);
  return rows;
}

/** Sessions that go on in which a hand is up. */
export async function sessionsWithHands(db: DbOrTx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select distinct b.id from mentoring.hand h
    join mentoring.booking b on b.id = h.booking_id
    where h.lowered_at is null and b.status = 'IN_PROGRESS' order by b.id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Every hand that ever went up in a session. */
export async function handsEver(db: DbOrTx, bookingId: string): Promise<HandRow[]> {
  const { rows } =
    await sql<HandRow>`select n, person_id as "personId", raised_at as "raisedAt" from mentoring.hand
    where booking_id = ${bookingId} order by n`.execute(db);
  return rows;
}

/** Somebody's hand goes up; one that is up stays where it is. */
export async function writeHand(
  tx: Tx,
  { bookingId, personId, at }: { bookingId: string; personId: string; at: Date },
): Promise<void> {
  await sql`insert into mentoring.hand (booking_id, person_id, raised_at) values (${bookingId}, ${personId}, ${at})
    on conflict (booking_id, person_id) where lowered_at is null do nothing`.execute(tx);
}

/** Somebody's hand goes down, or everybody's (null). */
export async function writeLowered(
  tx: Tx,
  of: { bookingId: string; personId: string | null; byId: string; at: Date },
): Promise<void> {
  await sql`update mentoring.hand set lowered_at = ${of.at}::timestamptz, lowered_by = ${of.byId}
    where booking_id = ${of.bookingId} and lowered_at is null
      and (${of.personId}::text is null or person_id = ${of.personId}::text)`.execute(tx);
}
