/** Bytes of one update, at most: a paste of a book's chapter fits, a film does not. */
export const NOTES_UPDATE_BYTES_MAX = 1024 * 1024;
/** Bytes of a page, at most: what each who opens it has to load. */
export const NOTES_PAGE_BYTES_MAX = 8 * 1024 * 1024;
/** How long a change waits for a version that holds it. */
export const NOTES_VERSION_AFTER_MS = 120_000;
/** Frames a second that a browser may send for long: ten keystrokes, each an update and a cursor, are twenty. */
const FRAMES_PER_SECOND = 100;
/** Frames at once: who was offline sends what came together. */
const FRAMES_AT_ONCE = 300;

/** What somebody is in a session. */
export type NotesRole = 'mentor' | 'mentee' | 'staff';

/** Whether somebody may write on the page (NOTES-1). */
export function mayWriteNotes(role: NotesRole, { menteesWrite }: { menteesWrite: boolean }): boolean {
  return role === 'mentor' || (role === 'mentee' && menteesWrite);
}

/** Whether a page needs a version now (NOTES-2). `changedSince` is the first change that none holds (epoch ms). */
export function isVersionDue(
  { changedSince, isOver }: { changedSince: number | null; isOver: boolean },
  now: number,
): boolean {
  return changedSince !== null && (isOver || now - changedSince >= NOTES_VERSION_AFTER_MS);
}

/** What is wrong with adding so many bytes to a page of so many; null when nothing is (NOTES-3). */
export function faultOfUpdate(updateBytes: number, pageBytes: number): 'too_large' | 'full' | null {
  if (updateBytes > NOTES_UPDATE_BYTES_MAX) return 'too_large';
  return pageBytes + updateBytes > NOTES_PAGE_BYTES_MAX ? 'full' : null;
}

/** What a browser has left to send, and as of when (ms of any clock that only goes forward). */
export interface NotesPace {
  readonly left: number;
  readonly at: number;
}

/** Counts a frame; null when it is one too many (NOTES-3). */
export function countFrame(before: NotesPace | null, now: number): NotesPace | null {
  const { left, at } = before ?? { left: FRAMES_AT_ONCE, at: now };
  const filled = Math.min(FRAMES_AT_ONCE, left + ((now - at) * FRAMES_PER_SECOND) / 1_000);
  return filled < 1 ? null : { left: filled - 1, at: now };
}
