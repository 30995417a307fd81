import { refusersOf, unansweredOf } from '@latido/core';
import type { Recording } from '@latido/protocol';
import { personsById } from '../access/index.ts';
import { peopleOf } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import type { Actor } from './ports.ts';
import type { PartRow, RecordingRow } from './store.ts';
import { chaptersFor, answersOf, partsOf } from './store.ts';
import { presentIn, WRITTEN_WITHIN_MS } from './work.ts';

/** Recordings of one call, as somebody of it sees them. */
export async function shown(
  db: DbOrTx,
  rows: readonly RecordingRow[],
  { callId, reader, keepMs, now }: { callId: string; reader: Actor; keepMs: number; now: number },
): Promise<Recording[]> {
  const ids = rows.map(({ id }) => id);
  const answers = await answersOf(db, ids);
  const parts = await partsOf(db, ids);
  const chapters = await chaptersFor(db, ids);
  const present = await presentIn(db, callId);
  const role = await roleIn(db, callId, reader.personId);
  const everybody = [
    ...rows.flatMap(({ askedBy, deletedBy }) => [askedBy, ...(deletedBy === null ? [] : [deletedBy])]),
    ...[...answers, ...chapters].map(({ personId }) => personId),
    ...present.filter((id) => id !== null),
  ];
  const people = await personsById(db, [...new Set(everybody)]);
  const named = (personId: string) => ({ personId, name: people.get(personId)?.name ?? '' });
  const one = (row: RecordingRow): Recording => {
    const own = answers.filter(({ recordingId }) => recordingId === row.id);
    const given = new Map(own.map(({ personId, yes }) => [personId, yes]));
    const isOpen = row.state === 'asked' || row.state === 'recording';
    return {
      id: row.id,
      callId,
      state: row.state,
      reason: row.reason,
      askedBy: named(row.askedBy),
      askedAt: row.askedAt.toISOString(),
      startedAt: row.startedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      answers: own.map(({ personId, yes, at }) => ({ ...named(personId), yes, at: at.toISOString() })),
      heldAt: row.heldAt?.toISOString() ?? null,
      goesOnAt: row.goesOnAt?.toISOString() ?? null,
      refusedBy: isOpen ? refusersOf(present, given).map(named) : [],
      mayChoose: isOpen && mayChoose(row, role, reader),
      waitingFor: isOpen ? unansweredOf(present, given).map(named) : [],
      parts: parts
        .filter(({ recordingId, bytes }) => recordingId === row.id && (bytes ?? 0) > 0)
        .map(({ n, startedAt, bytes, durationMs }) => ({
          n,
          startedAt: startedAt.toISOString(),
          bytes: bytes ?? 0,
          durationMs,
        })),
      isWriting: isWriting(row, { parts, now }),
      chapters: chapters
        .filter(({ recordingId }) => recordingId === row.id)
        .map(({ part, atMs, kind, personId }) => ({ ...named(personId), part, atMs, kind })),
      keptUntil: keptUntil(row, {
        keepMs,
        has: parts.some(({ recordingId, bytes }) => recordingId === row.id && (bytes ?? 0) > 0),
      }),
      deletedAt: row.deletedAt?.toISOString() ?? null,
      deletedBy: row.deletedBy === null ? null : named(row.deletedBy),
      mayDelete: row.state !== 'deleted' && mayDelete(row, role, reader),
    };
  };
  return rows.map(one);
}

/** Whether the end of a file is written yet; what takes longer than this is left to whoever finds the file. */
function isWriting(
  { id, state, endedAt }: RecordingRow,
  { parts, now }: { parts: readonly PartRow[]; now: number },
): boolean {
  const isOver = (state === 'stopped' || state === 'failed') && endedAt !== null;
  const isLeft = parts.some((part) => part.recordingId === id && part.endedAt === null);
  return isOver && isLeft && now - endedAt.getTime() < WRITTEN_WITHIN_MS;
}

/** Until when there is something to play (REC-8); what is deleted or never was is not kept. */
function keptUntil(
  { state, endedAt }: Pick<RecordingRow, 'state' | 'endedAt'>,
  { keepMs, has }: { keepMs: number; has: boolean },
): string | null {
  const isKept = has && (state === 'stopped' || state === 'failed');
  return isKept && endedAt ? new Date(endedAt.getTime() + keepMs).toISOString() : null;
}

/** What somebody is in a call; null for who is not of it. */
export async function roleIn(db: DbOrTx, callId: string, personId: string): Promise<string | null> {
  return (await peopleOf(db, callId)).find((each) => each.personId === personId)?.role ?? null;
}

/** Who asked for it, or the host, says what follows a no (REC-16). */
export function mayChoose(
  { askedBy }: Pick<RecordingRow, 'askedBy'>,
  role: string | null,
  { personId }: Actor,
): boolean {
  return askedBy === personId || role === 'host';
}

/** Who asked for it, the host, or an admin (REC-8). */
export function mayDelete(
  { askedBy }: Pick<RecordingRow, 'askedBy'>,
  role: string | null,
  { personId, roles }: Actor,
): boolean {
  return askedBy === personId || role === 'host' || roles.includes('admin');
}
