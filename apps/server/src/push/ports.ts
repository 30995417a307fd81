import type { FastifyRequest } from 'fastify';

/** Who asks; access answers. */
export interface Who {
  /** Rejects with `auth.required` when nobody is signed in. */
  require(
    request: FastifyRequest,
  ): Promise<{ readonly personId: string; readonly sessionId?: string | null }>;
}
