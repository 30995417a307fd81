import type { App, Clock, Config, Log } from '../platform/index.ts';
import { addressesAmong, problem } from '../platform/index.ts';
import { webhookFault } from './verify-webhook.ts';
import type { WebhookCounters } from './webhook-counters.ts';
import type { WebhookInbox } from './webhook-inbox.ts';
import { isOverloaded } from './webhook-inbox.ts';

/** LiveKit's bodies over 1 MiB are legal: a room of many with long metadata. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

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
  await app.register(async (scope) => {
    // Whatever the content type says, the signature is over the bytes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // One that cannot be read as a type at all would be answered 415, which LiveKit takes for delivered.
    scope.addHook('onRequest', (request, _reply, done) => {
      request.headers['content-type'] = 'application/webhook+json';
      done();
    });
    // Headers for browsers would cost a third of the time; no browser sends webhooks.
    const options = { bodyLimit: BODY_BYTES_MAX, helmet: false as const };
    scope.post('/api/livekit/webhook', options, async (request, reply) => {
      if (!allowed(request.ip)) {
        counters.refusedAddresses += 1;
        log.warn({ ip: request.ip }, 'a webhook came from an address that is not on the list');
        throw problem('webhook.address', `${request.ip} is not in LATIDO_WEBHOOK_ALLOW.`);
      }
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const { authorization } = request.headers;
      const receivedAt = clock.now();
      const fault = webhookFault({ authorization, body, keys: config.livekitKeys, now: receivedAt });
      if (fault) {
        counters.badSignature(fault);
        log.warn({ fault, bytes: body.length }, 'a webhook had a bad signature and is lost');
        throw problem('webhook.signature', SIGNATURE_ADVICE);
      }
      try {
        await inbox.take({ body, receivedAt });
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

const SIGNATURE_ADVICE =
  'The Authorization header must be a JWT (HS256, no Bearer) by a known API key, with the digest of this very body. ' +
  "Check webhook.api_key in LiveKit's settings against LIVEKIT_API_KEY, LIVEKIT_API_SECRET or LIVEKIT_KEYS here.";

/** Whether an address is among these addresses and networks; everybody is when there are none. */
export function allowList(entries: readonly string[]): (ip: string) => boolean {
  return entries.length === 0 ? () => true : addressesAmong(entries);
}
