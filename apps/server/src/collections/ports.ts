import type { ApiScope, Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { DbOrTx } from '../platform/index.ts';

/** Who acts. */
export interface Actor {
  readonly personId: string;
  readonly roles: readonly Role[];
  readonly scopes: readonly string[];
}

/** Somebody as collections need to know them. */
export interface Collector {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly locale: string;
  /** Since when they may not sign in; null when they may. */
  readonly bannedAt: Date | null;
  /** The id that the team's own system has for them. */
  readonly externalId: string | null;
}

/** Who is behind a request, and who somebody is; access answers. */
export interface Who {
  require(request: FastifyRequest): Promise<Actor>;
  requireScope(request: FastifyRequest, scope: ApiScope, ...roles: Role[]): Promise<Actor>;
  personIdsNamed(names: readonly string[]): Promise<Map<string, string>>;
  personIdsOfRoles(roles: readonly Role[]): Promise<string[]>;
  personsById(db: DbOrTx, ids: readonly string[]): Promise<Map<string, Collector>>;
}

/** Tells whoever is connected now, beside the inbox; the hub answers. */
export type Announce = (channel: string, type: string, payload: unknown) => void;
