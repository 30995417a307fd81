import type { Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { DbOrTx } from '../platform/index.ts';

/**
 * Resolves when the last ticks of ended calls are in the books: of one person's calls, or of these. Metering, of higher
 * rank, implements it; readers of figures call it, so that a call that is told as ended is told with its final coins.
 */
export type LastTick = (of: { personId: string } | { callIds: readonly string[] }) => Promise<void>;

/** The call that a meter measures, and its two sides. */
export interface MeteredCall {
  readonly callId: string;
  readonly payerId: string;
  readonly earnerId: string | null;
}

/** The calls of some meters. Metering, of higher rank, implements it. */
export type CallsOfMeters = (meterIds: readonly string[]) => Promise<ReadonlyMap<string, MeteredCall>>;

/** Who asks. Access, of the same rank, implements it. */
export interface Gate {
  /** Who sent the request, with one of these roles; else 401 or 403. */
  require(
    request: FastifyRequest,
    ...roles: Role[]
  ): Promise<{ personId: string; name: string; locale: string; roles: readonly Role[] }>;
  personsById(db: DbOrTx, ids: readonly string[]): Promise<Map<string, { readonly name: string }>>;
  personByIdOrEmail(db: DbOrTx, idOrEmail: string): Promise<{ id: string } | null>;
}
