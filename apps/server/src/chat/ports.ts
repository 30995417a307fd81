import type { FastifyRequest } from 'fastify';
import type { Viewer } from '../calls/index.ts';
import type { Clock, Db } from '../platform/index.ts';

/** Who writes and reads; access answers. */
export interface Who {
  require(request: FastifyRequest): Promise<Viewer & { name: string; via: 'cookie' | 'bearer' | 'api_key' }>;
}

/** What chat stands on. */
export interface ChatDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  /** Where whoever has the call open is told. */
  readonly hub: () => { broadcast(channel: string, event: string, data: unknown): void };
}
