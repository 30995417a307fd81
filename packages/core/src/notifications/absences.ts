import type { Span } from '../kernel/spans.ts';
import { subtractSpans, unionSpans } from '../kernel/spans.ts';
import { isByMediaServer, whyGone } from '../presence/index.ts';

/** What notices read of an interval of presence. Instants are epoch ms. */
export interface NoticeInterval {
  readonly participantSid: string;
  readonly personId: string | null;
  readonly joinedAt: number;
  readonly leftAt: number | null;
  readonly leftReason: string | null;
  /** `present`, `suspected`, `unreachable`, `left` or `aborted`. */
  readonly state: string;
  readonly gaps: readonly (readonly [number, number | null])[];
  /** Where gaps begin that an outage of LiveKit explains. */
  readonly outageAt: readonly number[];
  /** Where gaps begin because the page said that it goes. */
  readonly closedAt: readonly number[];
}

/** What follows a stay that ended. Instants are epoch ms. */
export interface Absence {
  /** The participant sid on which the person was last there. */
  readonly participantSid: string;
  /** The last instant at which the person was there. */
  readonly awayAt: number;
  /** When the person was there again; null while away. */
  readonly backAt: number | null;
  /** State of the interval that ended the stay; a newer try that never got media changes nothing about it. */
  readonly state: string;
  readonly leftReason: string | null;
  /** Whether the media server is why: nobody's doing, and nobody is told (NOTE-11). */
  readonly byMediaServer: boolean;
}

/** Every absence of one person, in the order of time, out of the intervals of all their devices. */
export function absencesOf(intervals: readonly NoticeInterval[]): Absence[] {
  const stays = unionSpans(...intervals.map(reachable));
  return stays.flatMap(([, awayAt], at) => {
    const last = intervals
      .filter((each) => reachable(each).some(([, toAt]) => toAt === awayAt))
      .toSorted((a, b) => b.joinedAt - a.joinedAt || (a.participantSid < b.participantSid ? -1 : 1))[0];
    if (awayAt === Infinity || last === undefined) return [];
    const { participantSid, state } = last;
    const leftReason = whyGone(last);
    const backAt = stays[at + 1]?.[0] ?? null;
    return [{ participantSid, awayAt, backAt, state, leftReason, byMediaServer: isByMediaServer(last) }];
  });
}

/** When the person first was there; null when they never were. */
export function firstThere(intervals: readonly NoticeInterval[]): number | null {
  return unionSpans(...intervals.map(reachable))[0]?.[0] ?? null;
}

function reachable(interval: NoticeInterval): Span[] {
  if (interval.state === 'aborted') return [];
  const gaps = interval.gaps.map(([fromAt, toAt]): Span => [fromAt, toAt ?? Infinity]);
  return subtractSpans([[interval.joinedAt, interval.leftAt ?? Infinity]], gaps);
}
