import type { Access } from '../access/index.ts';
import type { App, Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import type { Realtime, Who } from '../realtime/index.ts';
import type { PusherApp } from './apps.ts';
import { authRoutes } from './auth-routes.ts';
import { Gateway } from './gateway.ts';
import { httpApi } from './http-api.ts';
import { Refusals } from './refusals.ts';
import { createWebhooks, registerWebhooksMetric, type Webhooks } from './webhooks/index.ts';

export interface PusherDeps {
  readonly realtime: Pick<Realtime, 'hub' | 'doors' | 'mayJoin'>;
  readonly access: Who & Pick<Access, 'endings' | 'requireScope'>;
  readonly hints: Hints;
  readonly db: Db;
  readonly config: Pick<Config, 'reverb' | 'apps' | 'ceilings' | 'drainMs'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door of the Pusher protocol, at work. */
export interface Pusher extends Module {
  /** `POST /broadcasting/auth`, `/pusher/auth`, their user forms, and Pusher's HTTP API. */
  routes(app: App): void;
  /** Who tells the backends of apps of their channels, by the app's id. */
  readonly webhooks: ReadonlyMap<string, Webhooks>;
  /** How many sockets are connected to this node. */
  readonly connectionCount: number;
  /** Sends sockets away in slices; new ones are still taken, so stop listening first. */
  drain(overMs?: number): Promise<void>;
  stopTaking(): Promise<void>;
  close(): Promise<void>;
}

/** Puts up the door `/app/{key}`. */
export function createPusher({ realtime, access, config, clock, db, hints, log }: PusherDeps): Pusher {
  const { reverb, ceilings, drainMs } = config;
  const { hub, doors } = realtime;
  const others = config.apps.map((app) => ({ ...app, isOwn: false }));
  const apps: [PusherApp, ...PusherApp[]] = [{ ...reverb, isOwn: true }, ...others];
  const gateway = new Gateway({ apps, hub, clock, hints, log, ceilings, endings: access.endings });
  doors.add({
    path: /^\/app\/([^/]+)$/,
    open: ({ url, matched: [key = ''] }) => {
      const protocol = url.searchParams.get('protocol');
      return (socket, stream) => gateway.accept(socket, { stream, key, protocol });
    },
  });
  const webhooks = new Map<string, Webhooks>();
  for (const { webhook, ...app } of apps)
    if (webhook)
      webhooks.set(app.appId, createWebhooks({ app: { ...app, ...webhook }, db, clock, log, hub }));
  return {
    webhooks,
    jobs: [...webhooks.values()].flatMap(({ jobs }) => jobs),
    metrics: (registry) => registerWebhooksMetric(registry, webhooks),
    routes(app) {
      authRoutes(app, {
        app: reverb,
        mayJoin: realtime.mayJoin,
        access,
        bind: (socketId, joiner) => gateway.bind(socketId, joiner),
        refusals: new Refusals(() => clock.monotonic()),
        comeBack: (socketId, limitMs) => gateway.comeBack(socketId, limitMs),
      });
      httpApi(app, { apps, hub, clock, access, perMinute: ceilings.eventsPerMinute });
    },
    get connectionCount() {
      return gateway.connectionCount;
    },
    drain: (overMs) => gateway.drain(overMs),
    stopTaking: () => gateway.drain(drainMs),
    async close() {
      gateway.close();
      for (const each of webhooks.values()) await each.close();
    },
  };
}
