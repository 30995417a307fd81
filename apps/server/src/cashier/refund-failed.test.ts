import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerSum, takeBackBought } from '../ledger/index.ts';
import { audit } from '../metering/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';
import { charge, page, startStripe, stripeSays, webhookSecret, type StripeSays } from './stripe.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`a refund that fails at Stripe on ${kind.name}`, () => {
    let server: TestServer;
    let say: StripeSays;
    let alice: Guest;
    let api: Awaited<ReturnType<typeof startStripe>>;
    beforeAll(async () => {
      api = await startStripe();
      server = await startTestServer(kind, {
        STRIPE_SECRET_KEY: 'sk_test_of_this_test',
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_API_URL: api.url,
      });
      say = stripeSays(server.app);
      alice = await server.person('alice', ['client']);
    });
    afterAll(async () => {
      await server?.close();
      await api?.close();
    });

    const buy = async ({ headers }: Guest): Promise<{ id: string }> =>
      (
        await server.app.inject({
          method: 'POST',
          url: '/api/v1/topups',
          headers,
          payload: { packId: 'medium' },
        })
      ).json();
    const coins = async () => (await server.wallet(alice.personId))?.posted ?? 0n;
    const statusOf = async ({ id }: { id: string }) =>
      (await server.app.inject({ url: `/api/v1/topups/${id}`, headers: alice.headers })).json().status;
    const booksAreRight = async (): Promise<void> => {
      for await (const difference of audit(server.db)) expect(difference).toBeUndefined();
      expect(await ledgerSum(server.db)).toBe(0n);
    };

    it('[CASH-11] a refund that fails gives back what it took, once, before and after it is known', async () => {
      const before = await coins();
      const topUp = await buy(alice);
      const refunded = (total: number, previous: number) =>
        say('charge.refunded', charge(topUp, { amount_refunded: total }), {
          before: { amount_refunded: previous },
        });
      const ends = (type: string, id: string, status: string) =>
        say(type, charge(topUp, { id, object: 'refund', amount: 1_200, status }));
      const left = async () => [(await coins()) - before, await statusOf(topUp)];
      await say('checkout.session.completed', page(topUp));
      await refunded(1_200, 0);
      expect(await left()).toEqual([0n, 'refunded']);
      await ends('refund.updated', 're_1', 'pending');
      await ends('refund.updated', 're_1', 'succeeded');
      expect(await left()).toEqual([0n, 'refunded']);
      const all = ['refund.failed', 'refund.updated', 'charge.refund.updated'];
      expect(await Promise.all(all.map((type) => ends(type, 're_1', 'failed')))).toEqual([200, 200, 200]);
      expect(await left()).toEqual([275n, 'paid']);
      // Another one, of which the end is heard first.
      await ends('refund.updated', 're_2', 'canceled');
      await refunded(1_200, 0);
      expect(await left()).toEqual([275n, 'paid']);
      await refunded(1_200, 0);
      expect(await left()).toEqual([0n, 'refunded']);
      await booksAreRight();
    });

    /** A refund of a top-up's payment at Stripe, as it says each state of it. */
    const refundOf = (topUp: { id: string }, id: string, amount: number) => ({
      is: (type: string, status: string) =>
        say(type, charge(topUp, { id, object: 'refund', amount, currency: 'usd', status })),
      inTotal: (total: number, before?: number) =>
        say(
          'charge.refunded',
          charge(topUp, { object: 'charge', amount: 1_200, amount_refunded: total }),
          before === undefined ? {} : { before: { amount_refunded: before } },
        ),
    });

    it('[CASH-40] partial and then the rest, said by id and by total, out of order and twice: each is taken once', async () => {
      const before = await coins();
      const topUp = await buy(alice);
      const left = async () => [(await coins()) - before, await statusOf(topUp)];
      const [first, rest] = [refundOf(topUp, 're_p1', 600), refundOf(topUp, 're_p2', 600)];
      await first.is('refund.created', 'pending');
      await say('checkout.session.completed', page(topUp));
      expect(await left()).toEqual([137n, 'paid']);
      await first.inTotal(600, 0);
      await first.is('refund.updated', 'succeeded');
      expect(await left()).toEqual([137n, 'paid']);
      await rest.inTotal(1_200, 600);
      expect(await left()).toEqual([0n, 'refunded']);
      await rest.is('refund.created', 'succeeded');
      await rest.is('charge.refund.updated', 'succeeded');
      expect(await left()).toEqual([0n, 'refunded']);
      await booksAreRight();
    });

    it.each([
      ['falls with it', 600],
      ['keeps it', 1_200],
    ])(
      '[CASH-40] one is cancelled and made again, and the total %s: the second one stands',
      async (_how, total) => {
        const before = await coins();
        const topUp = await buy(alice);
        const left = async () => [(await coins()) - before, await statusOf(topUp)];
        const [first, again] = [
          refundOf(topUp, `re_c1_${total}`, 600),
          refundOf(topUp, `re_c2_${total}`, 600),
        ];
        await say('checkout.session.completed', page(topUp));
        await first.is('refund.created', 'requires_action');
        await first.inTotal(600);
        expect(await left()).toEqual([137n, 'paid']);
        // Its end is heard after the other one has begun.
        await again.is('refund.created', 'pending');
        await again.inTotal(total);
        await first.is('refund.updated', 'canceled');
        expect(await left()).toEqual([137n, 'paid']);
        await again.is('refund.failed', 'failed');
        expect(await left()).toEqual([275n, 'paid']);
        await booksAreRight();
      },
    );

    it('[CASH-40] one that was cancelled before it was part of any total gives back nothing of another', async () => {
      const before = await coins();
      const topUp = await buy(alice);
      const left = async () => [(await coins()) - before, await statusOf(topUp)];
      await say('checkout.session.completed', page(topUp));
      await refundOf(topUp, 're_n1', 600).is('refund.updated', 'canceled');
      const other = refundOf(topUp, 're_n2', 600);
      await other.inTotal(600, 0);
      await other.is('refund.created', 'succeeded');
      expect(await left()).toEqual([137n, 'paid']);
      await booksAreRight();
    });

    it('[CASH-11] what was spent and refunded is a debt, which a refund that fails pays first', async () => {
      const dan = await server.person('dan', ['client']);
      const topUp = await buy(dan);
      await say('checkout.session.completed', page(topUp));
      await server.db.transaction().execute((tx) =>
        takeBackBought(tx, {
          personId: dan.personId,
          coins: 200n,
          paidFor: 200n,
          idemKey: 'spent by dan',
          memo: '',
          lotIds: [],
        }),
      );
      await say('charge.refunded', charge(topUp, { amount_refunded: 1_200 }));
      expect((await server.wallet(dan.personId))?.posted).toBe(0n);
      await say('refund.failed', charge(topUp, { id: 're_3', amount: 1_200, status: 'failed' }));
      expect((await server.wallet(dan.personId))?.posted).toBe(75n);
      await booksAreRight();
    });
  });
}
