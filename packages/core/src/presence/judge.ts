import {
  ABSENT_TWICE_MS,
  BACK_AFTER_OUTAGE_MS,
  BLIND_CLOSED_AFTER_MS,
  BLIND_UNREACHABLE_AFTER_MS,
  CLOSED_IS_DEAD_AFTER_MS,
  DISTRUST_COUNT,
  DISTRUST_SHARE,
  DISTRUST_WITHIN_MS,
  LEFT_AFTER_MS,
  MEDIA_QUIET_AFTER_MS,
  NEVER_LISTED_FOR_MS,
  NEVER_LONGER_THAN_MS,
  OUTAGE_SEEN_WITHIN_MS,
  PAGE_LEFT_LEFT_AFTER_MS,
  PAGE_LEFT_UNREACHABLE_AFTER_MS,
  SAID_FOLLOWS_MS,
  SHUT_OUT_AFTER_MS,
  SHUT_OUT_SUM_MS,
  START_GRACE_MS,
  suspectedAfterMs,
  TICK_LATE_MS,
  unreachableAfterMs,
} from './limits.ts';
import { countedFrom, unheardUntil, unpaidMs } from './unheard.ts';
import { MEDIA_SERVER, pageLeftOf } from './watch.ts';
import type { Outage, Verdict, Watch } from './watch.ts';

/** The circumstances of one tick of the detector. */
export interface Tick {
  readonly now: number;
  /** How much later than planned it comes. */
  readonly lateMs: number;
  /** When this server began to listen. */
  readonly startedAt: number;
  /** Last beat or answered poll of anybody: proof that we ourselves can hear. */
  readonly heardAt: number | null;
  /** The last outage of LiveKit that we know of. */
  readonly outage: Outage | null;
}

/**
 * Judges everybody once. At most one verdict a sid and tick: whoever must go from present to left does so in
 * steps, so that each is told. Pure: the caller applies the verdicts and appends them as facts.
 */
export function judge(watches: readonly Watch[], tick: Tick): Verdict[] {
  if (tick.lateMs > TICK_LATE_MS) return [];
  if (tick.now < tick.startedAt + START_GRACE_MS) return watches.flatMap((watch) => resumed(watch) ?? []);
  const found: [watch: Watch, verdict: Verdict][] = [];
  for (const watch of watches) {
    if (isSteady(watch, tick.now)) continue;
    const verdict = shutOut(watch, tick) ?? resumed(watch) ?? judgeOne(watch, tick);
    if (verdict !== null) found.push([watch, verdict]);
  }
  if (found.length === 0 || !distrust(watches, tick)) return found.map(([, verdict]) => verdict);
  return found.flatMap(([watch, verdict]) => {
    const final = watch.beating && quietMs(watch, tick) >= NEVER_LONGER_THAN_MS;
    return !final && verdict.type !== 'suspected' && verdict.type !== 'resumed' ? [] : [verdict];
  });
}

/**
 * Whether there is nothing to ask of somebody: present, and their beats come in time and say so. Most are, at most ticks, and
 * ten times a second everybody is judged.
 */
function isSteady(watch: Watch, now: number): boolean {
  return now < steadyUntil(watch);
}

/** Until when there is nothing to ask of somebody, should no beat come any more; -Infinity where there is something already. */
export function steadyUntil(watch: Watch): number {
  const { state, lastBeatAt, pageLeftAt, socketClosedAt, roomLostAt, goneAt, absent, beatEveryMs } = watch;
  const isPlain = pageLeftAt === null && socketClosedAt === null && roomLostAt === null && goneAt === null;
  if (!isPlain || absent !== null || state !== 'present' || lastBeatAt === null) return -Infinity;
  return watch.beating ? lastBeatAt + suspectedAfterMs(beatEveryMs) : -Infinity;
}

/** Many at once within a short while are our own trouble, until one beat or poll shows that we hear (PRES-F6). */
export function distrust(watches: readonly Watch[], tick: Tick): boolean {
  const beating = watches.filter((watch) => watch.beating);
  const fresh = beating.flatMap(({ suspectedAt }) =>
    suspectedAt !== null && tick.now - suspectedAt <= NEVER_LONGER_THAN_MS ? [suspectedAt] : [],
  );
  const newest = Math.max(...fresh);
  const together = fresh.filter((at) => newest - at <= DISTRUST_WITHIN_MS);
  const many = together.length >= DISTRUST_COUNT && together.length >= DISTRUST_SHARE * beating.length;
  return many && (tick.heardAt ?? -Infinity) <= newest;
}

/** A newer proof than the doubt clears it, whatever the doubt was (PRES-F8). */
function resumed(watch: Watch): Verdict | null {
  const { state, lastProofAt, suspectedAt } = watch;
  if (state === 'present' || suspectedAt === null || lastProofAt <= suspectedAt) return null;
  return verdict(watch, { type: 'resumed', reason: 'proof' });
}

