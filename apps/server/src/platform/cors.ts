import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from './http.ts';

/** What a page of another origin may send and read, besides what every page may. */
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const SENT = 'authorization, content-type, idempotency-key, x-api-key';
/** A list of names of headers, as a browser asks by it. */
const NAMES = /^[\w-]+(, ?[\w-]+)*$/;
const EXPOSED = 'content-disposition, retry-after, set-auth-token, x-request-id';
/** How long a browser need not ask again, in seconds. */
const MAX_AGE_S = 600;

/**
 * Lets pages of these origins, and of no others, ask by fetch and read what is answered, errors included. With
 * credentials, so an origin is named and never a star. A cookie goes along only within one site (SameSite=Lax); a page of
 * another site sends the token that a sign-in gives it in `set-auth-token`. Such a page may send whatever headers it likes:
 * clients add their own (a token of Laravel's, what axios or tracing says), and one that is not let through ends the request.
 */
export function registerCors(app: App, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (origin === undefined) return;
    reply.header('vary', 'origin');
    if (!origins.includes(origin)) return;
    reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
    if (isPreflight(request)) return await preflight(request, reply);
    reply.header('access-control-expose-headers', EXPOSED);
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function preflight({ headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const asked = headers['access-control-request-headers'] ?? '';
  return reply
    .header('access-control-allow-methods', METHODS)
    .header('access-control-allow-headers', NAMES.test(asked) ? asked : SENT)
    .header('access-control-max-age', MAX_AGE_S)
    .code(204)
    .send();
}
