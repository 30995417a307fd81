import { chaptersOf, isPersonKind, joinsOf, type Chapter } from '@latido/core';
import { callById } from '../calls/index.ts';
import { intervalsOfCall } from '../presence/index.ts';
import type { RecordingDeps } from './ports.ts';

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
