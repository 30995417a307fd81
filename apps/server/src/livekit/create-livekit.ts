import type { Registry } from 'prom-client';
import type { Access } from '../access/index.ts';
import type { MeterOf } from '../calls/index.ts';
import { openCalls } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App, Carrier, Clock, Config, Db, Hints, Log } from '../platform/index.ts';
import { livekitCarriers } from './carriers.ts';
import { coinRoutes } from './coin-routes.ts';
import type { IssueTicket, StartPaidCall, TellInvited } from './ports.ts';
import type { RoomService } from './room-service.ts';
import { startCallRoutes } from './start-call-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import { RestartWatcher } from './watch-restarts.ts';
import type { WebhookHealth } from './webhook-counters.ts';
import { WebhookCounters } from './webhook-counters.ts';
import type { WebhookStore } from './webhook-inbox.ts';
import { createWebhookInbox } from './webhook-inbox.ts';
import { registerWebhookMetrics } from './webhook-metrics.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** What the edge needs. */
export interface LivekitDeps {
  readonly config: Config;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Access;
  readonly rooms: RoomService;
  /** Where webhooks are kept. */
  readonly store: WebhookStore;
  readonly issueTicket: IssueTicket;
  readonly startPaidCall: StartPaidCall;
  readonly tellInvited: TellInvited;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
  /** A new LiveKit answers since this instant (epoch ms). */
  readonly livekitRestarted: (at: number) => void;
  /** Resolves when the followers have read every fact that is stored now, and due units are charged. */
  readonly settle: () => Promise<void>;
}

/** Webhooks as we and as LiveKit count them. */
export interface LivekitHealth extends WebhookHealth {
  readonly livekit: {
    readonly isUp: boolean;
    /** LiveKit's own counters; null when LIVEKIT_METRICS_URL is not known or it has sent none. */
    readonly dispatched: Readonly<Record<'success' | 'failure' | 'drop', number>> | null;
  };
}

/** The edge to LiveKit. */
export interface Livekit {
  /** Commands for the outbox. */
  readonly carriers: Record<string, Carrier>;
  routes(app: App): Promise<void>;
  webhookHealth(): LivekitHealth;
  registerMetrics(registry: Registry): void;
  /** Begins to watch for restarts of LiveKit. */
  start(): void;
  /** Stops watching; resolves when no webhook waits any more. */
  close(): Promise<void>;
}

/** Puts webhooks, tokens, rooms and the watch for restarts together. */
export function createLivekit(deps: LivekitDeps): Livekit {
  const { config, db, clock, log, rooms } = deps;
  const counters = new WebhookCounters();
  const inbox = createWebhookInbox({ ...deps, counters });
  const watcher = new RestartWatcher({
    clock,
    log,
    rooms,
    httpUrl: (config.livekitUrl ?? '').replace(/^ws/, 'http'),
    metricsUrl: config.livekitMetricsUrl,
    openRooms: async () => (await openCalls(db)).map((call) => call.roomName),
    restarted: deps.livekitRestarted,
  });
  const webhookHealth = (): LivekitHealth => ({
    ...counters.health(clock.now()),
    livekit: { isUp: watcher.isUp, dispatched: watcher.dispatched },
  });
  let watching: ReturnType<RestartWatcher['start']> | undefined;
  return {
    carriers: livekitCarriers(db, rooms),
    async routes(app) {
      await webhookRoutes(app, { config, clock, log, counters, inbox });
      tokenRoutes(app, deps);
      coinRoutes(app, deps);
      startCallRoutes(app, deps);
      app.get('/api/v1/admin/webhooks', { schema: { tags: ['livekit'] } }, async (request) => {
        await deps.access.require(request, 'admin', 'manager');
        return webhookHealth();
      });
    },
    webhookHealth,
    registerMetrics: (registry) => registerWebhookMetrics(registry, counters, clock),
    start() {
      watching ??= watcher.start();
    },
    async close() {
      await watching?.close();
      await inbox.close();
    },
  };
}
