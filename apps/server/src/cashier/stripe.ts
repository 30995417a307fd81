import type { ProviderWord } from '@latido/core';
import type Stripe from 'stripe';
import { messageOf, problem } from '../platform/index.ts';
import type { Heard } from './hear.ts';
import type { Provider } from './ports.ts';

/** How to reach Stripe, and how it signs what it says. */
export interface StripeSettings {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's own. */
  readonly apiUrl?: string | undefined;
}

/** Stripe, as far as the cashier needs it. */
export interface StripeProvider extends Provider {
  /**
   * Reads a webhook; null for what does not concern us.
   *
   * @throws webhook.signature for whatever Stripe has not signed for us within the last five minutes
   */
  read(body: Buffer, signature: string | undefined): Promise<Heard | null>;
}

/** A payment page may stand open for so long; half an hour is the least that Stripe takes. */
const PAGE_OPEN_MS = 3_600_000;
/** For so long a top-up that is asked for again is the same page: then its end would lie too near. */
const ATTEMPT_MS = 25 * 60_000;

/** Clocks differ; as far as a signature may be old. */
const AHEAD_MS = 300_000;

/** Stripe Checkout. Its library is loaded by who uses it only. */
export function createStripe(
  settings: StripeSettings,
  { publicUrl, now }: { publicUrl: string; now: () => number },
): StripeProvider {
  let loaded: Promise<Stripe> | undefined;
  const stripe = (): Promise<Stripe> => (loaded ??= connect(settings));
  return {
    name: 'stripe',
    async open({ topUpId, name, amount, currency, createdAt }) {
      const { key, expiresAt } = attemptOf({ topUpId, createdAt, now: now() });
      const page = await (
        await stripe()
      ).checkout.sessions.create(
        {
          mode: 'payment',
          client_reference_id: topUpId,
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: currency.toLowerCase(),
                unit_amount: Number(amount),
                product_data: { name },
              },
            },
          ],
          success_url: `${publicUrl}/wallet?topup=${topUpId}`,
          cancel_url: `${publicUrl}/wallet?topup=${topUpId}&left=1`,
          expires_at: Math.floor(expiresAt / 1000),
        },
        { idempotencyKey: key },
      );
      return { ref: page.id, ...(page.url === null ? {} : { url: page.url }) };
    },
    async read(body, signature) {
      const event = await verified(await stripe(), { body, signature, settings, now: now() });
      // A test's payment is no money, and a live one none of a test's.
      if (event.livemode === settings.secretKey.includes('_test_'))
        throw refused(`it is of Stripe's ${event.livemode ? 'live' : 'test'} mode, and our key is not`);
      // Connect and organizations: whose money that is we do not know.
      if (event.account !== undefined) throw refused('it is of another account than our own');
      const heard = readable(event);
      return heard && { provider: 'stripe', id: event.id, ...heard };
    },
  };
}

/**
 * What one attempt at a top-up is known by at Stripe. Under one key it takes the very same parameters only, so that the end of the page
 * goes by when the top-up was made; and the end must lie half an hour ahead, so that whoever tries later makes another page.
 */
function attemptOf(of: { topUpId: string; createdAt: Date; now: number }): {
  key: string;
  expiresAt: number;
} {
  const { topUpId, createdAt, now } = of;
  const attempt = Math.max(0, Math.floor((now - createdAt.getTime()) / ATTEMPT_MS));
  return {
    key: attempt === 0 ? topUpId : `${topUpId}.${attempt}`,
    expiresAt: createdAt.getTime() + attempt * ATTEMPT_MS + PAGE_OPEN_MS,
  };
}

async function connect({ secretKey, apiUrl }: StripeSettings): Promise<Stripe> {
  const { default: Library } = await import('stripe');
  if (apiUrl === undefined) return new Library(secretKey);
  const { hostname: host, port, protocol } = new URL(apiUrl);
  return new Library(secretKey, {
    host,
    port,
    protocol: protocol === 'http:' ? 'http' : 'https',
    maxNetworkRetries: 0,
  });
}

