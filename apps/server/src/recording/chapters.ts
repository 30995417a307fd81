import { chaptersOf, isPersonKind, joinsOf, type Chapter } from '@latido/core';
import { sql } from 'kysely';
import { callById } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { intervalsOfCall } from '../presence/index.ts';
import type { RecordingDeps } from './ports.ts';

export interface ChapterRow extends Chapter {
  readonly recordingId: string;
  readonly part: number;
}

/** What happened while a file was made (REC-17). */
export async function chaptersDuring(
  { db, hands }: Pick<RecordingDeps, 'db' | 'hands'>,
  callId: string,
  file: { startedAt: number; endedAt: number },
): Promise<Chapter[]> {
  const call = await callById(db, callId);
  const stays = (await intervalsOfCall(db, callId)).filter(
    ({ kind, state }) => isPersonKind(kind) && state !== 'aborted',
  );
  const raised = call ? await hands(db, call.roomName) : [];
  const up = raised.map(({ personId, raisedAt }) => ({
    kind: 'hand' as const,
    personId,
    at: raisedAt.getTime(),
  }));
  return chaptersOf([...joinsOf(stays), ...up], file);
}

export async function writeChapters(
  db: DbOrTx,
  { id, n, chapters }: { id: string; n: number; chapters: readonly Chapter[] },
): Promise<void> {
  for (const { atMs, kind, personId } of chapters)
    await sql`insert into recording.chapter (recording_id, part, at_ms, kind, person_id)
      values (${id}, ${n}, ${Math.round(atMs)}, ${kind}, ${personId}) on conflict do nothing`.execute(db);
}

export async function chaptersFor(db: DbOrTx, ids: readonly string[]): Promise<ChapterRow[]> {
  const { rows } = await sql<ChapterRow>`
    select c.recording_id as "recordingId", c.part, c.at_ms::float8 as "atMs", c.kind, c.person_id as "personId"
    from recording.chapter c where c.recording_id = any(${[...ids]}::text[])
    order by c.part, c.at_ms, c.person_id`.execute(db);
  return rows;
}
