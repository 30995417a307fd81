/** How long a question stands. People answer within seconds; who has not by then is not at the screen. */
export const RECORDING_ASKED_MS = 120_000;
/** Parts of one recording, at most: what breaks so often will break again. */
export const RECORDING_PARTS_MAX = 5;

/** Why a recording is over, or never was. */
export type RecordingReason =
  | 'said_no'
  | 'not_answered'
  | 'call_ended'
  | 'by_hand'
  | 'disk_full'
  | 'engine_failed'
  | 'expired';

/** What is known of a recording that is asked for or goes on. Instants are epoch ms. */
export interface RecordingSeen {
  readonly state: 'asked' | 'recording';
  readonly askedAt: number;
  readonly now: number;
  /** By person; who asked has said yes. */
  readonly answers: ReadonlyMap<string, boolean>;
  /** Everybody who is in the room now; null: somebody whom nobody can ask. */
  readonly present: readonly (string | null)[];
  readonly callIsOver: boolean;
}

/** What follows. */
export type RecordingStep =
  | { readonly do: 'wait' }
  /** These people may be recorded, nobody else. */
  | { readonly do: 'record'; readonly whom: readonly string[] }
  | { readonly do: 'end'; readonly as: 'refused' | 'stopped'; readonly reason: RecordingReason };

/** What follows for a recording from what is known of it (REC-1, 2, 3, 5). */
export function decideRecording(seen: RecordingSeen): RecordingStep {
  const { state, answers, present } = seen;
  const as = state === 'asked' ? 'refused' : 'stopped';
  if ([...answers.values()].includes(false)) return { do: 'end', as, reason: 'said_no' };
  if (seen.callIsOver) return { do: 'end', as, reason: 'call_ended' };
  const whom = [...answers.keys()].toSorted();
  if (state === 'recording') return { do: 'record', whom };
  const all = present.length > 0 && present.every((person) => person !== null && answers.has(person));
  if (all) return { do: 'record', whom };
  const isLate = seen.now - seen.askedAt >= RECORDING_ASKED_MS;
  return isLate ? { do: 'end', as, reason: 'not_answered' } : { do: 'wait' };
}

/** Those present who have not answered yet (REC-3). */
export function unansweredOf(
  present: readonly (string | null)[],
  answers: ReadonlyMap<string, boolean>,
): string[] {
  return [...new Set(present)].filter((person): person is string => person !== null && !answers.has(person));
}

/** Whether somebody may ask to record: by their role in the call, null for who is not of it (REC-4). */
export function mayAskToRecord(role: string | null, isSession: boolean): boolean {
  return role !== null && (!isSession || role === 'host' || role === 'earner');
}

/** What follows when a part has ended by itself (REC-6); null: another part. */
export function afterBrokenPart(of: { readonly parts: number; readonly diskIsFull: boolean }): {
  readonly as: 'stopped' | 'failed';
  readonly reason: RecordingReason;
} | null {
  if (of.diskIsFull) return { as: 'stopped', reason: 'disk_full' };
  return of.parts < RECORDING_PARTS_MAX ? null : { as: 'failed', reason: 'engine_failed' };
}

/** Whether a recording is older than it is kept (REC-8). */
export function isRecordingExpired(of: {
  readonly endedAt: number;
  readonly now: number;
  readonly keepMs: number;
}): boolean {
  return of.now - of.endedAt >= of.keepMs;
}
