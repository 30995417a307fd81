import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A page, without what is written on it. */
export interface PageRow {
  readonly bookingId: string;
  readonly seq: number;
  readonly snapshotSeq: number;
  readonly bytes: number;
  readonly menteesWrite: boolean;
  readonly changedAt: Date | null;
  readonly changedSince: Date | null;
}

/** A version, without what was written. */
export interface VersionRow {
  readonly n: number;
  readonly at: Date;
  readonly kind: 'auto' | 'end' | 'named' | 'restored';
  readonly name: string | null;
  readonly byId: string | null;
}

const pageColumns = sql`p.booking_id as "bookingId", p.seq::float8 as seq, p.snapshot_seq::float8 as "snapshotSeq", p.bytes::float8 as bytes,
  p.mentees_write as "menteesWrite", p.changed_at as "changedAt", p.changed_since as "changedSince"`;
const versionColumns = sql`v.n, v.at, v.kind, v.name, v.by_id as "byId"`;

/** A page; null for one on which nobody has written, nor set anything. */
export async function pageOf(db: DbOrTx, bookingId: string): Promise<PageRow | null> {
  const { rows } =
    await sql<PageRow>`select ${pageColumns} from notes.page p where p.booking_id = ${bookingId}`.execute(db);
  return rows[0] ?? null;
}

/** Locks a page, made where there was none. */
export async function lockPage(tx: Tx, bookingId: string): Promise<PageRow> {
  await sql`insert into notes.page (booking_id) values (${bookingId}) on conflict do nothing`.execute(tx);
  const { rows } = await sql<PageRow>`
    select ${pageColumns} from notes.page p where p.booking_id = ${bookingId} for update`.execute(tx);
  const [row] = rows;
  if (!row) throw new Error('the page was not made');
  return row;
}

/** Adds an update to a page that is locked; gives its number. */
export async function addUpdate(
  tx: Tx,
  { bookingId, seq, bytes, changedSince }: PageRow,
  { body, at }: { body: Uint8Array; at: Date },
): Promise<number> {
  const next = seq + 1;
  await sql`insert into notes.update (booking_id, seq, body) values (${bookingId}, ${next}, ${Buffer.from(body)})`.execute(
    tx,
  );
  await sql`update notes.page set seq = ${next}, bytes = ${bytes + body.byteLength}, changed_at = ${at}::timestamptz,
      changed_since = ${changedSince ?? at}::timestamptz where booking_id = ${bookingId}`.execute(tx);
  return next;
}

/** What was written after an update, in its order: the snapshot first, where it is newer than that. One statement, so that both fit. */
export async function writtenAfter(
  db: DbOrTx,
  { bookingId, after }: { bookingId: string; after: number },
): Promise<{ seq: number; body: Uint8Array }[]> {
  const { rows } = await sql<{ seq: number; body: Uint8Array }>`
    select p.snapshot_seq::float8 as seq, p.snapshot as body from notes.page p
     where p.booking_id = ${bookingId} and p.snapshot_seq > ${after} and p.snapshot is not null
    union all
    select u.seq::float8, u.body from notes.update u where u.booking_id = ${bookingId} and u.seq > ${after}
    order by 1`.execute(db);
  return rows;
}

/** Puts one body in the place of all updates up to this number. The page is locked. */
export async function writeSnapshot(
  tx: Tx,
  { bookingId, seq, body }: { bookingId: string; seq: number; body: Uint8Array },
): Promise<void> {
  await sql`update notes.page set snapshot = ${Buffer.from(body)}, snapshot_seq = ${seq}, bytes = ${body.byteLength}
    where booking_id = ${bookingId}`.execute(tx);
  await sql`delete from notes.update where booking_id = ${bookingId} and seq <= ${seq}`.execute(tx);
}

/** Pages of which more than so many updates are not put together. */
export async function longPages(db: DbOrTx, moreThan: number): Promise<string[]> {
  const { rows } = await sql<{ bookingId: string }>`select p.booking_id as "bookingId" from notes.page p
    where p.seq - p.snapshot_seq > ${moreThan} limit 100`.execute(db);
  return rows.map(({ bookingId }) => bookingId);
}

/** Pages with changes that no version holds. */
export async function changedPages(db: DbOrTx): Promise<{ bookingId: string; changedSince: Date | null }[]> {
  const { rows } = await sql<{ bookingId: string; changedSince: Date | null }>`
    select p.booking_id as "bookingId", p.changed_since as "changedSince" from notes.page p
    where p.changed_since is not null order by p.changed_since limit 500`.execute(db);
  return rows;
}

/** The last numbers of some pages. */
export async function seqsOf(db: DbOrTx, bookingIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ bookingId: string; seq: number }>`
    select p.booking_id as "bookingId", p.seq::float8 as seq from notes.page p
    where p.booking_id = any(${[...bookingIds]}::text[])`.execute(db);
  return new Map(rows.map(({ bookingId, seq }) => [bookingId, seq]));
}

/** Says who may write. The page is locked. */
export async function setMenteesWrite(tx: Tx, bookingId: string, menteesWrite: boolean): Promise<void> {
  await sql`update notes.page set mentees_write = ${menteesWrite} where booking_id = ${bookingId}`.execute(
    tx,
  );
}

/** Keeps a version under the next number, which holds all changes until now. The page is locked. */
export async function insertVersion(
  tx: Tx,
  { bookingId, body, ...of }: Omit<VersionRow, 'n'> & { bookingId: string; body: Uint8Array },
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    update notes.page set last_version = last_version + 1, changed_since = null where booking_id = ${bookingId}
    returning last_version as n`.execute(tx);
  const n = rows[0]?.n ?? 0;
  await sql`insert into notes.version (booking_id, n, at, kind, name, by_id, body)
    values (${bookingId}, ${n}, ${of.at}::timestamptz, ${of.kind}, ${of.name}, ${of.byId}, ${Buffer.from(body)})`.execute(
    tx,
  );
  return n;
}

/** Drops the oldest versions that nobody named, beyond so many. */
export async function dropOldVersions(tx: Tx, bookingId: string, keep: number): Promise<void> {
  await sql`delete from notes.version where booking_id = ${bookingId} and n in (
    select v.n from notes.version v where v.booking_id = ${bookingId} and v.kind = 'auto' order by v.n desc offset ${keep})`.execute(
    tx,
  );
}

/** A page's versions, the newest first. */
export async function versionsOf(db: DbOrTx, bookingId: string): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`select ${versionColumns} from notes.version v
    where v.booking_id = ${bookingId} order by v.n desc`.execute(db);
  return rows;
}

/** A version with what was written; null when there is none under this number. */
export async function versionOf(
  db: DbOrTx,
  { bookingId, n }: { bookingId: string; n: number },
): Promise<(VersionRow & { body: Uint8Array }) | null> {
  const { rows } = await sql<VersionRow & { body: Uint8Array }>`select ${versionColumns}, v.body
    from notes.version v where v.booking_id = ${bookingId} and v.n = ${n}`.execute(db);
  return rows[0] ?? null;
}
