import type { Role } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { DbOrTx } from '../platform/index.ts';

/** Who asks, and who people are; access answers. */
export interface Who {
  require(request: FastifyRequest, ...roles: Role[]): Promise<{ personId: string; roles: readonly Role[] }>;
  personByIdOrEmail(db: DbOrTx, idOrEmail: string): Promise<{ id: string; name: string } | null>;
  personsById(db: DbOrTx, ids: readonly string[]): Promise<Map<string, { readonly name: string }>>;
}

/** What is to be paid for. */
export interface Order {
  readonly topUpId: string;
  readonly name: string;
  readonly coins: bigint;
  /** Minor units. */
  readonly amount: bigint;
  readonly currency: string;
  /** When it was made: asked again, it is the same order. */
  readonly createdAt: Date;
}

/** Who takes the money. What it says later comes by its own way, and is heard by {@link hear}. */
export interface Provider {
  readonly name: 'development' | 'stripe';
  /** Opens a payment; asked again for the same top-up it is the same one. `url`: where people pay. */
  open(order: Order): Promise<{ ref: string; url?: string }>;
}
