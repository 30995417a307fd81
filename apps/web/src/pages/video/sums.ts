import type { CallState } from '@latido/protocol';

/** What the summary counts up, from the call's last state. Durations in milliseconds. */
export function sumsOf(call: Pick<CallState, 'startedAt' | 'endedAt' | 'billableMs' | 'serverAt'>): {
  togetherMs: number;
  durationMs: number;
  pausesMs: number;
} {
  const startAt = call.startedAt === null ? null : Date.parse(call.startedAt);
  const endAt = Date.parse(call.endedAt ?? call.serverAt);
  const durationMs = startAt === null ? 0 : Math.max(0, endAt - startAt);
  return { togetherMs: call.billableMs, durationMs, pausesMs: Math.max(0, durationMs - call.billableMs) };
}
