import { isByMediaServer, whyGone } from '../presence/index.ts';
import type { CallInterval } from './coverage.ts';
import { reasonOfLeave } from './ends.ts';

/** Where a person of a call is, and why they are not there where that is known. */
export interface Whereabouts {
  readonly state: 'absent' | 'present' | 'suspected' | 'unreachable' | 'left';
  readonly away: 'closed_page' | 'lost_connection' | 'media_server' | null;
}

/** Of several devices the one that is best reached counts, of equals the newest. */
const BEST_FIRST = ['present', 'suspected', 'unreachable', 'left'] as const;

/** Reads it from the intervals of one person in a call (CALL-21). */
export function whereaboutsOf(own: readonly CallInterval[]): Whereabouts {
  const state = BEST_FIRST.find((each) => own.some((interval) => interval.state === each));
  if (state === undefined) return { state: 'absent', away: null };
  const newest = own
    .filter((interval) => interval.state === state)
    .toSorted((a, b) => b.joinedAt - a.joinedAt)[0];
  return { state, away: newest === undefined ? null : whyAway(newest) };
}

/** Whom we merely ask after has no reason yet, unless their page went; who hung up or was sent away is told by that. */
function whyAway(interval: CallInterval): Whereabouts['away'] {
  const { state } = interval;
  const leftReason = whyGone(interval);
  if (leftReason === 'page_left') return 'closed_page';
  if (state !== 'unreachable' && state !== 'left') return null;
  if (isByMediaServer(interval)) return 'media_server';
  return reasonOfLeave(leftReason) === 'lost_connection' ? 'lost_connection' : null;
}