/** Since when nothing was proved, as far as we could hear: before our own start we could not (PRES-F7). */
function quietMs({ lastProofAt }: Watch, { now, startedAt }: Tick): number {
  return now - Math.max(lastProofAt, startedAt);
}

function judgeOne(watch: Watch, tick: Tick): Verdict | null {
  const { now } = tick;
  if (!watch.beating) return judgePlain(watch);
  if (quietMs(watch, tick) < followedForMs(watch)) return null;
  const witness = witnesses(watch, tick);
  const byOutage = isByOutage(watch, tick);
  const gone = whyLeft(watch, witness, tick);
  if (gone !== null)
    return watch.state === 'unreachable'
      ? verdict(watch, { type: 'left', reason: byOutage ? 'livekit_restarted' : gone.reason })
      : unreachable(watch, byOutage ? MEDIA_SERVER : gone.reason);
  if (watch.state === 'unreachable') return null;
  if (byOutage && watch.roomLostAt !== null) return unreachable(watch, MEDIA_SERVER);
  const away = whyUnreachable(watch, witness, now);
  if (away !== null) return unreachable(watch, byOutage ? MEDIA_SERVER : away);
  const doubt = watch.state === 'present' ? whySuspected(watch, witness) : null;
  return doubt === null ? null : verdict(watch, { type: 'suspected', reason: doubt });
}

/**
 * How long a silence is excused by a newer sid. LiveKit lets an identity in once: with a newer one there, the fold ends this one
 * at that join (PRES-R2). One that only a browser names may be invented, and has the time in which LiveKit would name it.
 */
function followedForMs({ followed }: Watch): number {
  if (followed === 'named') return NEVER_LONGER_THAN_MS;
  return followed === 'said' ? SAID_FOLLOWS_MS : 0;
}

/**
 * Whether an outage of LiveKit is why somebody is not heard any more (PRES-F18): they were there until it began, and it goes
 * on, or has just been over. Who said that they go, went.
 */
function isByOutage(watch: Watch, { now, outage }: Tick): boolean {
  const { lastProofAt } = watch;
  if (outage === null || pageLeftOf(watch) !== null) return false;
  const { fromAt, toAt } = outage;
  if (lastProofAt < fromAt - OUTAGE_SEEN_WITHIN_MS) return false;
  return toAt === null || (lastProofAt <= toAt && now < toAt + BACK_AFTER_OUTAGE_MS);
}

/** A client that never sent a beat is judged by LiveKit alone (PRES-F13). */
function judgePlain(watch: Watch): Verdict | null {
  if (!absentTwice(watch)) return null;
  const effectiveAt = Math.max(watch.lastProofAt, watch.listedAt ?? 0);
  return { ...verdict(watch, { type: 'left', reason: 'absent' }), effectiveAt };
}

/**
 * Whether LiveKit, by which alone a plain client is judged, has been silent for so long that a call cannot go on there
 * (PRES-F10): nobody pays for its silence, and nobody is there for ever. `heardAt` is the last list that named it, or
 * since when we know it.
 */
export function isLostWithLivekit(watch: Watch, { heardAt, now }: { heardAt: number; now: number }): boolean {
  const quietFor = now - Math.max(heardAt, watch.lastProofAt);
  return !watch.beating && quietFor >= (watch.callId === null ? NEVER_LISTED_FOR_MS : NEVER_LONGER_THAN_MS);
}

interface Witnesses {
  /** A: our own socket. */
  readonly silentMs: number;
  readonly closedMs: number | null;
  readonly fresh: boolean;
  /** C: the partner's eyes. `blind`: they report, and could see nothing. `none`: nobody reports. */
  readonly eyes: 'alive' | 'quiet' | 'blind' | 'none';
}

function witnesses(watch: Watch, { now, startedAt }: Tick): Witnesses {
  const { sight } = watch;
  const silentMs = now - Math.max(watch.lastBeatAt ?? watch.lastProofAt, startedAt);
  const closedMs = watch.socketClosedAt === null ? null : now - watch.socketClosedAt;
  const seen = sight.seenAt !== null && now - sight.seenAt < MEDIA_QUIET_AFTER_MS;
  const reported = sight.reportedAt !== null && now - sight.reportedAt < DISTRUST_WITHIN_MS;
  return {
    silentMs,
    closedMs,
    fresh: closedMs === null && silentMs < suspectedAfterMs(watch.beatEveryMs),
    eyes: seen ? 'alive' : !reported ? 'none' : sight.expected ? 'quiet' : 'blind',
  };
}

