import { Socket } from 'node:net';
import type { App } from './http.ts';
import { refuseUnparsed } from './refusals.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long a body may take on its way, where that is longer than any other: files, on a slow line. */
    bodyWithinMs?: number;
  }
}

/** A body that trickles holds memory and a socket: it is there within a time, or the line is cut with a word. */
export function refuseSlowBodies(app: App, withinMs: number): void {
  app.addHook('onRequest', async (request) => {
    const { raw, routeOptions } = request;
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
    if (length === undefined && encoding === undefined) return;
    // What was never on a line cannot be late.
    if (!(raw.socket instanceof Socket)) return;
    const late = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const ms = routeOptions.config.bodyWithinMs ?? withinMs;
    const timer = setTimeout(() => {
      // The line may serve another request by now.
      if (raw.complete) return;
      refuseUnparsed(late, raw.socket);
      for (const listener of app.earlyRefusalListeners) listener({ request, status: 408 });
    }, ms);
    const stop = (): void => clearTimeout(timer);
    raw.once('end', stop).once('close', stop);
  });
}
