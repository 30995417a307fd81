import { closeSpans, intersectSpans, subtractSpans, totalMs, unionSpans } from '../kernel/spans.ts';
import type { OpenSpan, Span } from '../kernel/spans.ts';

/** What metering needs of an interval of presence: one stay of one participant sid. Instants in epoch ms. */
export interface Stay {
  readonly joinedAt: number;
  readonly leftAt: number | null;
  /** The last proof of life: an open stay is worth no more than this. */
  readonly lastProofAt: number;
  /** Stretches in which the person could not be reached: unpaid. An open one lasts still. */
  readonly gaps: readonly OpenSpan[];
  /** Stretches in which they were there and what proves it pays for nothing. */
  readonly unpaid?: readonly OpenSpan[];
  /** Whether this sid ever sent a beat. Without one LiveKit alone judges it (PRES-F13). */
  readonly beating: boolean;
  /** Until when the truth of `leftAt` may reach: LiveKit cuts what it says to the second. */
  readonly leftAtMax?: number | null;
  readonly leftReason?: string | null;
}

/** Whatever bounds a timeline besides the stays. */
export interface TimelineOptions {
  /** When the call was made: nothing before it is billable. Default: no bound. */
  readonly callCreatedAt?: number;
  /** Effective end of the call: nothing after it is billable. */
  readonly callEndedAt: number | null;
  readonly bridgeGapMs: number;
  /** Stretches in which the meter stood because the balance had ended; an open one stands still. */
  readonly stops?: readonly OpenSpan[];
}

/** Togetherness as money sees it. Instants in epoch ms. */
export interface Timeline {
  /** Proven stretches of togetherness, sorted and disjoint. */
  readonly spans: readonly Span[];
  readonly billableMs: number;
  /** End of the last proven stretch: a unit due later waits. Null until both have met. */
  readonly provenUntilAt: number | null;
  /** Both are there as far as anybody knows, so that the clock of the next unit runs. */
  readonly running: boolean;
  /** From here on time adds up without a break, if nothing is heard; null while the meter rests. */
  readonly resumesAt: number | null;
  /** The stretches up to `resumesAt`, if nothing is heard: whoever is there now was so in between, proven or not (METER-95). */
  readonly ahead: readonly Span[];
  /** Nobody here beats: LiveKit's word counts, the proof reaches to "now" (corrected later if it was wrong). */
  readonly provenByNow: boolean;
  /** The balance reaches to here and no further. */
  readonly stopsAt: number | null;
}

/** Togetherness of a payer and an earner: the intersection of each one's union of stays. */
export function timeline(
  payerStaysTold: readonly Stay[],
  earnerStaysTold: readonly Stay[],
  options: TimelineOptions,
): Timeline {
  const { callCreatedAt = -Infinity, callEndedAt, bridgeGapMs, stops = [] } = options;
  const payerStays = staysSince(payerStaysTold, callCreatedAt);
  const earnerStays = staysSince(earnerStaysTold, callCreatedAt);
  // A meter that went on after a stop had LiveKit's word until then of whoever was there.
  const wordUntilAt = Math.max(-Infinity, ...stops.map(([, toAt]) => toAt ?? -Infinity));
  const stopped = stops.map(([fromAt, toAt]): Span => [fromAt, toAt ?? Infinity]);
  const togetherBy = (payers: readonly Stay[], earners: readonly Stay[]): Span[] => {
    const together = intersectSpans(
      provenSpans(payers, callEndedAt, wordUntilAt),
      provenSpans(earners, callEndedAt, wordUntilAt),
    );
    return subtractSpans(bridge(together, bridgeGapMs), stopped);
  };
  const spans = togetherBy(payerStays, earnerStays);
  const payer = openStay(payerStays);
  const earner = openStay(earnerStays);
  const provenUntilAt = spans.at(-1)?.[1] ?? null;
  const stopsAt = stops.find(([, toAt]) => toAt === null)?.[0] ?? null;
  const met = callEndedAt === null && payer !== null && earner !== null;
  const backAt = met ? Math.max(continuousFrom(payer), continuousFrom(earner)) : -Infinity;
  const isStale = met && Math.min(payer.lastProofAt, earner.lastProofAt) < backAt;
  const foreseen = isStale
    ? togetherBy(thereUntil(payerStays, payer, backAt), thereUntil(earnerStays, earner, backAt))
    : spans;
  // Only beyond what is proven: another stay of one of them may have said what was before.
  const isBeyond =
    totalMs(intersectSpans(foreseen, [[-Infinity, provenUntilAt ?? -Infinity]])) === totalMs(spans);
  const ahead = isBeyond ? foreseen : spans;
  const aheadAt = ahead.at(-1)?.[1] ?? null;
  const resumesAt = met ? Math.max(withoutGap(aheadAt, backAt, bridgeGapMs), wordUntilAt) : null;
  const running = resumesAt !== null && (stopsAt === null || resumesAt < stopsAt);
  return {
    spans,
    billableMs: totalMs(spans),
    ahead,
    provenUntilAt,
    running,
    resumesAt: running ? resumesAt : null,
    provenByNow: running && !payer?.beating && !earner?.beating,
    stopsAt,
  };
}

