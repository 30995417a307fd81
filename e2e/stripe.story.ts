import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { booksBalance, callIs, join } from './support/call.ts';
import { startCheckout, type Checkout } from './support/checkout.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed } from './support/until.ts';

const PACK = { id: 'small', name: 'Small', coins: 100, bonus: 0, amount: 499, currency: 'USD' };

const told = (page: Page, status: string) =>
  page.locator(`[data-testid="topup-told"][data-status="${status}"]`).waitFor();

/** Stripe's words come when they come: before whoever paid is back, after it, and twice. */
describe('Coins that are bought at Stripe', () => {
  let stage: Stage;
  let checkout: Checkout;
  let url: string;
  const browsers = openBrowsers();
  const balance = async () => (await stage.alice.get<{ balance: number }>('/api/v1/wallet')).balance;

  beforeAll(async () => {
    checkout = await startCheckout();
    const [embedded] = stores();
    // Back to the host that holds the cookie.
    stage = await setStage(embedded!, { ...checkout.env, LATIDO_PUBLIC_URL: 'http://127.0.0.1:0' });
    url = stage.latido.url;
    const packs = await fetch(`${url}/api/v1/packs`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${stage.admin.bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify({ items: [PACK] }),
    });
    expect(packs.status).toBe(200);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
    await checkout?.close();
  });

  test('[CASH-2] the webhook comes twice and before the redirect, or after it: each payment is credited once', async () => {
    const alice = await browsers.pageOf();
    await signInByForm(alice, url, 'alice');
    const before = await balance();
    await alice.goto(`${url}/wallet`);
    await alice.getByTestId('pay-pack').click();
    await alice.getByRole('link', { name: 'Back' }).waitFor();
    const payment = checkout.last();
    expect(payment).toMatchObject({ amount: PACK.amount, currency: 'usd' });
    expect(await checkout.tellPaid(url, payment, { secret: 'whsec_of_somebody_else' })).toBe(401);
    expect(await balance()).toBe(before);
    const word = { eventId: 'evt_story' };
    const twice = [checkout.tellPaid(url, payment, word), checkout.tellPaid(url, payment, word)];
    expect(await Promise.all(twice)).toEqual([200, 200]);
    // The same payment in another word of Stripe's.
    expect(await checkout.tellPaid(url, payment)).toBe(200);
    await alice.getByRole('link', { name: 'Back' }).click();
    await told(alice, 'paid');
    await alice
      .getByTestId('wallet-balance')
      .filter({ hasText: String(before + PACK.coins) })
      .waitFor();
    await picture(alice, 'wallet-after-stripe', { fullPage: true });
    await isAccessible(alice, 'wallet after a payment');

    // Whoever is back sooner than the word sees it come.
    await alice.getByTestId('pay-pack').click();
    await alice.getByRole('link', { name: 'Back' }).click();
    await told(alice, 'pending');
    expect(await checkout.tellPaid(url, checkout.last())).toBe(200);
    await told(alice, 'paid');
    await alice
      .getByTestId('wallet-balance')
      .filter({ hasText: String(before + 2 * PACK.coins) })
      .waitFor();
    expect(await balance()).toBe(before + 2 * PACK.coins);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
    await alice.close();
  });

  test('[CASH-1] in a call it is paid in another tab, and the call goes on', async () => {
    const [alice, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf()]);
    await Promise.all([signInByForm(alice, url, 'alice'), signInByForm(bob, url, 'bob')]);
    const room = 'story-stripe';
    // All but the coins of two minutes are spent: the bar is there from the beginning.
    const before = await balance();
    const plan = { id: 'dear', name: 'Dear', price: Math.floor(before / 2) };
    for (const [method, body] of [
      ['POST', plan],
      ['PUT', { plans: ['dear'] }],
    ] as const)
      await fetch(`${url}/api/v1/plans`, {
        method,
        headers: {
          authorization: `Bearer ${stage.admin.bearer}`,
          'content-type': 'application/json',
          'idempotency-key': method,
        },
        body: JSON.stringify(body),
      });
    await join(alice, url, room);
    await join(bob, url, room);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    const { callId } = await callIs(stage.alice, room, 'live');
    await alice.getByTestId('low-balance').getByTestId('top-up').click();
    await alice.getByTestId('pay-pack').click();
    await alice.getByTestId('pay-beside').waitFor();
    await picture(alice, 'top-up-beside-call');
    await isAccessible(alice, 'top-up at Stripe in a call');
    const [beside] = await Promise.all([
      alice.context().waitForEvent('page'),
      alice.getByTestId('pay-beside').click(),
    ]);
    await beside.getByRole('link', { name: 'Back' }).waitFor();
    await timed('Stripe says paid → the coins are in the call', async () => {
      expect(await checkout.tellPaid(url, checkout.last())).toBe(200);
      await alice.getByTestId('pay-beside').waitFor({ state: 'detached' });
      await alice.getByTestId('toast').filter({ hasText: '100 coins' }).waitFor();
    });
    await framesPlay(alice, 'remote-video');
    expect(await callIs(stage.alice, room, 'live')).toMatchObject({ callId });
    await beside.getByRole('link', { name: 'Back' }).click();
    await told(beside, 'paid');
    expect(await callIs(stage.alice, room, 'live')).toMatchObject({ callId });
    await alice.getByTestId('hang-up').click();
    await callIs(stage.alice, room, 'ended');
    expect(await balance()).toBe(before + PACK.coins);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
