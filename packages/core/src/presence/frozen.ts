import type { Tick } from './judge.ts';
import {
  FROZEN_AFTER_MS,
  OWN_STACK_QUIET_MS,
  START_GRACE_MS,
  STOPPED_SUM_MS,
  suspectedAfterMs,
  TICK_LATE_MS,
} from './limits.ts';
import { countedFrom, unpaidMs } from './unheard.ts';
import type { Verdict, Watch } from './watch.ts';

/**
 * Judges whether the media of those whom we hear arrives (PRES-F12), by the partner's eyes and their own stack. `frozen`: it
 * does not, which is told and moves no money. `media_stopped`: their own stack agrees, so that it is unpaid from the last
 * media on. `media_back`: it arrives again, or there is nothing any more that should. `shut_out`: it was unpaid for so long that
 * whoever says so is not to hear on by it (PRES-F25).
 */
export function judgeMedia(watches: readonly Watch[], tick: Tick): Verdict[] {
  const { now, lateMs, startedAt, outage } = tick;
  if (lateMs > TICK_LATE_MS || now < startedAt + START_GRACE_MS) return [];
  // With LiveKit away nothing arrives from anybody, and it is told as that.
  if (outage !== null && outage.toAt === null) return [];
  const found: Verdict[] = [];
  for (const watch of watches) {
    const verdict = watch.beating ? judgeOne(watch, tick) : null;
    if (verdict !== null) found.push(verdict);
  }
  return found;
}

/**
 * Until when there is nothing to ask of somebody's media, should none come any more: for ever while none ever did, -Infinity where
 * there is something already.
 */
export function arrivesUntil({ frozen, sight: { seenAt } }: Watch): number {
  if (frozen !== null) return -Infinity;
  return seenAt === null ? Infinity : seenAt + FROZEN_AFTER_MS;
}

function judgeOne(watch: Watch, tick: Tick): Verdict | null {
  const { now } = tick;
  const { frozen, sight, ownQuietFrom, beatEveryMs } = watch;
  const { seenAt, expected } = sight;
  if (frozen === null) {
    const quietFrom = isFrozen(watch, now);
    return quietFrom === null ? null : verdict(watch, 'frozen', quietFrom);
  }
  if ((seenAt ?? -Infinity) > frozen.fromAt || (!expected && ownQuietFrom === null))
    return verdict(watch, 'media_back', seenAt !== null && seenAt > frozen.fromAt ? seenAt : now);
  if (frozen.paused) return shutOut(watch, frozen.fromAt, tick);
  const agrees = ownQuietFrom !== null && now - ownQuietFrom >= OWN_STACK_QUIET_MS;
  // What came in a beat's time is certain for its beginning.
  return agrees ? verdict(watch, 'media_stopped', frozen.fromAt - beatEveryMs) : null;
}

/** Whoever has heard others for long while nothing of theirs was sold, as LiveKit had them: once for each time that it stands. */
function shutOut(watch: Watch, fromAt: number, tick: Tick): Verdict | null {
  const { now } = tick;
  const { callId, listedAt, shutOutAt, lastProofAt } = watch;
  if (callId === null || (shutOutAt ?? -Infinity) >= fromAt || (listedAt ?? -Infinity) < fromAt) return null;
  const lasting = { lasting: [fromAt, now], now, fromAt: countedFrom('stopped', tick) } as const;
  if (unpaidMs(watch, 'stopped', lasting) < STOPPED_SUM_MS) return null;
  return { ...verdict(watch, 'shut_out', lastProofAt), reason: 'media_without_meter' };
}

/** Since when nothing of theirs has come, if that is long enough; null while it is not, or cannot be said. */
function isFrozen({ sight, lastBeatAt, socketClosedAt, beatEveryMs }: Watch, now: number): number | null {
  const { seenAt, reportedAt, expected, expectedFrom } = sight;
  const isHeard = socketClosedAt === null && now - (lastBeatAt ?? -Infinity) < suspectedAfterMs(beatEveryMs);
  const isWatched = expected && now - (reportedAt ?? -Infinity) < suspectedAfterMs(beatEveryMs);
  // What never came was never frozen: it may be on its way.
  if (!isHeard || !isWatched || seenAt === null || expectedFrom == null) return null;
  const quietFrom = Math.max(seenAt, expectedFrom);
  return now - quietFrom >= FROZEN_AFTER_MS ? seenAt : null;
}

function verdict(watch: Watch, type: Verdict['type'], effectiveAt: number): Verdict {
  const { participantSid, sight, ownQuietFrom, lastBeatAt } = watch;
  const evidence = { seenAt: sight.seenAt, reportedAt: sight.reportedAt, ownQuietFrom, lastBeatAt };
  return { participantSid, type, effectiveAt, reason: 'media', evidence };
}
