import type { ApiScope, Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { LastTick } from '../ledger/index.ts';
import type { Clock, Config, Db, Hints, Log } from '../platform/index.ts';

/** Who acts. */
export interface Actor {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly locale: string;
  readonly via: 'cookie' | 'bearer' | 'api_key';
}

/** Who is behind a request; access answers. */
export interface Who {
  require(request: FastifyRequest, ...roles: Role[]): Promise<Actor>;
  requireScope(request: FastifyRequest, scope: ApiScope, ...roles: Role[]): Promise<Actor>;
}

/** A way into a call's room; the edge to LiveKit gives it. */
export type Ticket = (into: {
  readonly room: string;
  readonly identity: string;
  readonly name: string;
  /** Whether both are in it: then LiveKit need not be asked for it. */
  readonly isOpen: boolean;
}) => Promise<{ token: string; wsUrl: string }>;

/** What matching stands on. */
export interface MatchingDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'livekitUrl' | 'connectMs'>;
  readonly ticket: Ticket;
  readonly lastTick: LastTick;
  /** Where whoever is connected now is told. */
  readonly hub: () => { broadcast(channel: string, event: string, data: unknown): void };
  readonly lookEveryMs?: number;
}
