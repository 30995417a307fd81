import type { Span } from '../kernel/spans.ts';
import { SEEN_IS_PAID_MS, SHUT_OUT_WITHIN_MS, suspectedAfterMs } from './limits.ts';
import type { Watch } from './watch.ts';

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

/** The silences that still count beside another one, at `now`. */
export function recentSilences(silences: readonly Span[], now: number): readonly Span[] {
  return silences.filter(([, toAt]) => toAt > now - SHUT_OUT_WITHIN_MS);
}

/** How much of the last while somebody was not heard, in all silences that are over, since `fromAt` at the earliest. */
export function unheardMs(
  silences: readonly Span[],
  { now, fromAt }: { now: number; fromAt: number },
): number {
  const countedFrom = Math.max(fromAt, now - SHUT_OUT_WITHIN_MS);
  return silences.reduce((sum, [from, to]) => sum + Math.max(0, to - Math.max(from, countedFrom)), 0);
}
