import type { WebhookCounters } from '../webhook-queue.ts';

/** What the metrics page shows. */
export interface MetricsInput {
  /** Epoch ms of the start: tells a restart. */
  startedAt: number;
  webhooks: WebhookCounters;
  queueLength: number;
  rooms: number;
  participants: number;
}

/** Prometheus text with LiveKit's names. A series of webhooks appears with its first increment, as there. */
export function metricsText(input: MetricsInput): string {
  const lines = [
    '# TYPE process_start_time_seconds gauge',
    `process_start_time_seconds ${(input.startedAt / 1000).toFixed(2)}`,
    '# TYPE livekit_room_total gauge',
    `livekit_room_total{node_id="ND_fake",node_type="SERVER"} ${input.rooms}`,
    '# TYPE livekit_participant_total gauge',
    `livekit_participant_total{node_id="ND_fake",node_type="SERVER"} ${input.participants}`,
    '# TYPE livekit_webhook_queue_length gauge',
    `livekit_webhook_queue_length{node_id="ND_fake",node_type="SERVER"} ${input.queueLength}`,
    '# TYPE livekit_webhook_dispatch_total counter',
  ];
  for (const status of ['success', 'failure', 'drop'] as const) {
    const count = input.webhooks[status];
    const labels = `node_id="ND_fake",node_type="SERVER",reason="${REASONS[status]}",status="${status}"`;
    if (count > 0) lines.push(`livekit_webhook_dispatch_total{${labels}} ${count}`);
  }
  return `${lines.join('\n')}\n`;
}

const REASONS = { success: '', failure: 'send_failed', drop: 'overflow' } as const;
