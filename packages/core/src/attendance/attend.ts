import type { Span } from '../kernel/spans.ts';
import { coveredBy, intersectSpans, totalMs, unionSpans } from '../kernel/spans.ts';
import type { Interval } from '../presence/index.ts';
import { isAttended, presentSpans, publishedSpans, type MediaKind } from '../presence/index.ts';
import { MERGE_WINDOW_MS } from './limits.ts';

/** One person's total. Instants are epoch ms, durations ms. */
export interface Attendance {
  /** The first identity that was seen of the person. */
  readonly identity: string;
  readonly personId: string | null;
  readonly name: string;
  readonly firstJoinAt: number;
  /** Null while the person is there. */
  readonly lastLeaveAt: number | null;
  /** The union over all devices, without the gaps. */
  readonly presentMs: number;
  readonly visits: number;
  /** Pauses inside visits. */
  readonly reconnects: number;
  /** The sum over all devices. */
  readonly connectedMs: number;
  /** Of the present time, that with anybody else. */
  readonly togetherMs: number;
  readonly aloneMs: number;
  /** Of the present time, that in which the person published a camera, a microphone, a screen. */
  readonly cameraMs: number;
  readonly microphoneMs: number;
  readonly screenMs: number;
  /** How many messages they wrote in the calls that the report is of. */
  readonly messages: number;
}

/** What a report is about. */
export interface AttendanceOptions {
  /** Until when those who are still there are counted: the instant of the report. */
  readonly untilAt: number;
  /** Only what lies in here counts. */
  readonly period?: { readonly fromAt?: number | undefined; readonly toAt?: number | undefined };
  readonly mergeWindowMs?: number;
  /** How many messages each person of ours wrote, by their id. */
  readonly messages?: ReadonlyMap<string, number>;
}

interface Stay {
  readonly interval: Interval;
  readonly spans: readonly Span[];
}

interface Person {
  readonly stays: readonly Stay[];
  readonly spans: readonly Span[];
}

/**
 * Totals the intervals of a call or a room by person, in the order of first joining. Recorders, agents and whoever
 * never got in are nobody (PRES-R8); the identities that one person has (two tabs, two devices) are one line.
 */
export function attend(intervals: readonly Interval[], options: AttendanceOptions): Attendance[] {
  const people = peopleOf(intervals, options);
  const together = coveredBy(
    people.map(({ spans }) => spans),
    2,
  );
  return people
    .map((person) => total(person, together, options))
    .toSorted((a, b) => a.firstJoinAt - b.firstJoinAt || (a.identity < b.identity ? -1 : 1));
}

function peopleOf(intervals: readonly Interval[], { untilAt, period }: AttendanceOptions): Person[] {
  const byPerson = new Map<string, Stay[]>();
  const fromAt = period?.fromAt ?? -Infinity;
  const toAt = Math.min(period?.toAt ?? Infinity, untilAt);
  for (const interval of intervals) {
    if (!isAttended(interval)) continue;
    if (interval.joinedAt >= toAt || (interval.leftAt ?? Infinity) < fromAt) continue;
    const spans = intersectSpans(presentSpans(interval, toAt), [[fromAt, toAt]]);
    const key = interval.personId ?? interval.identity;
    byPerson.set(key, [...(byPerson.get(key) ?? []), { interval, spans }]);
  }
  return [...byPerson.values()].map((stays) => ({
    stays: stays.toSorted((a, b) => byJoining(a.interval, b.interval)),
    spans: unionSpans(...stays.map(({ spans }) => spans)),
  }));
}

function byJoining(a: Interval, b: Interval): number {
  return a.joinedAt - b.joinedAt || (a.participantSid < b.participantSid ? -1 : 1);
}

function total({ stays, spans }: Person, together: readonly Span[], options: AttendanceOptions): Attendance {
  const { untilAt, period, mergeWindowMs = MERGE_WINDOW_MS } = options;
  const intervals = stays.map(({ interval }) => interval);
  const first = intervals[0];
  const isThere = intervals.some(({ leftAt }) => leftAt === null);
  const endsAt = Math.min(
    period?.toAt ?? Infinity,
    Math.max(...intervals.map(({ leftAt }) => leftAt ?? untilAt)),
  );
  const pauses = spans.slice(1).map(([fromAt], n) => fromAt - (spans[n]?.[1] ?? fromAt));
  const reconnects = pauses.filter((pauseMs) => pauseMs < mergeWindowMs).length;
  const presentMs = totalMs(spans);
  const togetherMs = totalMs(intersectSpans(spans, near(together, spans)));
  return {
    identity: first?.identity ?? '',
    personId: first?.personId ?? null,
    name: intervals.findLast(({ name }) => name !== '')?.name ?? first?.identity ?? '',
    firstJoinAt: Math.max(first?.joinedAt ?? 0, period?.fromAt ?? -Infinity),
    lastLeaveAt: isThere && (period?.toAt ?? Infinity) > untilAt ? null : endsAt,
    presentMs,
    // Somebody who came and went within the same millisecond was there once.
    visits: 1 + pauses.length - reconnects,
    reconnects,
    connectedMs: stays.reduce((sumMs, stay) => sumMs + totalMs(stay.spans), 0),
    togetherMs,
    aloneMs: presentMs - togetherMs,
    cameraMs: publishedMs(stays, 'camera'),
    microphoneMs: publishedMs(stays, 'microphone'),
    screenMs: publishedMs(stays, 'screen'),
    messages: options.messages?.get(first?.personId ?? '') ?? 0,
  };
}

/** At several devices at once it counts once (ATT-18). */
function publishedMs(stays: readonly Stay[], kind: MediaKind): number {
  const spans = stays.map(({ interval, spans: there }) => publishedSpans(interval.tracks ?? [], kind, there));
  return totalMs(spans.flat());
}

/** The part of a sorted list that can touch these spans, so that ten thousand people do not read it whole each. */
function near(sorted: readonly Span[], spans: readonly Span[]): readonly Span[] {
  const fromAt = spans[0]?.[0] ?? 0;
  const toAt = spans.at(-1)?.[1] ?? 0;
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.[1] ?? Infinity) > fromAt) high = middle;
    else low = middle + 1;
  }
  let end = low;
  while (end < sorted.length && (sorted[end]?.[0] ?? Infinity) < toAt) end += 1;
  return sorted.slice(low, end);
}
