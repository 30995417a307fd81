import type { FastifyRequest } from 'fastify';
import type { App, Log } from '../platform/index.ts';
import type { WebhookCounters } from './webhook-counters.ts';

/** What watching needs. */
export interface LostDeps {
  readonly counters: Pick<WebhookCounters, 'lost'>;
  readonly log: Log;
  /** Of the route that takes webhooks. */
  readonly path: string;
}

/**
 * LiveKit sends an event again after a 5xx and after no answer at all; anything else it takes for delivered. So every other
 * answer is a lost event, wherever it was given, also before any route: counted and logged.
 */
export function watchLost(app: App, { counters, log, path }: LostDeps): void {
  // Of a body that came late the route may answer too, to a line that is gone.
  const told = new WeakSet<object>();
  const look = (request: FastifyRequest, status: number): void => {
    const { url } = request.routeOptions;
    const isWebhook =
      request.method === 'POST' &&
      (url === path || /webhook\+json/.test(request.headers['content-type'] ?? ''));
    if (!isWebhook || status === 200 || status >= 500 || told.has(request.raw)) return;
    told.add(request.raw);
    counters.lost(status);
    const fields = { status, path: request.originalUrl.slice(0, 200), ip: request.ip };
    log.error(fields, 'a webhook is lost: LiveKit takes it for delivered');
  };
  app.addHook('onResponse', (request, reply, done) => {
    look(request, reply.statusCode);
    done();
  });
  app.earlyRefusalListeners.add(({ request, status }) => look(request, status));
}
