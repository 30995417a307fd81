import { ownOf } from '../kernel/own.ts';
import type { Evidence } from './evidence.ts';
import type { LeftReason } from './interval.ts';
import {
  CREATED_AT_CUT_MS,
  LIVEKIT_NOTICES_AFTER_MS,
  LIVEKIT_NOTICES_WITHIN_MS,
  ONE_LEAVING_MS,
  ROOM_FINISHED_REFUTED_AFTER_MS,
} from './limits.ts';
import { lastProof, lastProofUntil, nextProofAfter } from './proofs.ts';
import { stoppedSpans } from './stopped.ts';

/** An end of an interval: from when on it holds, why, and between which instants the truth lies. */
export interface End {
  readonly at: number;
  readonly reason: LeftReason;
  readonly minAt: number;
  readonly maxAt: number;
}

/** LiveKit's DisconnectReason in our words; what is not listed is `other`. */
const REASONS: Readonly<Record<string, LeftReason>> = {
  CLIENT_INITIATED: 'page_left',
  DUPLICATE_IDENTITY: 'duplicate',
  SERVER_SHUTDOWN: 'server_shutdown',
  PARTICIPANT_REMOVED: 'removed',
  ROOM_DELETED: 'room_deleted',
  ROOM_CLOSED: 'room_finished',
  CONNECTION_TIMEOUT: 'timeout',
  SIGNAL_CLOSE: 'lost',
  USER_UNAVAILABLE: 'not_answered',
  USER_REJECTED: 'rejected',
  SIP_TRUNK_FAILURE: 'trunk_failed',
};

const UNANSWERED: readonly LeftReason[] = ['not_answered', 'rejected', 'trunk_failed'];

/** Why a telephone that only rang is gone: nobody was there, and that has reasons of its own. */
export function unansweredReason({ ends }: Pick<Evidence, 'ends'>): LeftReason | null {
  const said = Object.entries(ends).toSorted((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1));
  const reasons = said.flatMap(([word]) => ownOf(REASONS, word.slice(word.indexOf(':') + 1)) ?? []);
  return reasons.find((reason) => UNANSWERED.includes(reason)) ?? null;
}

/** Reasons that the detector may give its `left`; anything else counts as `lost`. */
const VERDICT_REASONS: readonly string[] = [
  'lost',
  'absent',
  'page_left',
  'livekit_restarted',
] satisfies LeftReason[];

/**
 * The end that holds, of all that were said: the earliest one, except that a `bye` also replaces a clean word
 * of LiveKit's about the same leaving, because it is exact and says who wanted it. Of a plain client we know nothing
 * but lists that lacked it: LiveKit's word of its leaving, whenever it comes, replaces what was inferred from them.
 */
export function effectiveEnd(evidence: Evidence, joinedAt: number): End | null {
  const said = hardEnds(evidence, joinedAt);
  const inferred = evidence.beating || said.length === 0 ? verdictEnds(evidence, joinedAt) : [];
  const ends = [...said, ...roomEnds(evidence, joinedAt), ...inferred];
  const first = ends.toSorted(
    (a, b) => a.at - b.at || a.maxAt - b.maxAt || (a.reason < b.reason ? -1 : 1),
  )[0];
  const why = first && inferred.includes(first) ? wishAbout(said, first) : null;
  if (first !== undefined && why !== null) return { ...first, reason: why };
  const byeAt = evidence.ends['bye'];
  if (first === undefined || byeAt === undefined || byeAt - first.at > ONE_LEAVING_MS) return first ?? null;
  return exact(Math.max(byeAt, joinedAt), 'bye');
}

/** What somebody wanted says more of a leaving than that lists lacked them, or that nothing was heard. */
function wishAbout(said: readonly End[], inferred: End): LeftReason | null {
  const wish = said.find(
    ({ at, reason }) => WISHED.includes(reason) && Math.abs(at - inferred.at) <= ONE_LEAVING_MS,
  );
  return wish?.reason ?? null;
}

const WISHED: readonly LeftReason[] = ['page_left', 'removed', 'room_deleted'];

function hardEnds(evidence: Evidence, joinedAt: number): End[] {
  const ends: End[] = [];
  for (const [word, at] of Object.entries(evidence.ends)) {
    if (word === 'bye') ends.push(exact(at, 'bye'));
    else if (word.startsWith('left:'))
      ends.push(livekitEnd(evidence, leftReason(evidence, word.slice(5), at), at));
    else if (word.startsWith('aborted:')) ends.push(capped(evidence, 'other', at));
  }
  return ends.map((end) => notBefore(end, joinedAt));
}

