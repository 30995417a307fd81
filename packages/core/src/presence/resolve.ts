import type { OpenSpan, Span } from '../kernel/spans.ts';
import { unionSpans } from '../kernel/spans.ts';
import type { End } from './ends.ts';
import { effectiveEnd, unansweredReason } from './ends.ts';
import type { Evidence } from './evidence.ts';
import { personOfIdentity } from './fact.ts';
import type { Interval, IntervalState } from './interval.ts';
import { CREATED_AT_CUT_MS, SEEN_IS_PAID_MS, ONE_LEAVING_MS, SUCCESSOR_WITHIN_MS } from './limits.ts';
import { lastProof, lastProofUntil, nextProofAfter } from './proofs.ts';
import { stoppedSpans } from './stopped.ts';

interface Joined {
  readonly evidence: Evidence;
  readonly joinedAt: number;
  readonly joinReason: string;
}

/**
 * Reads the intervals of one identity in one room out of what is known of its participant sids. Pure and total:
 * sids of which nothing proves that they joined or left give none. Sorted by joining.
 *
 * The sids of one identity belong together because LiveKit lets an identity be in a room once: a newer join ends
 * the older one even if nobody said so (PRES-R2).
 */
export function resolve(evidences: readonly Evidence[]): Interval[] {
  const joined = evidences
    .map(joinOf)
    .filter((known) => known !== null)
    .toSorted(
      (a, b) => a.joinedAt - b.joinedAt || (a.evidence.participantSid < b.evidence.participantSid ? -1 : 1),
    );
  const intervals: Interval[] = [];
  let next: Joined | null = null;
  let nextNamed: Joined | null = null;
  for (const known of joined.toReversed()) {
    const aborted = known.joinReason === 'aborted';
    const named = isNamed(known.evidence);
    // What LiveKit has named is not ended by what only a browser says of itself (PRES-R20).
    intervals.push(read(known, aborted ? null : named ? nextNamed : next));
    if (!aborted) next = known;
    if (!aborted && named) nextNamed = known;
  }
  return intervals.toReversed();
}

function joinOf(evidence: Evidence): Joined | null {
  // Of a telephone that rang nothing counts but that it was answered: its tracks and its leaving say that it was dialled.
  const hasRung = 'ringing' in evidence.joins;
  const joins = hasRung ? answeredIn(evidence.joins) : evidence.joins;
  const said = earliestOf(joins, ['sdk', 'proof']);
  const toldAt = joins['webhook'];
  if (toldAt !== undefined) {
    // Whom a list had by then was there, whatever instant a word names that came later: the clock may have been set meanwhile (PRES-R58).
    const upAt = Math.min(toldAt, evidence.listed?.[0] ?? toldAt);
    // LiveKit says it once media is up, by its cut second: a browser's first word is sharper within that, and no further.
    const joinedAt = Math.max(upAt - CREATED_AT_CUT_MS, Math.min(upAt, said?.[1] ?? upAt));
    return { evidence, joinedAt, joinReason: joinedAt < upAt ? (said?.[0] ?? 'webhook') : 'webhook' };
  }
  // Track events are cut to the second, lists come late, and both they and a left may say when it connected, before
  // its media: they count only where nothing better is known.
  // By name, since of two at one instant the order in which they came must not decide (PRES-R12).
  const by = Object.keys(joins)
    .filter((one) => one !== 'answered')
    .toSorted();
  const first = said ?? earliestOf(joins, by);
  if (first !== null) {
    const reason = first[0] === 'track' || first[0] === 'left' ? 'webhook' : first[0];
    return { evidence, joinedAt: first[1], joinReason: reason };
  }
  const ended = Object.entries(evidence.ends).filter(([word]) => word !== 'room_finished');
  const endedAt = Math.min(...ended.map(([, at]) => at));
  return ended.length === 0 ? null : { evidence, joinedAt: endedAt, joinReason: 'aborted' };
}

function answeredIn({ answered }: Evidence['joins']): Evidence['joins'] {
  return answered === undefined ? {} : { poll: answered };
}

function earliestOf(joins: Evidence['joins'], by: readonly string[]): [by: string, at: number] | null {
  const known = by.flatMap((one): [string, number][] =>
    joins[one] === undefined ? [] : [[one, joins[one]]],
  );
  return known.toSorted((a, b) => a[1] - b[1])[0] ?? null;
}

