import { Counter, type Registry } from 'prom-client';
import type { Clock, Db, Job, Log } from '../../platform/index.ts';
import type { Hub } from '../../realtime/index.ts';
import type { AppKey } from '../signature.ts';
import { Occupancy } from './occupancy.ts';
import { Sender, type Sent } from './sender.ts';

/** Whose channels are told of, where, and by which events. */
export interface WebhookApp extends AppKey {
  readonly appId: string;
  readonly isOwn: boolean;
  readonly url: string;
  readonly events: readonly string[];
}

/** Webhooks at work. */
export interface Webhooks {
  readonly jobs: readonly Job[];
  /** What became of requests since the start. */
  readonly counts: Readonly<Sent>;
  /** Resolves when what happened until now is told, or waits for its next try. */
  settled(): Promise<void>;
  /** Looks for what was noted and is not so. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

const SEND_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 15_000;

/** Tells a team's own backend what happens to its channels, as Pusher does. */
export function createWebhooks(of: { app: WebhookApp; db: Db; clock: Clock; log: Log; hub: Hub }): Webhooks {
  const { app, db, clock, log, hub } = of;
  const sender = new Sender({ app, url: app.url, db, clock, log });
  const wanted = new Set(app.events);
  const wake = (): void => void sender.send();
  const occupancy = new Occupancy({
    appId: app.appId,
    ofApp: app.isOwn ? null : app.appId,
    db,
    clock,
    log,
    hub,
    wanted,
    wake,
  });
  const stop = hub.observe(occupancy);
  return {
    jobs: [
      { name: `channel webhooks of ${app.appId}`, everyMs: SEND_EVERY_MS, run: () => sender.send() },
      { name: `occupied channels of ${app.appId}`, everyMs: SWEEP_EVERY_MS, run: () => occupancy.sweep() },
    ],
    counts: sender.counts,
    async settled() {
      await occupancy.settled();
      await sender.send();
    },
    sweep: () => occupancy.sweep(),
    async close() {
      stop();
      occupancy.close();
      await occupancy.settled();
      await sender.close();
    },
  };
}

/** Shows what became of the requests of all apps on a Prometheus page. */
export function registerWebhooksMetric(registry: Registry, all: ReadonlyMap<string, Webhooks>): void {
  new Counter({
    name: 'latido_channel_webhooks_total',
    help: 'Requests to backends that tell of their channels, by app: sent or failed; and events that nobody took for an hour.',
    labelNames: ['app', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [app, { counts }] of all)
        for (const [outcome, count] of Object.entries(counts)) this.inc({ app, outcome }, count);
    },
  });
}
