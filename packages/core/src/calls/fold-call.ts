import { coveredBy, intersectSpans } from '../kernel/spans.ts';
import type { Span } from '../kernel/spans.ts';
import type { CallInterval } from './coverage.ts';
import { isThere, lastStay, presenceOf } from './coverage.ts';
import type { CallEnd, CallFact } from './ends.ts';
import { earliestEnd, isOneToOne } from './ends.ts';

/** How long a call that nobody joined stays open. Long enough to send a link and wait, short enough to free the hold. */
export const EXPIRES_AFTER_MS = 600_000;

/** State of a call. */
export type CallStatus = 'waiting' | 'live' | 'reconnecting' | 'ended';

/** Who a call is between. */
export interface CallMember {
  readonly personId: string;
  readonly role: 'payer' | 'earner' | 'host' | 'guest';
}

/** What is fixed about a call. */
export interface CallTerms {
  /** Epoch ms. */
  readonly createdAt: number;
  /** How long a person who left without hanging up may stay away before the call ends. */
  readonly graceMs: number;
}

/** All that a call's fold reads. The order of the lists means nothing; facts may come twice. */
export interface CallEvidence {
  readonly call: CallTerms;
  readonly people: readonly CallMember[];
  readonly intervals: readonly CallInterval[];
  readonly facts: readonly CallFact[];
}

/** What a call is, read from its evidence. Instants are epoch ms. */
export interface CallReading {
  readonly status: CallStatus;
  /** When its people first were there together. */
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** A person's id, or `system`. */
  readonly endedBy: string | null;
  readonly endReason: CallEnd['reason'] | null;
  /** Until when the person `graceOf` may come back; only while somebody is awaited. */
  readonly graceUntil: number | null;
  readonly graceOf: string | null;
}

/** Reads a call from its evidence. Pure, and the same for every order and repetition of the same facts. */
export function foldCall(evidence: CallEvidence): CallReading {
  const end = earliestEnd(evidence);
  if (end) return endedReading(evidence, end);
  const spans = spansOf(evidence);
  const startedAt = startOf(spans);
  const there = spans.filter((each) => isThere(each.intervals)).length;
  const status = startedAt === null ? 'waiting' : there >= 2 ? 'live' : 'reconnecting';
  const away = graceOf(evidence, { there, started: startedAt !== null });
  return { status, startedAt, endedAt: null, endedBy: null, endReason: null, ...away };
}

function endedReading(evidence: CallEvidence, end: CallEnd): CallReading {
  const endedAt = Math.max(end.at, evidence.call.createdAt);
  const startedAt = startOf(spansOf(evidence));
  return {
    status: 'ended',
    startedAt: startedAt !== null && startedAt < endedAt ? startedAt : null,
    endedAt,
    endedBy: end.by,
    endReason: end.reason,
    graceUntil: null,
    graceOf: null,
  };
}

interface MemberSpans {
  readonly personId: string;
  readonly intervals: readonly CallInterval[];
  readonly spans: readonly Span[];
}

function spansOf({ call, people, intervals }: CallEvidence): MemberSpans[] {
  return people.map(({ personId }) => {
    const own = intervals.filter((each) => each.personId === personId);
    // Whoever sat in the room before was not in the call yet.
    const spans = intersectSpans(presenceOf(own), [[call.createdAt, Infinity]]);
    return { personId, intervals: own, spans };
  });
}

function startOf(spans: readonly MemberSpans[]): number | null {
  const together = coveredBy(
    spans.map((each) => each.spans),
    2,
  );
  return together[0]?.[0] ?? null;
}

/**
 * Who is awaited, and until when. Of two who are away it is the one who went first; while nobody has met yet,
 * and in a group, a person who is there keeps the call open, so that the last one to go is the one who counts.
 */
function graceOf(
  evidence: CallEvidence,
  { there, started }: { there: number; started: boolean },
): Pick<CallReading, 'graceUntil' | 'graceOf'> {
  const anyAbsenceCounts = started && isOneToOne(evidence.people);
  if (there > 0 && !anyAbsenceCounts) return { graceUntil: null, graceOf: null };
  const away = spansOf(evidence)
    .flatMap((each) => {
      const stay = isThere(each.intervals) ? null : lastStay(each.intervals);
      return stay ? [{ personId: each.personId, awayAt: stay.endedAt }] : [];
    })
    .toSorted((a, b) => a.awayAt - b.awayAt || (a.personId < b.personId ? -1 : 1));
  const awaited = anyAbsenceCounts ? away.at(0) : away.at(-1);
  if (!awaited) return { graceUntil: null, graceOf: null };
  return { graceUntil: awaited.awayAt + evidence.call.graceMs, graceOf: awaited.personId };
}
