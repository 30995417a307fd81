import { unionSpans, type Span } from '../kernel/spans.ts';
import {
  ABSENT_TWICE_MS,
  SEEN_IS_PAID_MS,
  SHUT_OUT_WITHIN_MS,
  START_GRACE_MS,
  STOPPED_WITHIN_MS,
  suspectedAfterMs,
} from './limits.ts';
import { pageLeftOf, type Outage, type Watch } from './watch.ts';

/**
 * The silence that a beat of now ends, as far as it is unpaid: of somebody of a call whom LiveKit had meanwhile, and whom we had
 * judged unreachable, or whom the partner's eyes alone kept present (PRES-F22). Null where there was none: of what
 * nobody judged we do not know whose it was.
 */
export function unheardUntil(watch: Watch, now: number): Span | null {
  const { state, callId, beating, lastBeatAt, lastProofAt, sight, listedAt, beatEveryMs } = watch;
  if (callId === null || !beating) return null;
  const paidUntil = (lastBeatAt ?? now) + SEEN_IS_PAID_MS;
  const seenOnlyFrom = (sight.seenAt ?? -Infinity) > paidUntil ? paidUntil : now;
  const fromAt = state === 'unreachable' ? lastProofAt : seenOnlyFrom;
  if (now - fromAt < suspectedAfterMs(beatEveryMs)) return null;
  return (listedAt ?? -Infinity) >= fromAt ? [fromAt, now] : null;
}

/**
 * How long somebody of a call heard on after their page had said that it goes: LiveKit had them still when a list that lags would not have
 * (PRES-F27). Null for whoever went.
 */
export function heardOnUntil(watch: Watch): Span | null {
  const { callId, beating, listedAt } = watch;
  const leftAt = pageLeftOf(watch);
  if (leftAt === null || callId === null || !beating || listedAt === null) return null;
  return listedAt - leftAt >= ABSENT_TWICE_MS ? [leftAt, listedAt] : null;
}

/** What somebody of a call has had without its being paid: times that are over, of the last while. */
export type Unpaid = Pick<Watch, 'unheard' | 'stopped'>;

/** How long each of them counts. */
const WITHIN_MS: Readonly<Record<keyof Unpaid, number>> = {
  unheard: SHUT_OUT_WITHIN_MS,
  stopped: STOPPED_WITHIN_MS,
};

/** Those that still count beside another one, at `now`. */
export function stillUnpaid({ unheard, stopped }: Unpaid, now: number): Unpaid {
  const recent = (spans: readonly Span[], withinMs: number): readonly Span[] =>
    spans.filter(([, toAt]) => toAt > now - withinMs);
  return { unheard: recent(unheard, WITHIN_MS.unheard), stopped: recent(stopped, WITHIN_MS.stopped) };
}

/**
 * From when on a node counts what is unpaid: by its own start, and by an outage of LiveKit, everybody was silent. What another node
 * had counted, or this one before it was started anew, stays.
 */
export function countedFrom(kind: keyof Unpaid, of: { startedAt: number; outage: Outage | null }): number {
  const hearsFrom = of.startedAt + (kind === 'unheard' ? START_GRACE_MS : 0);
  return Math.max(hearsFrom, of.outage?.toAt ?? -Infinity);
}

/** What of a time that is over counts; null where nothing does. What ends while LiveKit is away is nobody's doing. */
export function countedOf(
  kind: keyof Unpaid,
  [fromAt, toAt]: Span,
  of: { startedAt: number; outage: Outage | null },
): Span | null {
  const from = Math.max(fromAt, countedFrom(kind, of));
  const isByOutage = of.outage?.toAt === null && of.outage.fromAt <= toAt;
  return from < toAt && !isByOutage ? [from, toAt] : null;
}

/** How much of the last while somebody had unpaid with the time that goes on, which counts since `fromAt` at the earliest. */
export function unpaidMs(
  watch: Unpaid,
  kind: keyof Unpaid,
  { lasting, now, fromAt }: { lasting: Span; now: number; fromAt: number },
): number {
  const earliest = now - WITHIN_MS[kind];
  // Two devices of one person that were silent at once were silent once.
  const spans = unionSpans(watch[kind], [[Math.max(fromAt, lasting[0]), lasting[1]]]);
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, earliest)), 0);
}
