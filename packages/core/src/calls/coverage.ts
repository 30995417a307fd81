import { subtractSpans, unionSpans } from '../kernel/spans.ts';
import type { Span } from '../kernel/spans.ts';
import type { Interval, LeftReason } from '../presence/index.ts';

/** What a call reads of an interval of presence. */
export type CallInterval = Pick<
  Interval,
  | 'participantSid'
  | 'identity'
  | 'personId'
  | 'joinedAt'
  | 'leftAt'
  | 'leftReason'
  | 'state'
  | 'gaps'
  | 'named'
  | 'outageAt'
  | 'closedAt'
>;

/** The last time that a person was there: until when, and the reason of the leave that followed, if any did. */
export interface LastStay {
  readonly endedAt: number;
  readonly leftReason: LeftReason | null;
}

/**
 * When one person was there: the union over all their devices, without the gaps. A stay that lasts ends at
 * `Infinity`.
 */
export function presenceOf(intervals: readonly CallInterval[]): Span[] {
  return unionSpans(...intervals.map(reachable));
}

/** The end of the last stay that began before `beforeAt`; null when there was none, or when it lasts. */
export function lastStay(intervals: readonly CallInterval[], beforeAt = Infinity): LastStay | null {
  const stay = presenceOf(intervals).findLast(([fromAt]) => fromAt < beforeAt);
  if (!stay || stay[1] === Infinity) return null;
  const reasons = intervals
    .filter((each) => each.leftAt !== null && reachable(each).at(-1)?.[1] === stay[1])
    .flatMap((each) => each.leftReason ?? []);
  return { endedAt: stay[1], leftReason: reasons.toSorted()[0] ?? null };
}

/**
 * Whether a person is taken to be there now. A page that left has its end at once, and yet counts until the detector
 * has waited for a reload: nobody is told of a reload.
 */
export function isThere(intervals: readonly CallInterval[]): boolean {
  return intervals.some((each) => each.named && (each.state === 'present' || each.state === 'suspected'));
}

function reachable(interval: CallInterval): Span[] {
  if (interval.state === 'aborted' || !interval.named) return [];
  const gaps = interval.gaps.map(([fromAt, toAt]): Span => [fromAt, toAt ?? Infinity]);
  return subtractSpans([[interval.joinedAt, interval.leftAt ?? Infinity]], gaps);
}
