import type { Server } from 'node:http';
import type { App, Clock, Config, Db, Hints, Log } from '../platform/index.ts';
import { authRoutes } from './auth-routes.ts';
import { memoryBoards, type Board } from './board.ts';
import { redisBoard } from './board-redis.ts';
import { pushCalls } from './call-pushes.ts';
import { Gateway } from './gateway.ts';
import { httpApi } from './http-api.ts';
import type { Broadcaster, CallStateFor, PresenceDoor, Who } from './ports.ts';
import { routeUpgrades } from './upgrade.ts';

/** What {@link createRealtime} needs. */
export interface RealtimeDeps {
  /** The server whose upgrades are routed here; nobody else may listen to `upgrade` on it. */
  readonly server: Server;
  readonly config: Pick<Config, 'reverb' | 'origins' | 'development' | 'redisUrl'> &
    Partial<Pick<Config, 'subscriptionCount'>>;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly access: Who;
  /** The door `/api/v1/presence`; without it that path is a 404. */
  readonly presence?: PresenceDoor;
  /** Without it no call is pushed. */
  readonly callStateFor?: CallStateFor;
  /** What nodes know of each other's channels; default: in Redis, or in memory where there is none. */
  readonly board?: Board;
}

/** The realtime edge at work. */
export interface Realtime {
  readonly broadcaster: Broadcaster;
  /** `POST /broadcasting/auth`, `/pusher/auth`, their user forms, and Pusher's HTTP API. */
  routes(app: App): void;
  /** What is connected to this node. */
  counts(): { connections: number; channels: number };
  /** Resolves when every hinted change of a call has been pushed, and every join is told to the other nodes. */
  idle(): Promise<void>;
  /** Sends sockets away in slices; new ones are still taken, so stop listening first. */
  drain(overMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the realtime edge on an HTTP server: one upgrade router, the Pusher protocol, pushes of changed calls. */
export function createRealtime(deps: RealtimeDeps): Realtime {
  const { server, config, db, clock, hints, log, access, presence, callStateFor } = deps;
  const { redisUrl, reverb, subscriptionCount: tellsCounts = false } = config;
  const alone = (): Board => memoryBoards(() => clock.now())(hints.node);
  const board = deps.board ?? (redisUrl ? redisBoard(redisUrl, hints.node, log) : alone());
  const gateway = new Gateway({ app: reverb, db, clock, hints, log, board, tellsCounts });
  const rule = { origins: config.origins, development: config.development };
  const stopRouting = routeUpgrades({ server, gateway, presence, rule, log });
  const pushes = callStateFor && pushCalls({ db, hints, log, gateway, callStateFor });
  return {
    broadcaster: gateway,
    routes(app) {
      authRoutes(app, { app: config.reverb, db, access });
      httpApi(app, { app: config.reverb, gateway, clock });
    },
    counts: () => ({ connections: gateway.connectionCount, channels: [...gateway.channels.all()].length }),
    async idle() {
      await pushes?.idle();
      await gateway.census.idle();
    },
    drain: (overMs) => gateway.drain(overMs),
    async close() {
      stopRouting();
      await pushes?.close();
      await gateway.close();
    },
  };
}