async function verified(
  stripe: Stripe,
  of: { body: Buffer; signature: string | undefined; settings: StripeSettings; now: number },
): Promise<Stripe.Event> {
  if (of.signature === undefined) throw refused('the header Stripe-Signature is missing');
  // Its library takes what was signed for tomorrow, which could be sent again for as long.
  const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(of.signature)?.[1] ?? 0) * 1000;
  if (signedAt > of.now + AHEAD_MS) throw refused('it was signed at a time that has not come');
  try {
    return await stripe.webhooks.constructEventAsync(
      of.body,
      of.signature,
      of.settings.webhookSecret,
      undefined,
      undefined,
      of.now,
    );
  } catch (error) {
    throw refused((messageOf(error).split('\n')[0] ?? '').replace(/\.+$/, ''));
  }
}

function refused(why: string): Error {
  return problem(
    'webhook.signature',
    `This is not taken for Stripe's: ${why}. Is STRIPE_WEBHOOK_SECRET that of this endpoint?`,
  );
}

type Said = Omit<Heard, 'provider' | 'id'>;

/** @throws request.invalid for what Stripe signed, and yet is no event as we know them */
function readable(event: Stripe.Event): Said | null {
  try {
    return heardIn(event);
  } catch (error) {
    throw problem('request.invalid', `This event cannot be read: ${messageOf(error)}.`);
  }
}

/** What an event says of a payment; null where it says nothing that we reckon with. */
function heardIn(event: Stripe.Event): Said | null {
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return event.data.object.payment_status === 'paid'
        ? ofPage(event.data.object, paid(event.data.object))
        : null;
    case 'checkout.session.async_payment_failed':
      return ofPage(event.data.object, { kind: 'failed' });
    case 'checkout.session.expired':
      return ofPage(event.data.object, { kind: 'expired' });
    case 'charge.refunded':
      return ofPayment(event.data.object, refunded(event));
    case 'refund.created':
    case 'refund.failed':
    case 'refund.updated':
    case 'charge.refund.updated':
      return ofRefund(event.data.object);
    case 'charge.dispute.created':
    case 'charge.dispute.updated':
    case 'charge.dispute.funds_withdrawn':
    case 'charge.dispute.funds_reinstated':
    case 'charge.dispute.closed':
      return ofDispute(event.type, event.data.object);
    default:
      return null;
  }
}

/** The total and, by what it was before, this refund's part of it. */
function refunded({ id: event, data }: Stripe.ChargeRefundedEvent): ProviderWord {
  const total = BigInt(data.object.amount_refunded);
  const before = data.previous_attributes?.amount_refunded;
  return {
    kind: 'refunded',
    total,
    ...(before === undefined ? {} : { event, amount: total - BigInt(before) }),
  };
}

/**
 * A refund by its name, as it is now. What did not arrive is back with us: Stripe says so up to three times, by different events. What
 * waits for the person to name an account is on its way.
 */
function ofRefund(of: Stripe.Refund): Said {
  const kind = of.status === 'failed' || of.status === 'canceled' ? 'refund_failed' : 'refund_made';
  return ofPayment(of, { kind, refund: of.id, amount: BigInt(of.amount) });
}

/** An inquiry (`warning_…`) takes no money; where it comes to a dispute, that is told as a change of the same. */
function ofDispute(type: string, of: Stripe.Dispute): Said | null {
  const { status, id: dispute } = of;
  if (status === 'won' || status === 'warning_closed' || type.endsWith('funds_reinstated'))
    return ofPayment(of, { kind: 'dispute_won', dispute });
  if (status === 'lost') return ofPayment(of, { kind: 'dispute_lost', dispute });
  const isTaken =
    type.endsWith('funds_withdrawn') || status === 'needs_response' || status === 'under_review';
  return isTaken ? ofPayment(of, { kind: 'disputed', dispute }) : null;
}

function paid({ amount_total: amount, currency }: Stripe.Checkout.Session): ProviderWord {
  return { kind: 'paid', amount: BigInt(amount ?? 0), currency: (currency ?? '').toUpperCase() };
}

function ofPage(page: Stripe.Checkout.Session, word: ProviderWord): Said {
  return {
    word,
    ref: page.id,
    topUpId: page.client_reference_id ?? undefined,
    paymentRef: idOf(page.payment_intent),
  };
}

function ofPayment(of: { payment_intent: string | { id: string } | null }, word: ProviderWord): Said {
  return { word, paymentRef: idOf(of.payment_intent) };
}

function idOf(of: string | { id: string } | null): string | undefined {
  return typeof of === 'string' ? of : of?.id;
}
