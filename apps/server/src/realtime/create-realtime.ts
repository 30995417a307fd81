import type { Server } from 'node:http';
import type { Inbox } from '../inbox/index.ts';
import type { Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import { pushCalls } from './call-pushes.ts';
import { Crowd } from './crowd.ts';
import { Doors } from './doors.ts';
import { Hub } from './hub.ts';
import { mayJoin } from './may-join.ts';
import type { CallStateFor, MayJoin, PresenceSockets } from './ports.ts';
import { presenceDoor } from './presence-door.ts';
import type { Shared } from './shared-members.ts';
import { sharedInMemory } from './shared-members.ts';
import { pushUnread } from './unread-pushes.ts';
import { sharedInRedis } from './shared-members-redis.ts';

export interface RealtimeDeps {
  /** The server whose upgrades are routed here; nobody else may listen to `upgrade` on it. */
  readonly server: Server;
  readonly config: Pick<
    Config,
    'origins' | 'development' | 'redisUrl' | 'trustProxy' | 'ceilings' | 'teamChannels'
  > &
    Partial<Pick<Config, 'subscriptionCount'>>;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  /** Who takes the sockets of `/api/v1/presence`. */
  readonly presence: PresenceSockets;
  readonly callStateFor: CallStateFor;
  readonly inbox: Pick<Inbox, 'feeds' | 'countUnread'>;
  /** What nodes know of each other's channels; default: in Redis, or in memory where there is none. */
  readonly shared?: Shared;
}

/** The hub at work. */
export interface Realtime extends Module {
  readonly hub: Hub;
  /** The one authorizer. */
  readonly mayJoin: MayJoin;
  /** Where doors are put up. */
  readonly doors: Doors;
  /** Resolves when every hinted change of a call, and of what is unread, has been pushed, and every join is told to the other nodes. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the hub on an HTTP server: channels, inboxes, pushes of changed calls, and the table of doors. */
export function createRealtime(deps: RealtimeDeps): Realtime {
  const { server, config, db, clock, hints, log, presence, callStateFor, inbox } = deps;
  const { redisUrl, subscriptionCount: tellsCounts = false, origins, development, ceilings } = config;
  const alone = (): Shared => sharedInMemory(() => clock.now())(hints.node);
  const shared = deps.shared ?? (redisUrl ? sharedInRedis(redisUrl, hints.node, log) : alone());
  const { membersOfAChannel: membersMax, lingerMs } = ceilings;
  const hub = new Hub({ clock, hints, log, shared, tellsCounts, membersMax, lingerMs, inboxes: inbox.feeds });
  const crowd = new Crowd({ trustProxy: config.trustProxy, max: ceilings.socketsOfAnAddress });
  const doors = new Doors({ server, rule: { origins, development }, crowd, log });
  doors.add(presenceDoor(presence));
  const pushes = [pushCalls({ db, hints, log, hub, callStateFor }), pushUnread({ hints, log, hub, inbox })];
  return {
    hub,
    doors,
    mayJoin: (joiner, channel) => mayJoin({ db, team: config.teamChannels }, joiner, channel),
    metrics: (registry) => hub.figures.register(registry),
    async caughtUp() {
      for (const each of pushes) await each.caughtUp();
      await hub.members.caughtUp();
    },
    async close() {
      doors.close();
      for (const each of pushes) await each.close();
      await hub.close();
    },
  };
}