function read(known: Joined, next: Joined | null): Interval {
  const { evidence, joinedAt, joinReason } = known;
  const { told, beating } = evidence;
  const identity = told.identity?.[2] ?? '';
  const proofAt = Math.max(
    joinedAt,
    lastProof(evidence.proofs) ?? joinedAt,
    beating ? joinedAt : (evidence.listed?.[1] ?? 0),
  );
  const aborted = joinReason === 'aborted';
  const said: End | null = aborted
    ? { at: joinedAt, reason: unansweredReason(evidence) ?? 'aborted', minAt: joinedAt, maxAt: joinedAt }
    : endOf(evidence, joinedAt, next);
  const { gaps, leftAt, end } = cutGaps(gapsOf(evidence, joinedAt), said, evidence);
  return {
    participantSid: evidence.participantSid,
    roomSid: told.roomSid?.[2] ?? '',
    roomName: told.roomName?.[2] ?? '',
    identity,
    personId: personOfIdentity(identity),
    name: told.name?.[2] ?? '',
    kind: told.kind?.[2] ?? 'STANDARD',
    callId: callOf(evidence),
    joinedAt,
    leftAt,
    leftAtMin: end === null || leftAt === null ? null : Math.min(end.minAt, leftAt),
    leftAtMax: end === null || leftAt === null ? null : Math.max(end.maxAt, leftAt),
    joinReason,
    leftReason: end?.reason ?? null,
    lastProofAt: proofAt,
    state: aborted ? 'aborted' : stateOf(evidence, { end, gaps, proofAt, followed: next !== null }),
    supersededBy: end === null ? null : successor(end, next),
    gaps,
    unpaid: unpaidOf(evidence),
    named: isNamed(evidence),
    outageAt: evidence.outageAt ?? [],
    closedAt: evidence.closedAt ?? [],
    beating,
    listed: evidence.listed !== null,
    ...(evidence.tracks === undefined ? {} : { tracks: evidence.tracks }),
  };
}

/** Who, by `joins` of the evidence, is LiveKit: its webhooks, its tracks, its lists, and a leaving that says when they joined. */
export const BY_LIVEKIT: readonly string[] = ['webhook', 'track', 'poll', 'left'];

function isNamed({ joins }: Evidence): boolean {
  return BY_LIVEKIT.some((by) => by in joins);
}

/** Facts of a call about a sid that LiveKit has in another room are no presence in the call. */
function callOf({ told: { callId, callRoom, roomName } }: Evidence): string | null {
  return callRoom === undefined || callRoom[2] === roomName?.[2] ? (callId?.[2] ?? null) : null;
}

/** What ends it by itself, else the newer join of its identity: at its own last proof, not at that join. */
function endOf(evidence: Evidence, joinedAt: number, next: Joined | null): End | null {
  const own = effectiveEnd(evidence, joinedAt);
  if (next === null) return own;
  // The room's end says nothing of a sid whose identity had come again by then: LiveKit never has two of it.
  const isOwn = own !== null && (own.reason !== 'room_finished' || own.at <= next.joinedAt);
  if (isOwn) return own;
  const listedAt = evidence.beating ? joinedAt : Math.min(evidence.listed?.[1] ?? joinedAt, next.joinedAt);
  const at = Math.max(joinedAt, listedAt, lastProofUntil(evidence.proofs, next.joinedAt) ?? joinedAt);
  return { at, reason: 'superseded', minAt: at, maxAt: Math.max(at, next.joinedAt) };
}

function successor(end: End, next: Joined | null): string | null {
  if (next === null || (end.reason !== 'superseded' && end.reason !== 'duplicate')) return null;
  const inTime = end.reason === 'superseded' || next.joinedAt <= end.maxAt + SUCCESSOR_WITHIN_MS;
  return inTime ? next.evidence.participantSid : null;
}

function unpaidOf(evidence: Evidence): OpenSpan[] {
  const unpaid = unionSpans(seenOnly(evidence), stoppedSpans(evidence));
  return unpaid.map(([fromAt, toAt]): OpenSpan => [fromAt, toAt === Infinity ? null : toAt]);
}

/** Where somebody's own words stop and only the partner's eyes go on: from a little later on it is unpaid (PRES-R23). */
function seenOnly(evidence: Evidence): Span[] {
  const { beating, proofs, own = proofs } = evidence;
  if (!beating) return [];
  return own.flatMap(([, saidAt], at): Span[] => {
    const saidAgainAt = own[at + 1]?.[0] ?? null;
    const seen = proofs.filter(
      ([fromAt, toAt]) => toAt > saidAt + SEEN_IS_PAID_MS && fromAt < (saidAgainAt ?? Infinity),
    );
    const [first, last] = [seen[0], seen.at(-1)];
    if (first === undefined || last === undefined) return [];
    const fromAt =
      (isOurSilence(evidence, { saidAt, seenAt: first[0], saidAgainAt }) ? first[0] : saidAt) +
      SEEN_IS_PAID_MS;
    const toAt = saidAgainAt ?? last[1];
    return fromAt < toAt ? [[fromAt, toAt]] : [];
  });
}

