import { collectDefaultMetrics, Registry } from 'prom-client';
import type { FastifyRequest } from 'fastify';
import { addressesAmong } from './addresses.ts';
import type { App } from './http.ts';

/** A registry of figures for Prometheus. */
export function createMetrics(): Registry {
  return new Registry();
}

/** Who reads the figures besides this machine itself. */
export interface MetricsReaders {
  /** Addresses and networks. */
  readonly allow: readonly string[];
  /** Throws for who may not. */
  requireKey(request: FastifyRequest): Promise<unknown>;
}

/**
 * Registers `/metrics`. No names, no ids of people, and yet nobody's business: how many calls there are, and how much
 * they cost us. Read from this machine, from the allow-list, or with a key. Those of the process are gathered from the first
 * reading on: they watch the event loop a hundred times a second, which a server that nobody watches need not pay.
 */
export function registerMetrics(app: App, registry: Registry, { allow, requireKey }: MetricsReaders): void {
  const allowed = addressesAmong(allow);
  let isFirst = true;
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (!isOfThisMachine(request) && !allowed(request.ip)) await requireKey(request);
    if (isFirst) collectDefaultMetrics({ register: registry, prefix: 'latido_' });
    isFirst = false;
    return await reply.type(registry.contentType).send(await registry.metrics());
  });
}

const thisMachine = addressesAmong(['127.0.0.0/8', '::1']);

/** By its socket, and not through a proxy on this machine, which speaks for anybody. */
function isOfThisMachine({ raw, headers }: FastifyRequest): boolean {
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => name in headers);
  return !isForwarded && thisMachine(raw.socket.remoteAddress ?? '');
}
