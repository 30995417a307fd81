import type { MatchingState } from '@latido/protocol';
import { MATCH_ROOM } from '@latido/protocol';

/** Where somebody stands, and how far the server's clock is ahead of ours. */
export type Standing = MatchingState & { readonly clockOffsetMs: number };

/** A state as it has just come. */
export const asStanding = (state: MatchingState): Standing => ({
  ...state,
  clockOffsetMs: Date.parse(state.serverAt) - Date.now(),
});

/** A state that comes late never replaces a newer one. */
export function newerOf(before: Standing | undefined, next: Standing): Standing {
  return before && before.serverAt > next.serverAt ? before : next;
}

/** Whether another page holds the place, or is in the call. */
export function isElsewhere(
  { state, page: holder }: Pick<MatchingState, 'state' | 'page'>,
  own: string,
): boolean {
  return state !== 'off' && holder != null && holder !== own;
}

/** Whether a call goes on that matching did not make. */
export function isOtherCall({ state, roomName }: Pick<MatchingState, 'state' | 'roomName'>): boolean {
  return state === 'in_call' && !(roomName ?? '').startsWith(MATCH_ROOM);
}