/** LiveKit's client that gives up a dead line says that it goes, and joins anew: that was nobody's wish, unless their page said so as well (PRES-R57). */
function leftReason(evidence: Evidence, word: string, at: number): LeftReason {
  const reason = ownOf(REASONS, word) ?? 'other';
  if (reason !== 'page_left') return reason;
  const stood = stoppedSpans(evidence).some(
    ([fromAt, toAt]) => fromAt <= at + CREATED_AT_CUT_MS && at < toAt,
  );
  const saidSo = evidence.saidGoesAt?.some((saidAt) => Math.abs(saidAt - at) <= ONE_LEAVING_MS) ?? false;
  return stood && !saidSo ? 'lost' : reason;
}

function livekitEnd(evidence: Evidence, reason: LeftReason, at: number): End {
  if (reason === 'timeout') return timeoutEnd(evidence, at);
  // LiveKit says DUPLICATE_IDENTITY up to 48 s after the media died: what was not proved is not paid.
  if (reason === 'duplicate') return capped(evidence, reason, at);
  const sharpAt = Math.max(at, lastProofUntil(evidence.proofs, at + CREATED_AT_CUT_MS) ?? at);
  return { at: sharpAt, reason, minAt: at, maxAt: at + CREATED_AT_CUT_MS };
}

/** Never later than the last proof of one that beats; for others the event's own time. */
function capped(evidence: Evidence, reason: LeftReason, at: number): End {
  const provedAt = lastProofUntil(evidence.proofs, at + CREATED_AT_CUT_MS);
  if (!evidence.beating || provedAt === null) return { at, reason, minAt: at, maxAt: at + CREATED_AT_CUT_MS };
  return { at: provedAt, reason, minAt: provedAt, maxAt: at + CREATED_AT_CUT_MS };
}

function timeoutEnd(evidence: Evidence, at: number): End {
  const reckonedAt = at - LIVEKIT_NOTICES_AFTER_MS;
  const provedAt = lastProofUntil(evidence.proofs, at);
  const proved = provedAt !== null && provedAt >= at - LIVEKIT_NOTICES_WITHIN_MS;
  const endAt = proved ? provedAt : reckonedAt;
  return {
    at: endAt,
    reason: 'timeout',
    minAt: proved ? provedAt : at - LIVEKIT_NOTICES_WITHIN_MS,
    maxAt: Math.max(endAt, reckonedAt + CREATED_AT_CUT_MS),
  };
}

/** The detector's verdicts, unless a newer proof of life refutes them. */
function verdictEnds(evidence: Evidence, joinedAt: number): End[] {
  const ends: End[] = [];
  const listedAt = evidence.beating ? -Infinity : (evidence.listed?.[1] ?? -Infinity);
  const missed = evidence.lefts.some(([, reason]) => reason === 'lost');
  const withServer = evidence.lefts.flatMap(([at, reason]) => (reason === 'livekit_restarted' ? [at] : []));
  for (const [at, reason] of evidence.lefts) {
    // Who has not come back though the media server has, has been lost with it.
    if (missed && reason === 'livekit_restarted') continue;
    // With its media server a sid is gone for good: what its browser said until it noticed proves the browser alone.
    const isRefuted = nextProofAfter(evidence.proofs, at) !== null || listedAt > at;
    if (isRefuted && !withServer.includes(at)) continue;
    ends.push(exact(at, VERDICT_REASONS.includes(reason) ? (reason as LeftReason) : 'lost'));
  }
  return ends.map((end) => notBefore(end, joinedAt));
}

/**
 * The end of the room. Of one that beats it ends nothing: beats that stop are judged by the detector, and beats that
 * go on refute it. For the others a newer proof of life does.
 */
function roomEnds(evidence: Evidence, joinedAt: number): End[] {
  const finishedAt = evidence.ends['room_finished'];
  const provedAt = lastProof(evidence.proofs) ?? joinedAt;
  if (finishedAt === undefined || evidence.beating) return [];
  if (provedAt > finishedAt + ROOM_FINISHED_REFUTED_AFTER_MS) return [];
  const minAt = Math.min(provedAt, finishedAt);
  const end: End = { at: finishedAt, reason: 'room_finished', minAt, maxAt: finishedAt + CREATED_AT_CUT_MS };
  return [notBefore(end, joinedAt)];
}

function exact(at: number, reason: LeftReason): End {
  return { at, reason, minAt: at, maxAt: at };
}

/** Clocks differ and seconds are cut: nothing ends before it began. */
function notBefore(end: End, joinedAt: number): End {
  return {
    reason: end.reason,
    at: Math.max(end.at, joinedAt),
    minAt: Math.max(end.minAt, joinedAt),
    maxAt: Math.max(end.maxAt, joinedAt),
  };
}
