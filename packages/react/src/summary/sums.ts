import type { CallState } from '@latido/protocol';

const SECOND_MS = 1_000;
const wholeSeconds = (ms: number): number => Math.floor(ms / SECOND_MS) * SECOND_MS;

/**
 * What the summary counts up, from the call's last state, in milliseconds and whole seconds: what is shown adds up, so
 * together and pauses are the duration. What is missing by less than a second is the clock's grain, and no pause.
 */
export function sumsOf(call: Pick<CallState, 'startedAt' | 'endedAt' | 'billableMs' | 'serverAt'>): {
  togetherMs: number;
  durationMs: number;
  pausesMs: number;
} {
  const startAt = call.startedAt === null ? null : Date.parse(call.startedAt);
  const endAt = Date.parse(call.endedAt ?? call.serverAt);
  const lastedMs = startAt === null ? 0 : Math.max(0, endAt - startAt);
  const togetherMs = wholeSeconds(call.billableMs);
  const paused = lastedMs - call.billableMs >= SECOND_MS;
  const durationMs = paused ? Math.max(togetherMs, wholeSeconds(lastedMs)) : togetherMs;
  return { togetherMs, durationMs, pausesMs: durationMs - togetherMs };
}
