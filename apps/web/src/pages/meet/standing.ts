import { LatidoError } from '@latido/client';
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

/** Whether the place in line is of the other side: who both pays and earns looks for somebody, or is on air, on the other page. */
export function isOtherSide(
  { state, side }: Pick<MatchingState, 'state' | 'side'>,
  own: 'payer' | 'earner',
): boolean {
  return state === 'waiting' && side !== undefined && side !== own;
}

/** Whether coins are what somebody lacks to go on: by where they stand, by the server's refusal, or as their last call has ended. */
export function isShortOfCoins(of: {
  standing: Pick<MatchingState, 'state' | 'reason'>;
  refusal: unknown;
  lastReason: string | null;
}): boolean {
  if (of.standing.state !== 'off') return isShort(of.refusal);
  return of.standing.reason === 'no_coins' || isShort(of.refusal) || of.lastReason === 'out_of_balance';
}

/** Whether the server refused for want of coins. */
export const isShort = (refusal: unknown): boolean =>
  refusal instanceof LatidoError && refusal.code === 'balance.insufficient';
