import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { App, Clock, Config, Log } from '../platform/index.ts';
import { addressesAmong, problem } from '../platform/index.ts';
import { digestFault, signedClaims } from './verify-webhook.ts';
import { watchLost } from './lost-webhooks.ts';
import { readWebhook, type WebhookBody } from './webhook-body.ts';
import type { WebhookCounters } from './webhook-counters.ts';
import type { WebhookInbox } from './webhook-inbox.ts';
import { isOverloaded } from './webhook-inbox.ts';

const PATH = '/api/livekit/webhook';

/** A request without a body never gets to a parser. */
const NO_BODY = { bytes: Buffer.alloc(0), cut: false };

/** What the route needs. */
export interface WebhookRouteDeps {
  readonly config: Pick<Config, 'livekitKeys' | 'webhookAllow'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: WebhookCounters;
  readonly inbox: WebhookInbox;
}

/**
 * `POST /api/livekit/webhook`. 200 only after the commit; 503 when it cannot be stored, without Retry-After, which
 * LiveKit would obey; 401 only for a bad signature, because LiveKit takes any 4xx for delivered: that event is lost.
 */
export async function webhookRoutes(app: App, deps: WebhookRouteDeps): Promise<void> {
  const { config, clock, log, counters, inbox } = deps;
  const allowed = allowList(config.webhookAllow);
  watchLost(app, { counters, log, path: PATH });
  await app.register(async (scope) => {
    // Whatever the content type says, the signature is over the bytes.
    scope.removeAllContentTypeParsers();
    const signedOf = ({ headers: { authorization } }: FastifyRequest): WebhookBody['signed'] =>
      signedClaims({ authorization, keys: config.livekitKeys, now: clock.now() });
    scope.addContentTypeParser('*', async (request: FastifyRequest, stream: IncomingMessage) => {
      const announced = Number(request.headers['content-length'] ?? 0);
      return await readWebhook(stream, { signed: signedOf(request), announced });
    });
    // One that cannot be read as a type at all would be answered 415, which LiveKit takes for delivered.
    scope.addHook('onRequest', (request, _reply, done) => {
      request.headers['content-type'] = 'application/webhook+json';
      done();
    });
    // Headers for browsers would cost a third of the time; no browser sends webhooks.
    scope.post(PATH, { helmet: false as const }, async (request, reply) => {
      if (!allowed(request.ip)) {
        counters.refusedAddresses += 1;
        log.warn({ ip: request.ip }, 'a webhook came from an address that is not on the list');
        throw problem('webhook.address', `${request.ip} is not in LATIDO_WEBHOOK_ALLOW.`);
      }
      const receivedAt = clock.now();
      const {
        bytes: body,
        signed,
        cut,
      } = (request.body ?? {
        ...NO_BODY,
        signed: signedOf(request),
      }) as WebhookBody;
      const fault = typeof signed === 'string' ? signed : digestFault(signed, body);
      // Else the rest would be read, only to be thrown away.
      if (cut) void reply.header('connection', 'close');
      if (fault) {
        counters.badSignature(fault);
        log.warn({ fault, bytes: body.length }, 'a webhook had a bad signature');
        throw problem('webhook.signature', SIGNATURE_ADVICE);
      }
      try {
        await inbox.take({ body, receivedAt, key: keyOf(signed) });
      } catch (error) {
        log.error({ err: error }, 'a webhook could not be stored; LiveKit will send it again');
        const why = isOverloaded(error)
          ? 'Too many events wait to be stored.'
          : 'The database did not take the event.';
        throw problem('webhook.not_stored', `${why} Send it again.`);
      }
      return reply.type('application/json').send('{"ok":true}');
    });
  });
}

function keyOf(signed: WebhookBody['signed']): string {
  return typeof signed === 'string' ? '' : String(signed['iss']);
}

const SIGNATURE_ADVICE =
  'The Authorization header must be a JWT (HS256, no Bearer) by a known API key, with the digest of this very body. ' +
  "Check webhook.api_key in LiveKit's settings against LIVEKIT_API_KEY, LIVEKIT_API_SECRET or LIVEKIT_KEYS here.";

/** Whether an address is among these addresses and networks; everybody is when there are none. */
export function allowList(entries: readonly string[]): (ip: string) => boolean {
  return entries.length === 0 ? () => true : addressesAmong(entries);
}
