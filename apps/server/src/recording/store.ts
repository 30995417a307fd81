import type { Chapter, RecordingReason } from '@latido/core';
import type { RecordingState } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A recording as it is stored. */
export interface RecordingRow {
  readonly id: string;
  readonly callId: string;
  readonly state: RecordingState;
  readonly reason: RecordingReason | null;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly node: string | null;
  readonly beatAt: Date | null;
  readonly deletedAt: Date | null;
  readonly deletedBy: string | null;
  /** Since when it waits for a choice, as somebody there said no; and when who asked chose to go on without them. */
  readonly heldAt: Date | null;
  readonly goesOnAt: Date | null;
}

export interface AnswerRow {
  readonly recordingId: string;
  readonly personId: string;
  readonly yes: boolean;
  readonly at: Date;
}

export interface PartRow {
  readonly recordingId: string;
  readonly n: number;
  /** When its first picture was seen; before that, when its recorder was started. */
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly bytes: number | null;
  readonly durationMs: number | null;
}

/** Something that happened while a part was made. */
export interface ChapterRow extends Chapter {
  readonly recordingId: string;
  readonly part: number;
}

const columns = sql`r.id, r.call_id as "callId", r.state, r.reason, r.asked_by as "askedBy", r.asked_at as "askedAt",
  r.started_at as "startedAt", r.ended_at as "endedAt", r.node, r.beat_at as "beatAt", r.deleted_at as "deletedAt", r.deleted_by as "deletedBy",
  r.held_at as "heldAt", r.goes_on_at as "goesOnAt"`;

