import type { Access } from '../access/index.ts';
import { openCalls } from '../calls/index.ts';
import type { Carrier, Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import type { Presence } from '../presence/index.ts';
import { appendFacts, isOfCall, keepUnreadable, trimFactsJob, trimUnreadableJob } from '../presence/index.ts';
import { livekitCarriers } from './carriers.ts';
import { createAskTime } from './livekit-time.ts';
import type { RoomService } from './room-service.ts';
import { RestartWatcher } from './watch-restarts.ts';
import type { WebhookHealth } from './webhook-counters.ts';
import { WebhookCounters } from './webhook-counters.ts';
import { createWebhookInbox } from './webhook-inbox.ts';
import { registerWebhookMetrics } from './webhook-metrics.ts';
import { webhookRoutes } from './webhook-routes.ts';

export interface LivekitDeps {
  readonly config: Config;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Pick<Access, 'require'>;
  readonly rooms: RoomService;
  readonly presence: Pick<Presence, 'livekitAnswers' | 'livekitRestarted' | 'clocks' | 'witness' | 'isEmpty'>;
}

/** Webhooks as we and as LiveKit count them. */
export interface LivekitHealth extends WebhookHealth {
  readonly livekit: {
    readonly isUp: boolean;
    /** How far its clock is ahead of ours (behind: negative); where there are several, the one that is farthest off. */
    readonly clockOffsetMs: number;
    /** LiveKit's own counters; null when LIVEKIT_METRICS_URL is not known or it has sent none. */
    readonly dispatched: Readonly<Record<'success' | 'failure' | 'drop', number>> | null;
  };
}

/** The edge to LiveKit. */
export interface Livekit extends Module {
  /** Commands for the outbox. */
  readonly carriers: Readonly<Record<string, Carrier>>;
  webhookHealth(): LivekitHealth;
  /** Begins to watch for restarts of LiveKit. */
  start(): void;
  /** Stops watching; resolves when no webhook waits any more. */
  stopTaking(): Promise<void>;
}

/** Puts webhooks, rooms and the watch for restarts together. */
export function createLivekit(deps: LivekitDeps): Livekit {
  const { config, db, clock, log, rooms, presence } = deps;
  const counters = new WebhookCounters();
  const key = config.livekitApiKey ?? '';
  const httpUrl = (config.livekitUrl ?? '').replace(/^ws/, 'http');
  const inbox = createWebhookInbox({
    ...deps,
    counters,
    store: { appendFacts, keepUnreadable },
    clocks: presence.clocks,
    witness: presence.witness,
    asked: { key, time: createAskTime({ clock, url: config.livekitMetricsUrl ?? httpUrl }) },
  });
  const watcher = new RestartWatcher({
    clock,
    log,
    rooms,
    httpUrl,
    metricsUrl: config.livekitMetricsUrl,
    ours: (at) => Math.min(at - presence.clocks.offsetMs(key), clock.now()),
    heardTime: (said) => presence.clocks.hearTime(key, said),
    openRooms: async () => (await openCalls(db)).map((call) => call.livekitRoom),
    isEmpty: () => presence.isEmpty(),
    answers: (does) => presence.livekitAnswers(does),
    restarted: (at, aliveAt) => presence.livekitRestarted(at, aliveAt),
  });
  const webhookHealth = (): LivekitHealth => ({
    ...counters.health(clock.now()),
    livekit: { isUp: watcher.isUp, clockOffsetMs: presence.clocks.worstMs, dispatched: watcher.dispatched },
  });
  let watching: ReturnType<RestartWatcher['start']> | undefined;
  return {
    jobs: [
      trimUnreadableJob({ ...deps, keepMs: config.unreadableKeepMs }),
      trimFactsJob({ ...deps, keepMs: config.factsKeepMs }),
    ],
    carriers: livekitCarriers({ rooms, isOfCall: (room, identity) => isOfCall(db, room, identity) }),
    async routes(app) {
      await webhookRoutes(app, { config, clock, log, counters, inbox });
      app.get('/api/v1/admin/webhooks', { schema: { tags: ['livekit'] } }, async (request) => {
        await deps.access.require(request, 'admin', 'manager');
        return webhookHealth();
      });
    },
    webhookHealth,
    metrics: (registry) => registerWebhookMetrics(registry, counters, clock),
    start() {
      watching ??= watcher.start();
    },
    async stopTaking() {
      await watching?.close();
      await inbox.close();
    },
  };
}
