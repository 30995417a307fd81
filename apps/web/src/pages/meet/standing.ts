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

/** A call that was left on this page. */
export interface Left {
  readonly roomName: string;
  /** When, by the page's clock. */
  readonly at: number;
}

/** One answer may have been on its way as the call was left, and one may have come before the end was written down. */
const ANSWERS_DOUBTED = 2;

/** Whether a call that was left on this page goes on all the same: the answers since (`heard`, when each came) still say so. */
export function isLeftOpen(
  { state, roomName }: Pick<MatchingState, 'state' | 'roomName'>,
  { left, heard }: { left: Left | null; heard: readonly number[] },
): boolean {
  if (left === null || state !== 'in_call' || roomName !== left.roomName) return false;
  return heard.filter((at) => at > left.at).length > ANSWERS_DOUBTED;
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

/**
 * Whether what was missing has come since: `had` could be spent as it was told first, `has` now. The server says what was missing
 * beside the coins that were there, and of coins that came it says nothing until somebody asks to be let in.
 */
export function isCovered(of: {
  missing: number | undefined;
  had: number | undefined;
  has: number | undefined;
}): boolean {
  const { missing, had, has } = of;
  return missing !== undefined && had !== undefined && has !== undefined && has - had >= missing;
}

/** Whether the server refused for want of coins. */
export const isShort = (refusal: unknown): boolean =>
  refusal instanceof LatidoError && refusal.code === 'balance.insufficient';
