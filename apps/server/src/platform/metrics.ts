import { collectDefaultMetrics, Registry } from 'prom-client';
import type { App } from './http.ts';

/** A registry of figures for Prometheus, with those of the process in it. */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'latido_' });
  return registry;
}

/** Registers `/metrics`. Figures only; no names, no ids of people. */
export function registerMetrics(app: App, registry: Registry): void {
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    return await reply.type(registry.contentType).send(await registry.metrics());
  });
}
