import { DISTRUST_WITHIN_MS } from './limits.ts';
import type { Watch } from './watch.ts';

/**
 * Until when media of somebody came for certain through a LiveKit that has gone since: as the partner's eyes saw it, where
 * they were open and had something to see; else as long as they themselves and that LiveKit answered (PRES-R21).
 */
export function lastMediaAt(watch: Watch, aliveAt: number): number {
  const { sight, beatEveryMs, lastProofAt, listedAt, beating } = watch;
  const provedAt = Math.min(beating ? lastProofAt : Math.max(lastProofAt, listedAt ?? 0), aliveAt);
  const { seenAt, reportedAt, expected } = sight;
  const isWatched = expected && (reportedAt ?? -Infinity) >= provedAt - DISTRUST_WITHIN_MS;
  // What came in a beat's time is certain for its beginning.
  return isWatched && seenAt !== null ? Math.min(provedAt, seenAt - beatEveryMs) : provedAt;
}
