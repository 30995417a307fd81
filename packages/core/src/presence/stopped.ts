import type { Span } from '../kernel/spans.ts';
import type { Evidence } from './evidence.ts';

/** When their media did not arrive by both sides' word (PRES-F12), each until some came again, or for ever. */
export function stoppedSpans({ mediaStoppedAt = [], mediaBackAt = [] }: Evidence): Span[] {
  return mediaStoppedAt.map((fromAt): Span => [fromAt, mediaBackAt.find((at) => at > fromAt) ?? Infinity]);
}
