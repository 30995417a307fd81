/** For tests only: where a server that speaks to Stripe finds one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import type { App } from '../platform/index.ts';

export const webhookSecret = 'whsec_of_this_test_alone_0123456789';
const stripe = new Stripe('sk_test_x');

/**
 * Stripe's API as far as Checkout goes: it gives back what it was asked for, and refuses other parameters under a key that it knows, as
 * Stripe does.
 */
export async function startStripe(): Promise<{
  url: string;
  asked: URLSearchParams[];
  /** Whether it does what it is asked, and the answers are lost. */
  loseAnswers: (lost: boolean) => void;
  close: () => Promise<void>;
}> {
  const asked: URLSearchParams[] = [];
  const byKey = new Map<string, string>();
  let isLost = false;
  const api: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const form = new URLSearchParams(body);
      asked.push(form);
      const key = String(request.headers['idempotency-key']);
      const isOther = (byKey.get(key) ?? body) !== body;
      byKey.set(key, byKey.get(key) ?? body);
      if (isOther) {
        response.statusCode = 400;
        response.setHeader('content-type', 'application/json');
        const message = 'Keys for idempotent requests can only be used with the same parameters.';
        return void response.end(JSON.stringify({ error: { type: 'idempotency_error', message } }));
      }
      if (isLost) return void request.socket.destroy();
      const id = `cs_test_${form.get('client_reference_id')}`;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ id, object: 'checkout.session', url: `https://checkout.test/${id}` }));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const { port } = api.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    loseAnswers(lost) {
      isLost = lost;
    },
    close: () => new Promise((resolve) => api.close(() => resolve())),
  };
}

/** A page of Checkout on which a top-up was paid. */
export const page = (topUp: { id: string }, more: object = {}) => ({
  id: `cs_test_${topUp.id}`,
  client_reference_id: topUp.id,
  payment_intent: `pi_${topUp.id}`,
  payment_status: 'paid',
  amount_total: 1_200,
  currency: 'usd',
  ...more,
});

/** What a charge of a top-up's payment says. */
export const charge = (topUp: { id: string }, more: object) => ({
  payment_intent: `pi_${topUp.id}`,
  ...more,
});

/** How a webhook comes: by default once, now, signed and of our own account. */
export interface Posting {
  readonly id?: string;
  readonly secret?: string;
  readonly at?: number;
  readonly livemode?: boolean;
  readonly account?: string;
  readonly change?: (body: string) => string;
  /** What the change was a change of. */
  readonly before?: object;
}

/** Posts a webhook as Stripe signs it; gives the answer's status. */
export type StripeSays = (type: string, object: object, posting?: Posting) => Promise<number>;

let events = 0;

export const stripeSays =
  (app: App): StripeSays =>
  async (type, object, posting = {}) => {
    const {
      id = `evt_${(events += 1)}`,
      secret = webhookSecret,
      at = Date.now(),
      livemode = false,
    } = posting;
    const data = { object, previous_attributes: posting.before };
    const payload = JSON.stringify({ id, object: 'event', type, livemode, account: posting.account, data });
    const timestamp = Math.floor(at / 1000);
    const signature = await stripe.webhooks.generateTestHeaderStringAsync({ payload, secret, timestamp });
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/webhooks/stripe',
      headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      payload: posting.change?.(payload) ?? payload,
    });
    return answer.statusCode;
  };
