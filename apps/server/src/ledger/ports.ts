import type { Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { DbOrTx } from '../platform/index.ts';

/** Who asks. Access, of the same rank, implements it. */
export interface Gate {
  /** Who sent the request, with one of these roles; else 401 or 403. */
  require(request: FastifyRequest, ...roles: Role[]): Promise<{ personId: string; roles: readonly Role[] }>;
  personByIdOrEmail(db: DbOrTx, idOrEmail: string): Promise<{ id: string } | null>;
}
