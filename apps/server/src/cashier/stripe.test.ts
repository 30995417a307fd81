import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStripe } from './stripe.ts';
import { startStripe, webhookSecret } from './stripe.testing.ts';

describe('a page of Checkout', () => {
  let api: Awaited<ReturnType<typeof startStripe>>;
  beforeAll(async () => {
    api = await startStripe();
  });
  afterAll(() => api.close());

  it('[CASH-9] is the same one for a top-up that is asked for again, also where the answer was lost', async () => {
    const createdAt = new Date('2026-01-05T10:00:00.400Z');
    let now = createdAt.getTime();
    const settings = { secretKey: 'sk_test_x', webhookSecret, apiUrl: api.url };
    const stripe = createStripe(settings, { publicUrl: 'http://localhost', now: () => now });
    const order = {
      topUpId: 'topup_1',
      name: '10 coins',
      coins: 10n,
      amount: 1_200n,
      currency: 'USD',
      createdAt,
    };
    const ends = (): number => Number(api.asked.at(-1)?.get('expires_at')) * 1_000 - now;
    api.loseAnswers(true);
    await expect(stripe.open(order)).rejects.toThrow();
    api.loseAnswers(false);
    for (const afterMs of [0, 700, 24 * 60_000]) {
      now = createdAt.getTime() + afterMs;
      expect(await stripe.open(order)).toMatchObject({ ref: 'cs_test_topup_1' });
      expect(ends()).toBeGreaterThanOrEqual(30 * 60_000);
    }
    // Much later its end would lie nearer than Stripe takes: another page.
    for (const afterMs of [26 * 60_000, 49 * 60_000, 3 * 3_600_000]) {
      now = createdAt.getTime() + afterMs;
      await stripe.open(order);
      expect(ends()).toBeGreaterThanOrEqual(30 * 60_000);
    }
  });

  it('[CASH-30] leads back by another address whoever leaves it without paying', async () => {
    const settings = { secretKey: 'sk_test_x', webhookSecret, apiUrl: api.url };
    const stripe = createStripe(settings, { publicUrl: 'http://localhost', now: () => Date.now() });
    const of = { name: '10 coins', coins: 10n, amount: 1_200n, currency: 'USD', createdAt: new Date() };
    await stripe.open({ topUpId: 'topup_left', ...of });
    const asked = api.asked.at(-1);
    expect(asked?.get('success_url')).toBe('http://localhost/wallet?topup=topup_left');
    expect(asked?.get('cancel_url')).toBe('http://localhost/wallet?topup=topup_left&left=1');
  });
});