/**
 * Whether nobody was heard between, since we were away: a silence that no detector judged, and that their own word ends.
 * It is nobody's eyes that pay for it, so that it does not matter whose word comes first after it.
 */
function isOurSilence(
  { unreachableAt }: Evidence,
  { saidAt, seenAt, saidAgainAt }: { saidAt: number; seenAt: number; saidAgainAt: number | null },
): boolean {
  if (saidAgainAt === null || seenAt <= saidAt + SEEN_IS_PAID_MS) return false;
  return !unreachableAt.some((judgedAt) => saidAt <= judgedAt && judgedAt <= seenAt);
}

/** Each `unreachable` opens a gap that the next `resumed` or proof closes; proof that runs on from it voids it. */
function gapsOf(evidence: Evidence, joinedAt: number): OpenSpan[] {
  const gaps: OpenSpan[] = [];
  for (const saidAt of evidence.unreachableAt) {
    const fromAt = Math.max(saidAt, joinedAt);
    const open = gaps.at(-1);
    if (open !== undefined && (open[1] === null || fromAt < open[1])) continue;
    const provedAt = nextProofAfter(evidence.proofs, fromAt) ?? Infinity;
    const resumedAt = evidence.resumedAt.find((at) => at > fromAt) ?? Infinity;
    const toAt = Math.min(provedAt, resumedAt);
    if (toAt > fromAt) gaps.push([fromAt, toAt === Infinity ? null : toAt]);
  }
  return gaps;
}

/** An end inside a gap holds from the gap's beginning: nobody pays for the time that it took to notice. */
function cutGaps(
  gaps: readonly OpenSpan[],
  end: End | null,
  { shutOutAt = Infinity, closedAt = [] }: Pick<Evidence, 'shutOutAt' | 'closedAt'>,
): { gaps: OpenSpan[]; leftAt: number | null; end: End | null } {
  if (end === null) return { gaps: [...gaps], leftAt: null, end };
  const around = gaps.find(([fromAt, toAt]) => fromAt < end.at && (toAt === null || end.at <= toAt));
  const leftAt = around === undefined || end.reason === 'bye' ? end.at : around[0];
  const before = gaps.filter(([fromAt]) => fromAt < leftAt);
  const cut = before.map(([fromAt, toAt]): OpenSpan => [fromAt, Math.min(toAt ?? leftAt, leftAt)]);
  if (!tidiedAway(end, { leftAt, shutOutAt })) return { gaps: cut, leftAt, end };
  // Whose page said that it goes went by themselves, though something of it stayed.
  const isOwnWish = around !== undefined && closedAt.includes(around[0]);
  const wish: End = { at: leftAt, minAt: leftAt, maxAt: leftAt, reason: 'page_left' };
  return { gaps: cut, leftAt, end: isOwnWish ? wish : { ...end, reason: 'lost' } };
}

/** Whom nobody could reach any more is removed, or their room is, because of that (PRES-R18). */
function tidiedAway(
  { at, maxAt, reason }: End,
  { leftAt, shutOutAt }: { leftAt: number; shutOutAt: number },
): boolean {
  if (reason === 'removed' && maxAt >= shutOutAt) return true;
  return (reason === 'removed' || reason === 'room_deleted') && at - leftAt > ONE_LEAVING_MS;
}

interface Reading {
  readonly end: End | null;
  readonly gaps: readonly OpenSpan[];
  readonly proofAt: number;
  readonly followed: boolean;
}

function stateOf(evidence: Evidence, reading: Reading): IntervalState {
  const { end, gaps, proofAt, followed } = reading;
  if (end !== null) return mayBeReload(evidence, end, followed) ? waitingState(evidence, end) : 'left';
  if (gaps.some(([, toAt]) => toAt === null)) return 'unreachable';
  const doubtedAt = evidence.suspectedAt ?? -Infinity;
  const cleared = proofAt > doubtedAt || evidence.resumedAt.some((at) => at >= doubtedAt);
  return cleared ? 'present' : 'suspected';
}

/** A page that left looks like a reload until the detector says otherwise (PRES-F1); plain clients just left. */
function mayBeReload(evidence: Evidence, end: End, followed: boolean): boolean {
  return end.reason === 'page_left' && evidence.beating && !followed && evidence.lefts.length === 0;
}

function waitingState(evidence: Evidence, end: End): IntervalState {
  return evidence.unreachableAt.some((at) => at >= end.minAt) ? 'unreachable' : 'suspected';
}
