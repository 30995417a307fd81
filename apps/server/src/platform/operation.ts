import type { ErrorCode } from '@latido/protocol';

/** What `/docs` tells of an operation beyond its schemas, and a request that the tests send as it stands here. */
export interface Operation {
  readonly summary?: string;
  readonly description?: string;
  /** Errors that belong to it alone; those that many share are added by what it takes. */
  readonly errors?: readonly ErrorCode[];
  /** Example of the body. */
  readonly body?: unknown;
  /** Who sends the example in the tests; without it, it is not sent (sockets, signed by others, ends a sign-in). */
  readonly as?: 'admin' | 'payer' | 'earner' | 'nobody';
  /** Places in the path: `call`, `payer`, `earner` stand for ids of the test's own. */
  readonly params?: Readonly<Record<string, string>>;
  /** What it answers; default 200. */
  readonly status?: number;
}

/** By `METHOD /path`, as OpenAPI writes the path. */
export type Operations = Readonly<Record<string, Operation>>;
