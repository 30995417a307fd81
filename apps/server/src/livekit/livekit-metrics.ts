/** What LiveKit says of itself on its Prometheus page. */
export interface LivekitMetrics {
  /** Epoch ms; another one tells a restart. */
  readonly startedAt: number | null;
  /** Webhooks by LiveKit's own count; null before the first one. */
  readonly dispatched: Readonly<Record<'success' | 'failure' | 'drop', number>> | null;
}

/** Reads the page. */
export function readMetrics(text: string): LivekitMetrics {
  const start = /^process_start_time_seconds(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1];
  const dispatched = { success: 0, failure: 0, drop: 0 };
  let seen = false;
  for (const [, labels = '', value] of text.matchAll(/^livekit_webhook_dispatch_total\{([^}]*)\} (\S+)$/gm)) {
    const status = /status="(success|failure|drop)"/.exec(labels)?.[1] as keyof typeof dispatched | undefined;
    if (!status) continue;
    seen = true;
    dispatched[status] += Number(value);
  }
  const startedAt = start === undefined ? Number.NaN : Math.round(Number(start) * 1000);
  return { startedAt: Number.isFinite(startedAt) ? startedAt : null, dispatched: seen ? dispatched : null };
}
