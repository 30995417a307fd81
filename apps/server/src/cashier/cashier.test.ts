import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerSum, openAccount, takeBackBought, writeEntry } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { auditMoney } from './audit.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';
import {
  charge,
  page,
  startStripe,
  stripeSays,
  webhookSecret,
  type Posting,
  type StripeSays,
} from './stripe.testing.ts';

interface Answer {
  status: number;
  body: Record<string, unknown> & {
    id: string;
    code?: string;
    detail?: string;
    items?: Record<string, unknown>[];
  };
}

const asking =
  (server: TestServer) =>
  async (
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    who: Guest,
    more: { payload?: object; key?: string } = {},
  ): Promise<Answer> => {
    const answer = await server.app.inject({
      method,
      url: `/api/v1/${url}`,
      headers: { ...who.headers, ...(more.key ? { 'idempotency-key': more.key } : {}) },
      ...(more.payload ? { payload: more.payload } : {}),
    });
    return { status: answer.statusCode, body: answer.json() };
  };

async function booksAreRight(server: TestServer): Promise<void> {
  const differences = [];
  for await (const difference of auditMoney(server.db)) differences.push(difference);
  expect(differences).toEqual([]);
  expect(await ledgerSum(server.db)).toBe(0n);
}

for (const kind of await openTestDatabases()) {
  describe(`the cashier on ${kind.name}, with the development provider`, () => {
    let server: TestServer;
    let ask: ReturnType<typeof asking>;
    let alice: Guest;
    let bob: Guest;
    let dora: Guest;
    let admin: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind);
      ask = asking(server);
      alice = await server.person('alice', ['client']);
      bob = await server.person('bob', ['client']);
      dora = await server.person('dora', ['mentor']);
      admin = await server.person('adam', ['admin']);
    });
    afterAll(() => server.close());

    it('[CASH-1] coins and price are the pack’s as it was, whatever a client sends', async () => {
      const cheated = await ask('POST', 'topups', alice, {
        payload: { packId: 'medium', coins: 9_999, amount: 1 },
      });
      expect([cheated.status, cheated.body.code]).toEqual([400, 'request.invalid']);
      const made = await ask('POST', 'topups', alice, { payload: { packId: 'medium' } });
      const cheaper = await ask('POST', `topups/${made.body.id}/dev-pay`, alice, { payload: { amount: 1 } });
      expect([cheaper.status, cheaper.body.code]).toEqual([400, 'request.invalid']);
      expect(made).toMatchObject({
        status: 201,
        body: { status: 'pending', coins: 250, bonus: 25, amount: 1_200 },
      });
      const items = [{ id: 'medium', name: 'Less', coins: 1, bonus: 0, amount: 1_200, currency: 'USD' }];
      expect((await ask('PUT', 'packs', bob, { payload: { items } })).status).toBe(403);
      expect((await ask('PUT', 'packs', admin, { payload: { items } })).status).toBe(200);
      const paid = await ask('POST', `topups/${made.body.id}/dev-pay`, alice);
      expect(paid).toMatchObject({ status: 200, body: { status: 'paid', coins: 250, bonus: 25 } });
      expect((await server.wallet(alice.personId))?.posted).toBe(275n);
      const { items: lines } = (await ask('GET', 'wallet/statement', alice)).body;
      expect(lines?.map(({ kind, coins: of }) => [kind, of])).toEqual([
        ['bonus', 25],
        ['topup', 250],
      ]);
      await booksAreRight(server);
    });

    it('[CASH-2] paid twice is credited once', async () => {
      const made = await ask('POST', 'topups', bob, { payload: { packId: 'medium' } });
      const pay = () => ask('POST', `topups/${made.body.id}/dev-pay`, bob);
      const answers = await Promise.all([pay(), pay(), pay()]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect((await server.wallet(bob.personId))?.posted).toBe(1n);
      expect((await ask('GET', 'topups', bob)).body.items).toHaveLength(1);
      const notices = await ask('GET', 'inbox?after=0', bob);
      expect(notices.body.items?.map(({ type }) => type)).toEqual(['topup.changed']);
    });

    it('[CASH-9] one key is one top-up; what is another’s is not found', async () => {
      const [one, two] = await Promise.all(
        ['k', 'k'].map((key) => ask('POST', 'topups', bob, { key, payload: { packId: 'medium' } })),
      );
      expect(one?.body.id).toBe(two?.body.id);
      const items = [
        { id: 'medium', name: 'Less', coins: 1, bonus: 0, amount: 1_200, currency: 'USD' },
        { id: 'other', name: 'Other', coins: 2, bonus: 0, amount: 100, currency: 'USD' },
      ];
      await ask('PUT', 'packs', admin, { payload: { items } });
      const mismatch = await ask('POST', 'topups', bob, { key: 'k', payload: { packId: 'other' } });
      expect([mismatch.status, mismatch.body.code]).toEqual([409, 'idempotency.mismatch']);
      expect((await ask('POST', 'topups', bob, { payload: { packId: 'none' } })).body.code).toBe(
        'pack.not_found',
      );
      expect((await ask('POST', `topups/${one?.body.id}/dev-pay`, alice)).body.code).toBe('topup.not_found');
      expect((await ask('GET', `topups/${one?.body.id}`, alice)).status).toBe(404);
    });

    /** As if calls had earned them: coins of an earner have no lots. */
    const earn = async (coins: bigint) =>
      await server.db.transaction().execute(async (tx) => {
        const accountId = await openAccount(tx, dora.personId, 'earner');
        await writeEntry(tx, { kind: 'refund', idemKey: `earned:${coins}`, actor: 'test' }, [
          [accountId, coins],
          ['account_platform', -coins],
        ]);
      });

    it('[CASH-7] nobody is paid out more than is available, however many ask at once', async () => {
      await earn(100n);
      expect((await ask('GET', 'payouts', dora)).body).toMatchObject({ items: [], available: 100 });
      const asked = await Promise.all(
        [60, 60, 60].map((coins) => ask('POST', 'payouts', dora, { payload: { coins } })),
      );
      expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 402, 402]);
      const refused = asked.find(({ status }) => status === 402);
      expect(refused?.body).toMatchObject({ code: 'earnings.insufficient', available: 40, missing: 20 });
      expect((await ask('POST', 'payouts', alice, { payload: { coins: 1 } })).status).toBe(403);
      for (const coins of [0, -5, 1.5, 2 ** 60])
        expect((await ask('POST', 'payouts', dora, { payload: { coins } })).status).toBe(400);
      await booksAreRight(server);
    });

    it('[CASH-5] the desk sends, pays and returns; each step once', async () => {
      const [open] = (await ask('GET', 'payouts?status=requested', admin)).body.items ?? [];
      const step = (name: string, who = admin, payload?: object) =>
        ask('POST', `payouts/${String(open?.['id'])}/${name}`, who, payload ? { payload } : {});
      expect((await step('sent', dora)).status).toBe(403);
      expect((await step('sent')).body).toMatchObject({ status: 'sent', coins: 60, name: 'dora' });
      expect((await step('sent')).status).toBe(200);
      expect((await step('paid')).body).toMatchObject({ status: 'paid' });
      expect((await step('sent')).body.code).toBe('payout.refused');
      const returned = await step('returned', admin, { reason: 'The account is closed.' });
      expect(returned.body).toMatchObject({ status: 'returned', reason: 'The account is closed.' });
      expect((await ask('GET', 'payouts', dora)).body).toMatchObject({ available: 100 });
      expect((await ask('POST', 'payouts/payout_none/sent', admin)).body.code).toBe('payout.not_found');
      const told = (await ask('GET', 'inbox?after=0', dora)).body.items ?? [];
      expect(told.map(({ payload }) => (payload as { status: string }).status)).toEqual([
        'sent',
        'paid',
        'returned',
      ]);
      await booksAreRight(server);
    });

    it('[CASH-10] what is refunded after it was paid out is owed, and what is earned next settles it', async () => {
      const earned = async () => (await ask('GET', 'earnings', dora)).body;
      const payout = (coins: number) => ask('POST', 'payouts', dora, { payload: { coins } });
      const all = Number((await ask('GET', 'payouts', dora)).body.available);
      expect((await payout(all)).status).toBe(201);
      expect(await earned()).toMatchObject({ balance: 0, available: 0, owed: 0 });
      await earn(-30n);
      expect(await earned()).toMatchObject({ balance: -30, available: 0, owed: 30 });
      expect((await ask('GET', 'payouts', dora)).body).toMatchObject({ available: 0 });
      const refused = await payout(1);
      expect(refused).toMatchObject({
        status: 402,
        body: { code: 'earnings.insufficient', available: 0, missing: 1, owed: 30 },
      });
      expect(refused.body['detail']).toMatch(/^Nothing can be paid out now: 30 coins were given back/);
      await earn(50n);
      expect(await earned()).toMatchObject({ balance: 20, available: 20, owed: 0 });
      expect((await payout(21)).body).toMatchObject({ available: 20, owed: 0 });
      expect((await payout(20)).status).toBe(201);
      await booksAreRight(server);
    });

    it('[CASH-9] one key is one payout', async () => {
      await earn(20n);
      const [one, two] = await Promise.all(
        ['p', 'p'].map((key) => ask('POST', 'payouts', dora, { key, payload: { coins: 10 } })),
      );
      expect(one?.body.id).toBe(two?.body.id);
      const other = await ask('POST', 'payouts', dora, { key: 'p', payload: { coins: 11 } });
      expect(other.body.code).toBe('idempotency.mismatch');
    });
  });

  describe(`the cashier on ${kind.name}, with Stripe`, () => {
    let server: TestServer;
    let ask: ReturnType<typeof asking>;
    let alice: Guest;
    let api: Awaited<ReturnType<typeof startStripe>>;
    beforeAll(async () => {
      api = await startStripe();
      server = await startTestServer(kind, {
        STRIPE_SECRET_KEY: 'sk_test_of_this_test',
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_API_URL: api.url,
      });
      ask = asking(server);
      alice = await server.person('alice', ['client']);
    });
    afterAll(async () => {
      await server?.close();
      await api?.close();
    });

    const say = (...said: Parameters<StripeSays>) => stripeSays(server.app)(...said);
    const buy = async () => (await ask('POST', 'topups', alice, { payload: { packId: 'medium' } })).body;
    const coins = async () => (await server.wallet(alice.personId))?.posted ?? 0n;
    const statusOf = async (topUp: { id: string }) =>
      (await ask('GET', `topups/${topUp.id}`, alice)).body['status'];

    it('[CASH-1] Stripe is asked for the pack’s price, and says where to pay', async () => {
      const topUp = await buy();
      expect(topUp).toMatchObject({ status: 'pending', url: `https://checkout.test/cs_test_${topUp.id}` });
      const asked = api.asked.at(-1);
      expect(asked?.get('line_items[0][price_data][unit_amount]')).toBe('1200');
      expect(asked?.get('line_items[0][price_data][currency]')).toBe('usd');
      expect((await ask('POST', `topups/${topUp.id}/dev-pay`, alice)).status).toBe(404);
      expect(await coins()).toBe(0n);
    });

    it('[CASH-2] the webhook comes twice, at once and later: one credit', async () => {
      const topUp = await buy();
      const paid = () => say('checkout.session.completed', page(topUp), { id: 'evt_twice' });
      expect(await Promise.all([paid(), paid()])).toEqual([200, 200]);
      expect(await say('checkout.session.async_payment_succeeded', page(topUp))).toBe(200);
      expect([await coins(), await statusOf(topUp)]).toEqual([275n, 'paid']);
      await booksAreRight(server);
    });

    it('[CASH-4] refunded in part, then wholly, before and after it was paid', async () => {
      const before = await coins();
      const topUp = await buy();
      expect(await say('charge.refunded', charge(topUp, { amount_refunded: 600 }))).toBe(200);
      expect(await coins()).toBe(before);
      await say('checkout.session.completed', page(topUp));
      expect(await coins()).toBe(before + 137n);
      await say('charge.refunded', charge(topUp, { amount_refunded: 1_200 }));
      expect([await coins(), await statusOf(topUp)]).toEqual([before, 'refunded']);
      await booksAreRight(server);
    });

    it('[CASH-6] what was spent and is disputed is a debt; a won dispute pays it first', async () => {
      const bob = await server.person('bob', ['client']);
      const topUp = (await ask('POST', 'topups', bob, { payload: { packId: 'medium' } })).body;
      await say('checkout.session.completed', page(topUp));
      // 200 of the 275 coins are gone.
      await server.db.transaction().execute((tx) =>
        takeBackBought(tx, {
          personId: bob.personId,
          coins: 200n,
          paidFor: 200n,
          idemKey: 'spent',
          memo: '',
          lotIds: [],
        }),
      );
      await say('charge.dispute.created', charge(topUp, { status: 'needs_response' }));
      expect((await server.wallet(bob.personId))?.posted).toBe(0n);
      await booksAreRight(server);
      await say('charge.dispute.closed', charge(topUp, { status: 'won' }));
      expect((await server.wallet(bob.personId))?.posted).toBe(75n);
      await booksAreRight(server);
    });

    it('[CASH-4] an inquiry takes nothing back, a second dispute all, and what is won comes back', async () => {
      const before = await coins();
      const topUp = await buy();
      await say('checkout.session.completed', page(topUp));
      const tell = async (does: string, id: string, status: string) => {
        expect(await say(`charge.dispute.${does}`, charge(topUp, { id, status }))).toBe(200);
        return (await coins()) - before;
      };
      expect(await tell('created', 'dp_1', 'warning_needs_response')).toBe(275n);
      expect(await tell('closed', 'dp_1', 'warning_closed')).toBe(275n);
      expect(await tell('created', 'dp_2', 'needs_response')).toBe(0n);
      expect(await tell('closed', 'dp_2', 'won')).toBe(275n);
      expect(await tell('created', 'dp_3', 'warning_needs_response')).toBe(275n);
      expect(await tell('updated', 'dp_3', 'under_review')).toBe(0n);
      expect(await tell('closed', 'dp_3', 'lost')).toBe(0n);
      expect(await tell('closed', 'dp_2', 'won')).toBe(0n);
      expect(await tell('funds_reinstated', 'dp_3', 'lost')).toBe(275n);
      await booksAreRight(server);
    });

    it('[CASH-3] a page that names a top-up and was not opened for it credits nothing', async () => {
      const before = await coins();
      const topUp = await buy();
      expect(await say('checkout.session.completed', page(topUp, { id: 'cs_of_a_payment_link' }))).toBe(200);
      expect(await say('checkout.session.expired', page(topUp, { id: 'cs_of_a_payment_link' }))).toBe(200);
      expect([await coins(), await statusOf(topUp)]).toEqual([before, 'pending']);
    });

    it('[CASH-3] another amount or currency credits nothing, and is said', async () => {
      const before = await coins();
      const topUp = await buy();
      await say('checkout.session.completed', page(topUp, { amount_total: 1 }));
      expect([await coins(), await statusOf(topUp)]).toEqual([before, 'mismatch']);
      const other = await buy();
      await say('checkout.session.completed', page(other, { currency: 'cop' }));
      expect([await coins(), await statusOf(other)]).toEqual([before, 'mismatch']);
    });

    it('[CASH-2] unpaid yet, failed, expired', async () => {
      const before = await coins();
      const topUp = await buy();
      await say('checkout.session.completed', page(topUp, { payment_status: 'unpaid' }));
      expect(await statusOf(topUp)).toBe('pending');
      await say('checkout.session.async_payment_failed', page(topUp));
      expect(await statusOf(topUp)).toBe('failed');
      const left = await buy();
      await say('checkout.session.expired', page(left));
      expect([await statusOf(left), await coins()]).toEqual(['expired', before]);
    });

    it.each<[string, Posting]>([
      ['forged', { secret: 'whsec_of_another_account_0123456789' }],
      ['old', { at: Date.now() - 400_000 }],
      ['signed for later', { at: Date.now() + 3_600_000 }],
      ['changed on its way', { change: (body) => body.replace('1200', '1201') }],
      ['of the other mode', { livemode: true }],
      ['of another account', { account: 'acct_of_somebody_else' }],
    ])('[CASH-8] a webhook that is %s is refused, and nothing is written', async (_title, posting) => {
      const before = await coins();
      const topUp = await buy();
      expect(await say('checkout.session.completed', page(topUp), posting)).toBe(401);
      expect([await coins(), await statusOf(topUp)]).toEqual([before, 'pending']);
    });

    it('[CASH-8] without a signature, or about nothing that we know', async () => {
      const url = '/api/v1/webhooks/stripe';
      const bare = await server.app.inject({ method: 'POST', url, payload: { type: 'charge.refunded' } });
      expect([bare.statusCode, bare.json().code]).toEqual([401, 'webhook.signature']);
      expect(await say('customer.created', { id: 'cus_1' })).toBe(200);
      expect(await say('charge.refunded', { payment_intent: 'pi_1', amount_refunded: 'all' })).toBe(400);
      expect(await say('charge.refunded', { payment_intent: 'pi_unknown', amount_refunded: 5 })).toBe(200);
    });
  });
}
