import type { OpenSpan, Span } from '../kernel/spans.ts';
import { closeSpans, subtractSpans } from '../kernel/spans.ts';
import type { TrackSaid } from './tracks.ts';

/** `aborted`: said to have left without ever having been there. */
export type IntervalState = 'present' | 'suspected' | 'unreachable' | 'left' | 'aborted';

/**
 * Why an interval is closed.
 *
 * - `bye`: the hang-up button. `page_left`: page closed or reloaded (LiveKit's CLIENT_INITIATED without a bye).
 * - `removed`, `room_deleted`, `room_finished`, `server_shutdown`: somebody or LiveKit ended it.
 * - `duplicate`, `superseded`: the same identity joined elsewhere, by LiveKit's word or by the newer join.
 * - `timeout`: LiveKit's CONNECTION_TIMEOUT. `lost`: our detector's silence. `absent`: two polls without it.
 * - `not_answered`, `rejected`, `trunk_failed`: a telephone (LiveKit's USER_UNAVAILABLE, USER_REJECTED, SIP_TRUNK_FAILURE).
 * - `livekit_restarted`: its media server is gone. `aborted`: never connected. `other`: any further reason.
 */
export type LeftReason =
  | 'bye'
  | 'page_left'
  | 'removed'
  | 'room_deleted'
  | 'room_finished'
  | 'server_shutdown'
  | 'duplicate'
  | 'superseded'
  | 'timeout'
  | 'lost'
  | 'absent'
  | 'livekit_restarted'
  | 'not_answered'
  | 'rejected'
  | 'trunk_failed'
  | 'aborted'
  | 'other';

/** Joined → left of one participant sid, fused from every fact about it. Instants are epoch ms. */
export interface Interval {
  readonly participantSid: string;
  readonly roomSid: string;
  readonly roomName: string;
  readonly identity: string;
  readonly personId: string | null;
  readonly name: string;
  /** LiveKit's kind; HIDDEN and RECORDER come from the permissions. Only STANDARD, SIP and CONNECTOR are people. */
  readonly kind: string;
  readonly callId: string | null;
  readonly joinedAt: number;
  /** Effective end; null while it is open. A page that left has it at once, while `state` still waits for a reload. */
  readonly leftAt: number | null;
  /** Bounds of an end that is inferred. */
  readonly leftAtMin: number | null;
  readonly leftAtMax: number | null;
  /** What first proved it: `webhook`, `sdk`, `proof` or `poll`. */
  readonly joinReason: string;
  readonly leftReason: LeftReason | null;
  readonly lastProofAt: number;
  readonly state: IntervalState;
  /** The sid of the same identity that took its place. */
  readonly supersededBy: string | null;
  /** Stretches in which nobody could reach the person: unpaid, not present. */
  readonly gaps: readonly OpenSpan[];
  /**
   * Stretches in which it is present, and not paid: only the partner's eyes prove it, beyond 3 s after its own last word
   * (PRES-R23), or its media does not arrive, by both sides (PRES-F12). An open one lasts still.
   */
  readonly unpaid: readonly OpenSpan[];
  /** Whether LiveKit itself has named it, by a webhook or a list: a browser's word alone is nobody's presence (PRES-R20). */
  readonly named: boolean;
  /** Where gaps begin that an outage of LiveKit explains (PRES-F18). */
  readonly outageAt: readonly number[];
  /** Where gaps begin because the page said that it goes; LiveKit's word of it may come later, or never (PRES-F1). */
  readonly closedAt: readonly number[];
  /** Whether our SDK ever spoke for it; if not, it is judged by LiveKit alone (PRES-F13). */
  readonly beating: boolean;
  /** Whether a list of the LiveKit that we ask ever named it; of others its lists say nothing (PRES-F13). */
  readonly listed: boolean;
  /** Its tracks, as webhooks told of them; left out where none did. */
  readonly tracks?: readonly TrackSaid[];
}

/** Whether a participant of this kind is a person (PRES-R8). */
export function isPersonKind(kind: string): boolean {
  return kind === 'STANDARD' || kind === 'SIP' || kind === 'CONNECTOR';
}

/** Whether it is a person who was there: LiveKit named them, and they were connected. What counts for anything reads these alone. */
export function isAttended({ kind, state, named }: Pick<Interval, 'kind' | 'state' | 'named'>): boolean {
  return isPersonKind(kind) && state !== 'aborted' && named;
}

/** Whether the media server is why somebody is not there now, and nobody's doing. */
export function isByMediaServer({
  leftAt,
  leftReason,
  gaps,
  outageAt,
}: Pick<Interval, 'leftAt' | 'gaps' | 'outageAt'> & { leftReason: string | null }): boolean {
  if (leftAt !== null) return leftReason === 'livekit_restarted' || leftReason === 'server_shutdown';
  const open = gaps.find(([, toAt]) => toAt === null);
  return open !== undefined && outageAt.includes(open[0]);
}

/**
 * Why somebody is not there now, as far as their interval tells: the reason of its end, and before there is one what is known
 * of the gap that goes on.
 */
export function whyGone<R extends string | null>({
  leftAt,
  leftReason,
  gaps,
  closedAt,
}: Pick<Interval, 'leftAt' | 'gaps' | 'closedAt'> & { leftReason: R }): R | 'page_left' {
  const open = gaps.find(([, toAt]) => toAt === null);
  return leftAt === null && open !== undefined && closedAt.includes(open[0]) ? 'page_left' : leftReason;
}

/**
 * The interval with what its own beats prove beyond the log (PRES-F14): a stretch that goes on from a proof that the log has. One
 * that begins later follows a silence, of which the log has still to say what it was.
 */
export function withSteadyProof(interval: Interval, [fromAt, toAt]: Span): Interval {
  const { leftAt, beating, lastProofAt } = interval;
  if (leftAt !== null || !beating || fromAt > lastProofAt || toAt <= lastProofAt) return interval;
  return { ...interval, lastProofAt: toAt };
}

/** When the person was there, up to `untilAt`: from joined to left, without the gaps. */
export function presentSpans(interval: Interval, untilAt: number): Span[] {
  const there = closeSpans([[interval.joinedAt, interval.leftAt]], untilAt);
  return subtractSpans(there, closeSpans(interval.gaps, untilAt));
}
