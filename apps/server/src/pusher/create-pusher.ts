import type { Access } from '../access/index.ts';
import type { App, Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import type { Realtime, Who } from '../realtime/index.ts';
import { authRoutes } from './auth-routes.ts';
import { Gateway } from './gateway.ts';
import { httpApi } from './http-api.ts';
import { createWebhooks, type Webhooks } from './webhooks/index.ts';

export interface PusherDeps {
  readonly realtime: Pick<Realtime, 'hub' | 'doors' | 'mayJoin'>;
  readonly access: Who & Pick<Access, 'endings'>;
  readonly hints: Hints;
  readonly db: Db;
  readonly config: Pick<Config, 'reverb' | 'ceilings' | 'drainMs'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door of the Pusher protocol, at work. */
export interface Pusher extends Module {
  /** `POST /broadcasting/auth`, `/pusher/auth`, their user forms, and Pusher's HTTP API. */
  routes(app: App): void;
  /** Tells a team's own backend of its channels; null where none is named. */
  readonly webhooks: Webhooks | null;
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
  const gateway = new Gateway({ app: reverb, hub, clock, hints, log, ceilings, endings: access.endings });
  doors.add({
    path: /^\/app\/([^/]+)$/,
    open: ({ url, matched: [key = ''] }) => {
      const protocol = url.searchParams.get('protocol');
      return (socket, stream) => gateway.accept(socket, { stream, key, protocol });
    },
  });
  const { webhook } = reverb;
  const webhooks = webhook ? createWebhooks({ app: { ...reverb, ...webhook }, db, clock, log, hub }) : null;
  return {
    webhooks,
    jobs: webhooks?.jobs ?? [],
    metrics: (registry) => webhooks?.metrics(registry),
    routes(app) {
      authRoutes(app, {
        app: reverb,
        mayJoin: realtime.mayJoin,
        access,
        bind: (socketId, joiner) => gateway.bind(socketId, joiner),
        comeBack: (socketId) => gateway.comeBack(socketId),
      });
      httpApi(app, { app: reverb, hub, clock });
    },
    get connectionCount() {
      return gateway.connectionCount;
    },
    drain: (overMs) => gateway.drain(overMs),
    stopTaking: () => gateway.drain(drainMs),
    async close() {
      gateway.close();
      await webhooks?.close();
    },
  };
}
