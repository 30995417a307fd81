import type { App } from '../platform/index.ts';
import { hear, type HearDeps } from './hear.ts';
import type { StripeProvider } from './stripe.ts';

/** Stripe's events are a few kilobytes. */
const BODY_MAX = 262_144;

/**
 * `POST /api/v1/webhooks/stripe`. 200 after the commit only; what is not Stripe's is 401, and Stripe says it again for three
 * days after any other answer. The signature is over the bytes.
 */
export async function webhookRoute(app: App, deps: HearDeps & { stripe: StripeProvider }): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_request, body, done) =>
      done(null, body),
    );
    const schema = {
      tags: ['cashier'],
      summary: 'What Stripe says of payments',
      description:
        'Set it as the endpoint at Stripe, for `checkout.session.*`, `charge.refunded`, `refund.created`, `refund.failed`, `refund.updated` and `charge.dispute.*`. Each event is believed by its signature alone, and counts once, in whatever order they come.',
    };
    scope.post('/api/v1/webhooks/stripe', { schema }, async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const heard = await deps.stripe.read(body, signatureOf(request.headers['stripe-signature']));
      if (heard) await hear(deps, heard);
      return { received: true };
    });
  });
}

function signatureOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
