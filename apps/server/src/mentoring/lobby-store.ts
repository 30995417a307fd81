import type { EntryState, Span } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Somebody who asked to come into a session. */
export interface EntryRow {
  readonly id: string;
  readonly bookingId: string;
  readonly personId: string;
  readonly state: EntryState;
  readonly askedAt: Date;
  readonly beatAt: Date;
  readonly denials: number;
  readonly decidedAt: Date | null;
  readonly sentence: string | null;
  /** How long they had waited in all, when it was decided. */
  readonly waitedMs: bigint;
  /** When that was, epoch ms. */
  readonly waits: readonly Span[];
  /** Whether the mentor made them a host; who is taken out is none any more. */
  readonly isHost: boolean;
}

const columns = sql`e.id, e.booking_id as "bookingId", e.person_id as "personId", e.state, e.asked_at as "askedAt",
  e.beat_at as "beatAt", e.denials, e.decided_at as "decidedAt", e.sentence, e.waited_ms as "waitedMs", e.waits,
  e.is_host as "isHost"`;

/** An entry for core, which knows no dates. */
export function instantsOf({ state, askedAt, beatAt }: EntryRow) {
  return { state, askedAt: askedAt.getTime(), beatAt: beatAt.getTime() };
}

/** Everybody who ever asked to come into a session, in the order of asking. */
export async function entriesOf(db: DbOrTx, bookingId: string): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`select ${columns} from mentoring.lobby_entry e
    where e.booking_id = ${bookingId} order by e.asked_at, e.id`.execute(db);
  return rows;
}

/** Somebody's entry; null when they never asked. */
export async function entryOf(db: DbOrTx, bookingId: string, personId: string): Promise<EntryRow | null> {
  const { rows } = await sql<EntryRow>`select ${columns} from mentoring.lobby_entry e
    where e.booking_id = ${bookingId} and e.person_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** Writes that somebody waits from `askedAt` on; one entry a person and session. */
export async function writeWaiting(
  tx: Tx,
  of: Pick<EntryRow, 'id' | 'bookingId' | 'personId' | 'askedAt'> & { at: Date },
): Promise<void> {
  await sql`insert into mentoring.lobby_entry as e (id, booking_id, person_id, state, asked_at, beat_at)
    values (${of.id}, ${of.bookingId}, ${of.personId}, 'waiting', ${of.askedAt}, ${of.at})
    on conflict (booking_id, person_id) do update set state = 'waiting', asked_at = excluded.asked_at,
      beat_at = excluded.beat_at, decided_at = null, decided_by = null, sentence = null`.execute(tx);
}

/** Somebody's page is still there. */
export async function writeBeat(db: DbOrTx, id: string, at: Date): Promise<void> {
  await sql`update mentoring.lobby_entry set beat_at = ${at}::timestamptz where id = ${id} and state = 'waiting'`.execute(
    db,
  );
}

/** Writes what was decided about an entry. */
export async function writeDecision(
  tx: Tx,
  of: {
    id: string;
    state: Exclude<EntryState, 'waiting'>;
    byId: string;
    sentence: string | null;
    /** Since when they waited; null where they did not. */
    since: Date | null;
    at: Date;
  },
): Promise<void> {
  const waitedMs = of.since === null ? 0 : of.at.getTime() - of.since.getTime();
  const waits = of.since === null || waitedMs <= 0 ? [] : [[of.since.getTime(), of.at.getTime()]];
  await sql`update mentoring.lobby_entry set state = ${of.state}, decided_at = ${of.at}::timestamptz, decided_by = ${of.byId},
      sentence = ${of.sentence}::text, waited_ms = waited_ms + ${waitedMs}::bigint, waits = waits || ${JSON.stringify(waits)}::jsonb,
      is_host = is_host and ${of.state === 'admitted'}::boolean, denials = denials + ${of.state === 'denied' ? 1 : 0}::int where id = ${of.id}`.execute(
    tx,
  );
}

/** Whom the host has let in. */
export async function admittedTo(db: DbOrTx, bookingId: string): Promise<string[]> {
  const { rows } = await sql<{ personId: string }>`select person_id as "personId" from mentoring.lobby_entry
    where booking_id = ${bookingId} and state = 'admitted' order by decided_at, person_id`.execute(db);
  return rows.map(({ personId }) => personId);
}

/** Something that a host wrote to who waits. */
export interface WordRow {
  readonly entryId: string | null;
  readonly byId: string;
  readonly text: string;
  readonly at: Date;
}

/** Writes a word to one who waits, or to all (null). */
export async function writeWord(tx: Tx, of: WordRow & { readonly bookingId: string }): Promise<void> {
  await sql`insert into mentoring.lobby_word (booking_id, entry_id, by_id, text, at)
    values (${of.bookingId}, ${of.entryId}, ${of.byId}, ${of.text}, ${of.at})`.execute(tx);
}

/** The last word of a session, for a host (no entry), or what one who waits may read of them: theirs, and those to all, since they wait. */
export async function lastWord(
  db: DbOrTx,
  bookingId: string,
  entry: Pick<EntryRow, 'id' | 'askedAt'> | null,
): Promise<WordRow | null> {
  const { rows } =
    await sql<WordRow>`select entry_id as "entryId", by_id as "byId", text, at from mentoring.lobby_word
    where booking_id = ${bookingId} and (${entry?.id ?? null}::text is null
      or ((entry_id is null or entry_id = ${entry?.id ?? null}::text) and at >= ${entry?.askedAt ?? null}::timestamptz))
    order by n desc limit 1`.execute(db);
  return rows[0] ?? null;
}
