import type { Access } from '../access/index.ts';
import type { MeterOf } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { RoomService } from '../livekit/index.ts';
import type { Clock, Config, Db, Hints, Module } from '../platform/index.ts';
import type { Presence } from '../presence/index.ts';
import type { Broadcaster, Realtime } from '../realtime/index.ts';
import { adminRoutes } from './admin-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { coinRoutes } from './coin-routes.ts';
import { noticeRoutes } from './notice-routes.ts';
import { onlineRoutes } from './online-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { startCallRoutes } from './start-call-routes.ts';
import { teamRoutes } from './team-routes.ts';
import { tokenRoutes } from './token-routes.ts';

export interface ApiDeps {
  readonly access: Access;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly config: Config;
  readonly presence: Pick<Presence, 'issueTicket'>;
  readonly rooms: Pick<RoomService, 'createRoom' | 'removeParticipant'>;
  readonly hub: Broadcaster & Pick<Realtime['hub'], 'members'>;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
  /** Resolves when all that is stored is folded. */
  readonly caughtUp: () => Promise<void>;
  /** Resolves when all that is stored is folded, and what is due then is charged. */
  readonly settle: () => Promise<void>;
}

/** Routes that need several modules at once. */
export function createApi(deps: ApiDeps): Module {
  return {
    routes(app) {
      tokenRoutes(app, deps);
      coinRoutes(app, deps);
      startCallRoutes(app, deps);
      auditRoutes(app, deps);
      peopleRoutes(app, deps);
      onlineRoutes(app, deps);
      adminRoutes(app, deps);
      teamRoutes(app, deps);
      noticeRoutes(app, deps);
    },
  };
}
