/** An entry that was not heard of for so long is shown as away. */
export const AWAY_AFTER_MS = 10_000;
/** … and is no longer in the lobby. */
export const GONE_AFTER_MS = 60_000;
/** Whoever is back within this keeps their place. */
export const KEEPS_PLACE_MS = 5 * 60_000;
/** So often may one be denied; then they ask no more. */
export const DENIALS_MAX = 3;

/** What was decided about somebody who asks to come in. */
export type EntryState = 'waiting' | 'admitted' | 'denied' | 'removed' | 'left';

/** Somebody in the lobby. Instants are epoch ms. */
export interface LobbyEntry {
  readonly state: EntryState;
  readonly askedAt: number;
  readonly beatAt: number;
}

/** How somebody is seen who waits: here, silent for a while, or gone (MENTOR-12). */
export function waitingAs({ beatAt }: Pick<LobbyEntry, 'beatAt'>, now: number): 'waiting' | 'away' | 'gone' {
  const silentMs = now - beatAt;
  if (silentMs >= GONE_AFTER_MS) return 'gone';
  return silentMs >= AWAY_AFTER_MS ? 'away' : 'waiting';
}

/** Whether a sign comes too late to be one: who was away for longer asks anew (MENTOR-12). */
export const isSignTooLate = ({ beatAt }: Pick<LobbyEntry, 'beatAt'>, now: number): boolean =>
  now - beatAt > KEEPS_PLACE_MS;

/** Since when somebody waits who asks now: whoever is back soon keeps their place. */
export function waitsSince(before: LobbyEntry | null, now: number): number {
  const keeps = before?.state === 'waiting' && !isSignTooLate(before, now);
  return keeps ? before.askedAt : now;
}

/** Those who wait, in the order in which they asked, with their places from 1 on; who is gone is left out. */
export function lobbyOrder<T extends LobbyEntry & { readonly id: string }>(
  entries: readonly T[],
  now: number,
): (T & { readonly position: number; readonly isAway: boolean })[] {
  return entries
    .filter((each) => each.state === 'waiting' && waitingAs(each, now) !== 'gone')
    .toSorted((a, b) => a.askedAt - b.askedAt || (a.id < b.id ? -1 : 1))
    .map((each, n) => ({ ...each, position: n + 1, isAway: waitingAs(each, now) === 'away' }));
}
