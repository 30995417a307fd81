/** How long a question stands. People answer within seconds; who has not by then is not at the screen. */
export const RECORDING_ASKED_MS = 120_000;
/** How long whoever asked has to see that who said no leaves, once they chose to go on without them. */
export const RECORDING_LEAVE_MS = 600_000;
/** Who says no ends it, except where so many others are left, who may go on without them. */
const OTHERS_MIN = 2;
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
  /** Whether something of it was recorded. */
  readonly isBegun: boolean;
  /** Since when it waits for who asked to choose, as somebody there said no; null: it does not. */
  readonly heldAt: number | null;
  /** When they chose to go on without who said no. */
  readonly goesOnAt: number | null;
}

/** What follows. */
export type RecordingStep =
  | { readonly do: 'wait' }
  /** Somebody there said no: nothing is recorded, and who asked chooses. */
  | { readonly do: 'hold' }
  /** These people may be recorded, nobody else. */
  | { readonly do: 'record'; readonly whom: readonly string[] }
  | { readonly do: 'end'; readonly as: 'refused' | 'stopped'; readonly reason: RecordingReason };

/** What follows for a recording from what is known of it (REC-1, 2, 3, 5, 16). */
export function decideRecording(seen: RecordingSeen): RecordingStep {
  const { state, answers, present, heldAt } = seen;
  const as = seen.isBegun ? 'stopped' : 'refused';
  if (seen.callIsOver) return { do: 'end', as, reason: 'call_ended' };
  const saysNo = (person: string | null): boolean => person !== null && answers.get(person) === false;
  if (present.some(saysNo)) {
    const others = new Set(present.filter((person) => !saysNo(person)));
    if (others.size < OTHERS_MIN) return { do: 'end', as, reason: 'said_no' };
    if (state === 'recording' || heldAt === null) return { do: 'hold' };
  }
  const whom = [...answers].flatMap(([person, yes]) => (yes ? [person] : [])).toSorted();
  if (state === 'recording') return { do: 'record', whom };
  const mayGoOn = heldAt === null || seen.goesOnAt !== null || ![...answers.values()].includes(false);
  const all =
    present.length > 0 && present.every((person) => person !== null && answers.get(person) === true);
  if (all && mayGoOn) return { do: 'record', whom };
  if (seen.now < waitsUntil(seen)) return { do: 'wait' };
  return { do: 'end', as, reason: heldAt === null ? 'not_answered' : 'said_no' };
}

function waitsUntil({ askedAt, heldAt, goesOnAt }: RecordingSeen): number {
  if (goesOnAt !== null) return goesOnAt + RECORDING_LEAVE_MS;
  return Math.max(askedAt, heldAt ?? askedAt) + RECORDING_ASKED_MS;
}

/** Those present who have said no: while they are there nothing is recorded (REC-16). */
export function refusersOf(
  present: readonly (string | null)[],
  answers: ReadonlyMap<string, boolean>,
): string[] {
  return [...new Set(present)].filter(
    (person): person is string => person !== null && answers.get(person) === false,
  );
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
