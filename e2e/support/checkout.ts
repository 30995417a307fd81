import { createHmac, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A payment page that was asked for. */
interface Payment {
  readonly id: string;
  readonly topUpId: string;
  readonly amount: number;
  readonly currency: string;
  readonly successUrl: string;
}

/** How a story signs: the words are Stripe's, and so is the way they are signed. */
export interface Word {
  readonly eventId?: string;
  readonly secret?: string;
}

/** What Stripe is to our server: an API that opens payment pages, the pages, and webhooks that tell that one was paid. */
export interface Checkout {
  /** Settings of a server that takes money by it. */
  readonly env: Record<string, string>;
  /** The payment that was opened last. */
  readonly last: () => Payment;
  /** Tells the server at `url` that a payment was paid. @returns its status */
  tellPaid(url: string, payment: Payment, word?: Word): Promise<number>;
  close(): Promise<void>;
}

const SECRET = 'whsec_of_the_stories_0123456789';

/** Starts it on the loopback. Its page has one link, by which whoever has paid goes back. */
export async function startCheckout(): Promise<Checkout> {
  const opened: Payment[] = [];
  let address = '';
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const known = opened.find(({ id }) => request.url === `/pay/${id}`);
      if (known) {
        response.setHeader('content-type', 'text/html');
        response.end(`<!doctype html><title>Pay</title><h1>Pay</h1><a href="${known.successUrl}">Back</a>`);
        return;
      }
      // What a browser asks for by itself, such as an icon.
      if (request.method !== 'POST') {
        response.writeHead(404).end();
        return;
      }
      const payment = paymentOf(new URLSearchParams(Buffer.concat(parts).toString()));
      opened.push(payment);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          id: payment.id,
          object: 'checkout.session',
          url: `${address}/pay/${payment.id}`,
        }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      STRIPE_SECRET_KEY: 'sk_test_of_the_stories',
      STRIPE_WEBHOOK_SECRET: SECRET,
      STRIPE_API_URL: address,
    },
    last() {
      const payment = opened.at(-1);
      if (!payment) throw new Error('no payment was opened');
      return payment;
    },
    tellPaid,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function paymentOf(form: URLSearchParams): Payment {
  const topUpId = form.get('client_reference_id') ?? '';
  return {
    id: `cs_test_${topUpId}`,
    topUpId,
    amount: Number(form.get('line_items[0][price_data][unit_amount]')),
    currency: form.get('line_items[0][price_data][currency]') ?? '',
    successUrl: form.get('success_url') ?? '',
  };
}

async function tellPaid(url: string, payment: Payment, word: Word = {}): Promise<number> {
  const { eventId = `evt_${randomUUID()}`, secret = SECRET } = word;
  const object = {
    id: payment.id,
    client_reference_id: payment.topUpId,
    payment_intent: `pi_${payment.topUpId}`,
    payment_status: 'paid',
    amount_total: payment.amount,
    currency: payment.currency,
  };
  const type = 'checkout.session.completed';
  const body = JSON.stringify({ id: eventId, object: 'event', type, livemode: false, data: { object } });
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const answer = await fetch(`${url}/api/v1/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
    body,
  });
  return answer.status;
}
