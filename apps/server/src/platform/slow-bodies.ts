import { Socket } from 'node:net';
import type { App } from './http.ts';
import { refuseUnparsed } from './refusals.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long a body may take on its way, where that is longer than any other: files, on a slow line. */
    bodyWithinMs?: number;
  }
}

/**
 * A body that trickles holds memory and a socket: it is there within a time, or the line is cut with a word. Who has been answered
 * before it was, a stranger above all, is given no longer than anybody else.
 */
export function refuseSlowBodies(app: App, withinMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw, routeOptions } = request;
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
    if (length === undefined && encoding === undefined) return;
    // What was never on a line cannot be late.
    if (!(raw.socket instanceof Socket)) return;
    const late = Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const startedAt = performance.now();
    // The line may serve another request once this one is complete.
    let timer = setTimeout(() => {
      if (raw.complete) return;
      refuseUnparsed(late, raw.socket);
      for (const listener of app.earlyRefusalListeners) listener({ request, status: 408 });
    }, routeOptions.config.bodyWithinMs ?? withinMs);
    const stop = (): void => clearTimeout(timer);
    raw.once('end', stop).once('close', stop);
    reply.raw.once('finish', () => {
      stop();
      if (raw.complete) return;
      const leftMs = Math.max(0, startedAt + withinMs - performance.now());
      timer = setTimeout(() => raw.complete || raw.socket.destroy(), leftMs);
    });
  });
}