/**
 * Somebody has not been heard for so long, though LiveKit has them still, that media goes on without a meter, whatever the
 * partner sees: they leave the room, and an honest page comes back by itself. Once for each silence.
 */
function shutOut(watch: Watch, tick: Tick): Verdict | null {
  const { beating, callId, followed, shutOutAt } = watch;
  if (!beating || followed === 'named' || callId === null || isByOutage(watch, tick)) return null;
  const leftAt = pageLeftOf(watch);
  const silentFrom = leftAt ?? tick.now - witnesses(watch, tick).silentMs;
  if ((shutOutAt ?? -Infinity) >= silentFrom) return null;
  // Who said that they go, and is there still, hears on; whoever did go is gone from a list of some seconds later.
  const awayFrom = silentFrom + (leftAt === null ? unreachableAfterMs(watch.beatEveryMs) : 0);
  const hadAt = leftAt === null ? awayFrom : awayFrom + SHUT_OUT_AFTER_MS;
  const isLong = tick.now >= awayFrom + SHUT_OUT_AFTER_MS && (watch.listedAt ?? -Infinity) >= hadAt;
  if (!isLong && !isOftenUnheard(watch, tick)) return null;
  return verdict(watch, { type: 'shut_out', reason: 'media_without_meter' });
}

/** Whether this silence is one of several that are too much together (PRES-F22), each of them too short to be so alone. */
function isOftenUnheard(watch: Watch, tick: Tick): boolean {
  const { now } = tick;
  const silence = watch.unheard.length === 0 ? null : unheardUntil(watch, now);
  if (silence === null) return false;
  const fromAt = countedFrom('unheard', tick);
  return unpaidMs(watch, 'unheard', { lasting: silence, now, fromAt }) >= SHUT_OUT_SUM_MS;
}

function whySuspected(watch: Watch, { fresh, closedMs }: Witnesses): string | null {
  if (pageLeftOf(watch) !== null) return 'page_left';
  if (closedMs !== null) return 'socket_closed';
  return fresh ? null : 'silence';
}

function whyUnreachable(watch: Watch, witness: Witnesses, now: number): string | null {
  const { silentMs, closedMs, fresh, eyes } = witness;
  const leftAt = pageLeftOf(watch);
  if (leftAt !== null) return now - leftAt >= PAGE_LEFT_UNREACHABLE_AFTER_MS ? 'page_left' : null;
  if (eyes === 'alive') return null;
  // CLIENT_INITIATED proves no wish to leave: a failed resume says it too, and a new sid follows within a second.
  if (watch.goneAt !== null && !fresh) {
    const waitMs = watch.goneReason === 'CLIENT_INITIATED' ? PAGE_LEFT_UNREACHABLE_AFTER_MS : 0;
    if (now - watch.goneAt >= waitMs) return 'livekit_said_gone';
  }
  const blind = eyes === 'blind';
  if (closedMs !== null && closedMs >= (blind ? BLIND_CLOSED_AFTER_MS : CLOSED_IS_DEAD_AFTER_MS))
    return 'socket_closed';
  const silence = blind
    ? Math.max(BLIND_UNREACHABLE_AFTER_MS, unreachableAfterMs(watch.beatEveryMs))
    : unreachableAfterMs(watch.beatEveryMs);
  return silentMs >= silence ? 'silence' : null;
}

function whyLeft(watch: Watch, witness: Witnesses, tick: Tick): { reason: string } | null {
  // Who said that they go is not missed by lists meanwhile: they left, or they come back.
  if (watch.pageLeftAt !== null)
    return tick.now - watch.pageLeftAt >= PAGE_LEFT_LEFT_AFTER_MS ? { reason: 'page_left' } : null;
  if (quietMs(watch, tick) >= LEFT_AFTER_MS) return { reason: 'lost' };
  // That it went by itself the partner alone has said so far: it costs nobody their place sooner.
  if (witness.fresh || witness.eyes === 'alive' || pageLeftOf(watch) !== null) return null;
  return absentTwice(watch) ? { reason: 'absent' } : null;
}

function absentTwice({ absent }: Watch): boolean {
  return absent !== null && absent[1] - absent[0] >= ABSENT_TWICE_MS;
}

function unreachable(watch: Watch, reason: string): Verdict {
  return verdict(watch, { type: 'unreachable', reason });
}

function verdict(watch: Watch, what: Pick<Verdict, 'type' | 'reason'>): Verdict {
  const { lastBeatAt, socketClosedAt, pageLeftAt, goneAt, absent, sight } = watch;
  return {
    participantSid: watch.participantSid,
    effectiveAt: watch.lastProofAt,
    evidence: { lastBeatAt, socketClosedAt, pageLeftAt, goneAt, absent, seenAt: sight.seenAt },
    ...what,
  };
}