/** Writes a recording that is asked for; false when one of the call is open already. */
export async function insertAsked(
  tx: Tx,
  { id, callId, askedBy, at }: { id: string; callId: string; askedBy: string; at: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into recording.recording (id, call_id, state, asked_by, asked_at)
    values (${id}, ${callId}, 'asked', ${askedBy}, ${at}) on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** Keeps what somebody says; their last word counts. */
export async function writeAnswer(db: DbOrTx, { recordingId, personId, yes, at }: AnswerRow): Promise<void> {
  await sql`insert into recording.answer (recording_id, person_id, yes, at)
    values (${recordingId}, ${personId}, ${yes}, ${at})
    on conflict (recording_id, person_id) do update set yes = excluded.yes, at = excluded.at`.execute(db);
}

/** A recording of a call; null when there is none. */
export async function recordingOf(
  db: DbOrTx,
  { callId, id }: { callId: string; id: string },
): Promise<RecordingRow | null> {
  const { rows } = await sql<RecordingRow>`select ${columns} from recording.recording r
    where r.id = ${id} and r.call_id = ${callId}`.execute(db);
  return rows[0] ?? null;
}

/** Those of a call, the newest first. */
export async function recordingsOf(db: DbOrTx, callId: string): Promise<RecordingRow[]> {
  const { rows } = await sql<RecordingRow>`select ${columns} from recording.recording r
    where r.call_id = ${callId} order by r.asked_at desc, r.id desc limit 200`.execute(db);
  return rows;
}

/** Those that are asked for or go on. */
export async function openRecordings(db: DbOrTx): Promise<RecordingRow[]> {
  const { rows } = await sql<RecordingRow>`select ${columns} from recording.recording r
    where r.state in ('asked', 'recording') order by r.asked_at`.execute(db);
  return rows;
}

/** Those with files that ended before an instant. */
export async function endedBefore(db: DbOrTx, at: Date): Promise<RecordingRow[]> {
  const { rows } = await sql<RecordingRow>`select ${columns} from recording.recording r
    where r.state in ('stopped', 'failed') and r.ended_at <= ${at} order by r.ended_at limit 100`.execute(db);
  return rows;
}

/** Those that are over, and of which a part was never written down: their node went with them. */
export async function leftUnwritten(
  db: DbOrTx,
  { silentSince }: { silentSince: Date },
): Promise<RecordingRow[]> {
  const { rows } = await sql<RecordingRow>`select ${columns} from recording.recording r
    where r.id in (select p.recording_id from recording.part p where p.ended_at is null)
      and r.state in ('stopped', 'failed') and (r.beat_at is null or r.beat_at < ${silentSince})`.execute(db);
  return rows;
}

export async function answersOf(db: DbOrTx, ids: readonly string[]): Promise<AnswerRow[]> {
  const { rows } = await sql<AnswerRow>`
    select a.recording_id as "recordingId", a.person_id as "personId", a.yes, a.at from recording.answer a
    where a.recording_id = any(${[...ids]}::text[]) order by a.at, a.person_id`.execute(db);
  return rows;
}

export async function partsOf(db: DbOrTx, ids: readonly string[]): Promise<PartRow[]> {
  const { rows } = await sql<PartRow>`
    select p.recording_id as "recordingId", p.n, p.started_at as "startedAt", p.ended_at as "endedAt", p.bytes::float8 as bytes, p.duration_ms::float8 as "durationMs"
    from recording.part p where p.recording_id = any(${[...ids]}::text[]) order by p.n`.execute(db);
  return rows;
}

/** A node begins, or goes on with, a recording; false when somebody else was quicker. */
export async function takeRecording(
  tx: Tx,
  { id, node, at, before }: { id: string; node: string; at: Date; before: RecordingRow },
): Promise<boolean> {
  const { numAffectedRows } = await sql`update recording.recording
    set state = 'recording', started_at = coalesce(started_at, ${at}::timestamptz), node = ${node}, beat_at = ${at},
      held_at = null, goes_on_at = null
    where id = ${id} and state = ${before.state} and node is not distinct from ${before.node}::text
      and beat_at is not distinct from ${before.beatAt}::timestamptz`.execute(tx);
  return numAffectedRows === 1n;
}

/** The node's recorder is alive; `null`: it is not, and anybody may go on. */
export async function beat(db: DbOrTx, of: { id: string; node: string; at: Date | null }): Promise<void> {
  await sql`update recording.recording set beat_at = ${of.at}::timestamptz
    where id = ${of.id} and node = ${of.node} and state = 'recording'`.execute(db);
}

/** Nothing is recorded until it is chosen; its node writes what there is first. False where that was so already. */
export async function holdRecording(db: DbOrTx, { id, at }: { id: string; at: Date }): Promise<boolean> {
  const { numAffectedRows } = await sql`update recording.recording
    set state = 'asked', held_at = ${at}::timestamptz, goes_on_at = null
    where id = ${id} and (state = 'recording' or (state = 'asked' and held_at is null))`.execute(db);
  return numAffectedRows === 1n;
}

/** The node that was at work on one that is held has written its file: whoever comes first goes on. */
export async function leaveRecording(db: DbOrTx, { id, node }: { id: string; node: string }): Promise<void> {
  await sql`update recording.recording set node = null, beat_at = null
    where id = ${id} and node = ${node} and state = 'asked'`.execute(db);
}

/** It goes on once who said no has left. */
export async function goOn(db: DbOrTx, { id, at }: { id: string; at: Date }): Promise<void> {
  await sql`update recording.recording set goes_on_at = ${at}::timestamptz
    where id = ${id} and state = 'asked' and held_at is not null and goes_on_at is null`.execute(db);
}

/** Ends one that is open; false when it was over. */
export async function endRecording(
  db: DbOrTx,
  {
    id,
    as,
    reason,
    at,
  }: { id: string; as: 'refused' | 'stopped' | 'failed'; reason: RecordingReason; at: Date },
): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update recording.recording set state = ${as}, reason = ${reason}, ended_at = ${at}
    where id = ${id} and state in ('asked', 'recording')`.execute(db);
  return numAffectedRows === 1n;
}

/** Marks one as deleted; who and when stay (REC-12). */
export async function markDeleted(
  db: DbOrTx,
  { id, by, at }: { id: string; by: string | null; at: Date },
): Promise<void> {
  await sql`update recording.recording set state = 'deleted', reason = case when ${by}::text is null then 'expired' else reason end,
    ended_at = coalesce(ended_at, ${at}::timestamptz), deleted_at = ${at}, deleted_by = ${by}
    where id = ${id} and state <> 'deleted'`.execute(db);
  await sql`delete from recording.chapter where recording_id = ${id}`.execute(db);
  await sql`delete from recording.part where recording_id = ${id}`.execute(db);
}

/** A new part; gives its number. */
export async function insertPart(tx: Tx, { id, at }: { id: string; at: Date }): Promise<number> {
  const { rows } = await sql<{ n: number }>`insert into recording.part (recording_id, n, started_at)
    select ${id}, coalesce(max(n), 0) + 1, ${at}::timestamptz from recording.part where recording_id = ${id} returning n`.execute(
    tx,
  );
  return rows[0]?.n ?? 1;
}

/** A part's first picture was seen. */
export async function beginPart(db: DbOrTx, of: { id: string; n: number; at: Date }): Promise<void> {
  await sql`update recording.part set started_at = ${of.at}::timestamptz
    where recording_id = ${of.id} and n = ${of.n} and ended_at is null`.execute(db);
}

/** A part is written. */
export async function endPart(
  db: DbOrTx,
  {
    id,
    n,
    at,
    bytes,
    durationMs,
  }: { id: string; n: number; at: Date; bytes: number; durationMs: number | null },
): Promise<void> {
  await sql`update recording.part set ended_at = ${at}, bytes = ${bytes}, duration_ms = ${durationMs}::bigint
    where recording_id = ${id} and n = ${n} and ended_at is null`.execute(db);
}

/** Keeps the chapters of a part; those that are kept already stay. */
export async function writeChapters(
  db: DbOrTx,
  { id, n, chapters }: { id: string; n: number; chapters: readonly Chapter[] },
): Promise<void> {
  if (chapters.length === 0) return;
  const rows = chapters.map(({ atMs, kind, personId }) => ({ atMs: Math.round(atMs), kind, personId }));
  await sql`insert into recording.chapter (recording_id, part, at_ms, kind, person_id)
    select ${id}::text, ${n}::int, r."atMs", r.kind, r."personId"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("atMs" bigint, kind text, "personId" text)
    on conflict do nothing`.execute(db);
}

/** The chapters of recordings, in their order. */
export async function chaptersFor(db: DbOrTx, ids: readonly string[]): Promise<ChapterRow[]> {
  const { rows } = await sql<ChapterRow>`
    select c.recording_id as "recordingId", c.part, c.at_ms::float8 as "atMs", c.kind, c.person_id as "personId"
    from recording.chapter c where c.recording_id = any(${[...ids]}::text[])
    order by c.part, c.at_ms, c.person_id`.execute(db);
  return rows;
}