/** Stays cut at the call's creation: two people may have sat in its room before, and a clock may be behind. */
function staysSince(stays: readonly Stay[], sinceAt: number): Stay[] {
  return stays
    .filter(({ leftAt }) => leftAt === null || leftAt > sinceAt)
    .map((stay) => ({
      ...stay,
      joinedAt: Math.max(stay.joinedAt, sinceAt),
      lastProofAt: Math.max(stay.lastProofAt, sinceAt),
    }));
}

/** What one person's stays prove: each from its beginning to its end, or to its own last proof while it is open. */
function provenSpans(stays: readonly Stay[], callEndedAt: number | null, wordUntilAt: number): Span[] {
  return unionSpans(
    ...stays.map((stay) => {
      const toAt = Math.min(stayEnd(stay, callEndedAt, wordUntilAt), callEndedAt ?? Infinity);
      const unpaid = closeSpans([...stay.gaps, ...(stay.unpaid ?? [])], toAt);
      return subtractSpans([[stay.joinedAt, toAt]], unpaid);
    }),
  );
}

function stayEnd(stay: Stay, callEndedAt: number | null, wordUntilAt: number): number {
  if (stay.leftAt !== null) return endedWithCall(stay, callEndedAt) ? callEndedAt : stay.leftAt;
  if (stay.beating) return stay.lastProofAt;
  // LiveKit is silent as long as somebody is there: its silence up to the end of the call is its word.
  return callEndedAt ?? Math.max(stay.lastProofAt, wordUntilAt);
}

/**
 * Whether a stay ended because the call did. A call that ends has its room deleted, and LiveKit dates that by the whole
 * second before: nobody was gone before the end for that, and no unit that was due by then is taken back.
 */
function endedWithCall(stay: Stay, callEndedAt: number | null): callEndedAt is number {
  const { leftAt, leftAtMax = null, leftReason, beating } = stay;
  if (callEndedAt === null || leftAt === null || leftAtMax === null) return false;
  const byTheEnd = WITH_THE_ROOM.includes(leftReason ?? '') || (!beating && leftReason === 'page_left');
  return byTheEnd && leftAt < callEndedAt && callEndedAt <= leftAtMax;
}

/** LeftReasons of those whose room went, or who were sent away. */
const WITH_THE_ROOM: readonly string[] = ['room_deleted', 'room_finished', 'removed'];

/** The newest stay that has neither ended nor lies in a gap: where its person is now. */
function openStay(stays: readonly Stay[]): Stay | null {
  const rests = ({ gaps, unpaid = [] }: Stay): boolean =>
    [...gaps, ...unpaid].some(([, toAt]) => toAt === null);
  const open = stays.filter((stay) => stay.leftAt === null && !rests(stay));
  return open.toSorted(byNewness).at(-1) ?? null;
}

/** Two tabs that were there before the call began at once with it: then the one whose word is needed, in whatever order they came. */
function byNewness(a: Stay, b: Stay): number {
  return (
    a.joinedAt - b.joinedAt || Number(a.beating) - Number(b.beating) || continuousFrom(a) - continuousFrom(b)
  );
}

/** The stays, of which the open one is as good as proven up to an instant: who is there then was there before. */
function thereUntil(stays: readonly Stay[], open: Stay, at: number): Stay[] {
  return stays.map((stay) => (stay === open && stay.lastProofAt < at ? { ...stay, lastProofAt: at } : stay));
}

function continuousFrom(stay: Stay): number {
  const unpaid = (stay.unpaid ?? []).map(([fromAt, toAt]) => toAt ?? fromAt);
  return Math.max(stay.joinedAt, ...stay.gaps.map(([fromAt, toAt]) => toAt ?? fromAt), ...unpaid);
}

/** From where time adds up again: a gap that is bridged is no break, also while no proof has come yet after it (METER-91). */
function withoutGap(provenUntilAt: number | null, backAt: number, bridgeGapMs: number): number {
  if (provenUntilAt === null || backAt - provenUntilAt > bridgeGapMs) {
    return Math.max(provenUntilAt ?? -Infinity, backAt);
  }
  return provenUntilAt;
}

function bridge(spans: readonly Span[], gapMs: number): Span[] {
  if (gapMs <= 0) return [...spans];
  const bridged: Span[] = [];
  for (const [fromAt, toAt] of spans) {
    const last = bridged.at(-1);
    if (last !== undefined && fromAt - last[1] <= gapMs) bridged[bridged.length - 1] = [last[0], toAt];
    else bridged.push([fromAt, toAt]);
  }
  return bridged;
}

/**
 * Billable time as a screen may show it at `nowAt`: what is proven and, while the meter runs, the time since then,
 * which the next proof will confirm or take back. Money never follows this figure.
 */
export function billableAt(
  line: Pick<Timeline, 'billableMs' | 'resumesAt' | 'stopsAt'>,
  nowAt: number,
): number {
  if (line.resumesAt === null) return line.billableMs;
  return line.billableMs + Math.max(0, Math.min(nowAt, line.stopsAt ?? Infinity) - line.resumesAt);
}
