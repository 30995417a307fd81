import type { FastifyRequest } from 'fastify';

/** Who asks; access answers. */
export interface Who {
  /** Rejects with `auth.required` when nobody is signed in. */
  require(request: FastifyRequest): Promise<{
    readonly personId: string;
    readonly locale: string;
    readonly sessionId?: string | null;
    readonly until?: number;
  }>;
  readonly endings: Endings;
}

/** Whose poll it is, and since when they were let in (epoch ms). */
export interface Owner {
  readonly personId: string;
  readonly sessionId: string | null;
  readonly since: number;
  /** Epoch ms at which their bearer runs out, where it does. */
  readonly until?: number | undefined;
}

/** Sessions that end while somebody waits. */
export interface Endings {
  isEnded(of: Owner): boolean;
  subscribe(heard: () => void): () => void;
}
