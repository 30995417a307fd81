import { DENIALS_MAX, type EntryState } from './lobby.ts';

/** Somebody who was let into a session. */
export interface LetIn {
  readonly personId: string;
  readonly state: EntryState;
  readonly isHost: boolean;
}

/**
 * Who is a host: the mentor, whoever else is one and however often they left, and whom the mentor made one, as long as they are let in
 * (MENTOR-24).
 */
export function hostsOf(mentorId: string, entries: readonly LetIn[]): string[] {
  const made = entries.filter(({ state, isHost }) => state === 'admitted' && isHost);
  return [mentorId, ...made.map(({ personId }) => personId)];
}

/** Why somebody may not ask to come in; null if they may. Whoever is within comes back also where it is locked (MENTOR-25). */
export function faultOfAsking(
  { isLocked }: { readonly isLocked: boolean },
  before: { readonly state: EntryState; readonly denials: number } | null,
): 'refused' | 'locked' | null {
  if (before?.state === 'admitted') return null;
  if (before?.state === 'removed' || (before?.denials ?? 0) >= DENIALS_MAX) return 'refused';
  // Who waits already keeps their place: the lock is for those who come.
  return isLocked && before?.state !== 'waiting' ? 'locked' : null;
}

/** A raised hand. `n` grows with each one that is raised. */
export interface RaisedHand {
  readonly n: bigint;
  readonly personId: string;
}

/** Hands in the order of raising, with their places from 1 on, of those who are within (MENTOR-27). */
export function handsInOrder<T extends RaisedHand>(
  hands: readonly T[],
  within: ReadonlySet<string>,
): (T & { readonly position: number })[] {
  return hands
    .filter(({ personId }) => within.has(personId))
    .toSorted((a, b) => (a.n < b.n ? -1 : 1))
    .map((hand, at) => ({ ...hand, position: at + 1 }));
}

/** Whether a command to one person, or to everybody (null), is for somebody: never for whoever gives it to everybody (MENTOR-26). */
export function isCommanded(
  who: string | null,
  { byId, personId }: { readonly byId: string; readonly personId: string | null },
): boolean {
  return who !== null && (personId === null ? who !== byId : who === personId);
}

/** So long a hand stays up whose owner has left: a page that is loaded anew is back by then. */
const HAND_KEPT_MS = 20_000;

/**
 * Whether nobody is behind a raised hand any more (MENTOR-27). `leftAts` are its owner's connections: when each ended, null while it goes
 * on. Who was never there may come yet.
 */
export function isHandLeft(leftAts: readonly (number | null)[], now: number): boolean {
  return leftAts.length > 0 && leftAts.every((leftAt) => leftAt !== null && now - leftAt >= HAND_KEPT_MS);
}
