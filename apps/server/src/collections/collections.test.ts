import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';
import { checkedJustNow, inDays, lenderAt } from './collections.testing.ts';
import { takeLease } from './lease.ts';

type Lender = ReturnType<typeof lenderAt>;

interface Listed {
  id: string;
  debtor: { name: string };
}

for (const kind of await openTestDatabases()) {
  describe(`collections on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let carlos: Guest;
    let client: Guest;

    beforeAll(async () => {
      server = await startTestServer(kind);
      await checkedJustNow(server);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      carlos = await server.person('carlos', ['collector']);
      client = await server.person('alice', ['client']);
    });
    afterAll(() => server.close());

    const ask: Lender['ask'] = (...of) => lenderAt(server, manager).ask(...of);
    const post: Lender['post'] = (...of) => lenderAt(server, manager).post(...of);
    const lend: Lender['lend'] = (...of) => lenderAt(server, manager).lend(...of);
    const inbox: Lender['inbox'] = (...of) => lenderAt(server, manager).inbox(...of);
    const names = ({ body }: { body: { items: Listed[] } }) => body.items.map(({ debtor }) => debtor.name);
    const check = (payload: object = {}) => post('collections/check', manager, payload);

    it('[COLL-3] the list shows what is overdue and what is soon, to whom it belongs', async () => {
      await lend('Late', inDays(-12), { to: carol });
      await lend('Soon', inDays(5), { to: carol });
      await lend('Far', inDays(30), { to: carol });
      await lend('Other', inDays(-1), { to: carlos });
      await lend('Nobody', inDays(-2));
      expect(names(await ask('GET', '/api/v1/credits', carol))).toEqual(['Late', 'Soon', 'Far']);
      expect(names(await ask('GET', '/api/v1/credits?attention=overdue', carol))).toEqual(['Late']);
      expect(names(await ask('GET', '/api/v1/credits?attention=soon', carol))).toEqual(['Soon']);
      expect(names(await ask('GET', '/api/v1/credits?attention=overdue', manager))).toEqual([
        'Late',
        'Nobody',
        'Other',
      ]);
      expect(names(await ask('GET', '/api/v1/credits?collectorId=none', manager))).toEqual(['Nobody']);
      expect(
        (await ask('GET', `/api/v1/credits?collectorId=${carlos.personId}`, carol)).body.items,
      ).toHaveLength(3);
      expect((await ask('GET', '/api/v1/credits', client)).status).toBe(403);
      const first = (await ask('GET', '/api/v1/credits?limit=2', manager)).body;
      const second = (await ask('GET', `/api/v1/credits?limit=2&cursor=${first.nextCursor}`, manager)).body;
      expect([...first.items, ...second.items].map((one: Listed) => one.debtor.name)).toEqual([
        'Late',
        'Nobody',
        'Other',
        'Soon',
      ]);
      expect((await ask('GET', '/api/v1/credits?cursor=x', manager)).body.code).toBe('cursor.invalid');
    });

    it('[COLL-7] the check tells each collector once a day for each credit and reason', async () => {
      const first = await check();
      expect(first.body).toEqual({ looked: 4, found: 4, told: 3, skipped: 0, unassigned: 1 });
      expect((await check()).body).toEqual({ looked: 4, found: 4, told: 0, skipped: 3, unassigned: 1 });
      const told = await inbox(carol, 'credit.requires.attention');
      expect(told.map(({ payload }: { payload: { daysOverdue: number } }) => payload.daysOverdue)).toEqual([
        12, 0,
      ]);
      expect(told[0].payload).toMatchObject({
        debtor: { name: 'Late', phone: '+57 1' },
        amountDue: 30_000,
        dueOn: inDays(-12),
        message: expect.stringContaining('12 days overdue'),
      });
      const tomorrow = { at: new Date(Date.now() + 86_400_000).toISOString() };
      expect((await check({ ...tomorrow, dryRun: true })).body).toMatchObject({
        found: 4,
        told: 0,
        skipped: 0,
      });
      expect((await check(tomorrow)).body).toMatchObject({ told: 3, skipped: 0 });
    });

    it('[COLL-7] a debtor who changes hands that day is told to the other as well, and to nobody twice', async () => {
      const { debtor } = await lend('Handed', inDays(-4), { to: carol });
      await check();
      await post('assignments', manager, { debtorId: debtor.id, collectorId: carlos.personId });
      expect((await check()).body).toMatchObject({ told: 1 });
      await post('assignments', manager, { debtorId: debtor.id, collectorId: carol.personId });
      expect((await check()).body).toMatchObject({ told: 0 });
      const of = async (who: Guest) =>
        (await inbox(who, 'credit.requires.attention')).filter(
          ({ payload }: { payload: { debtor: { id: string } } }) => payload.debtor.id === debtor.id,
        );
      expect([(await of(carol)).length, (await of(carlos)).length]).toEqual([1, 1]);
    });

    it('[COLL-7] the sentence is in the language of its reader', async () => {
      await ask('PATCH', '/api/v1/me', carlos, { locale: 'es' });
      await lend('Ana', inDays(1), { to: carlos });
      await check();
      const told = await inbox(carlos, 'credit.requires.attention');
      expect(told.at(-1).payload.message).toMatch(/^Ana: 300.COP, vence mañana$/);
    });

    it('[COLL-8] one node checks at a time; a run that died is taken over', async () => {
      const deps = { db: server.db, clock: { now: () => Date.now() } };
      const lease = await takeLease(deps, { name: 'attention', holder: 'another node' });
      expect((await check()).status).toBe(429);
      const later = { db: server.db, clock: { now: () => Date.now() + 121_000 } };
      const taken = await takeLease(later, { name: 'attention', holder: 'a third' });
      expect(await lease?.renew()).toBe(false);
      await taken?.giveBack();
      expect((await check()).status).toBe(200);
    });

    it('[COLL-9] a payment counts once, however often it is sent, and its collectors are told', async () => {
      const { credit, debtor } = await lend('Pia', inDays(20), { to: carol });
      const payment = {
        creditId: credit.id,
        amount: 10_000,
        paidAt: '2026-01-05T04:00:00.000-06:00',
        id: 'pay-from-phone-1',
      };
      const answers = await Promise.all([1, 2, 3].map(() => post('payments', carol, payment)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(answers.map(({ body }) => body.balance)).toEqual([20_000, 20_000, 20_000]);
      expect((await post('payments', carol, { ...payment, amount: 10_001 })).body.code).toBe(
        'idempotency.mismatch',
      );
      const told = await inbox(carol, 'payment.received');
      expect(told.map((item: { payload: object }) => item.payload)).toMatchObject([
        {
          paymentId: 'pay-from-phone-1',
          amount: 10_000,
          balance: 20_000,
          debtor: { id: debtor.id },
          by: carol.personId,
        },
      ]);
      expect(await inbox(carlos, 'payment.received')).toEqual([]);
    });

    it('[COLL-10] paid in part, wholly, and over: nothing is lost; taken back it is owed again', async () => {
      const installments = [inDays(-3), inDays(10), inDays(40)].map((dueOn) => ({ dueOn, amount: 10_000 }));
      const { credit } = await lend('Quim', inDays(40), { to: carol, installments });
      const pay = async (amount: number, id: string) =>
        (
          await post('payments', manager, {
            creditId: credit.id,
            amount,
            paidAt: new Date().toISOString(),
            id,
          })
        ).body;
      const seen = async () => (await ask('GET', `/api/v1/credits/${credit.id}`, carol)).body;
      expect((await seen()).attention).toMatchObject({ reason: 'overdue', days: 3, amountDue: 10_000 });
      await pay(4_000, 'quim-0001');
      expect(await seen()).toMatchObject({
        balance: 26_000,
        attention: { amountDue: 6_000 },
        installments: [{ unpaid: 6_000 }, {}, {}],
      });
      await pay(6_000, 'quim-0002');
      expect(await seen()).toMatchObject({ status: 'active', nextDueOn: inDays(10), attention: null });
      await pay(25_000, 'quim-0003');
      expect(await seen()).toMatchObject({ status: 'paid', balance: -5_000, nextDueOn: null });
      expect((await post('payments/quim-0003/reverse', carol, { reason: 'bounced' })).body).toMatchObject({
        balance: 20_000,
      });
      expect((await post('payments/quim-0003/reverse', carol, { reason: 'again' })).body.code).toBe(
        'payment.reversed',
      );
      const after = await seen();
      expect(after).toMatchObject({ status: 'active', balance: 20_000, nextDueOn: inDays(10) });
      expect(
        after.payments.map(({ reversedAt }: { reversedAt: string | null }) => reversedAt === null),
      ).toEqual([true, true, false]);
      expect(after.events.map(({ what }: { what: string }) => what)).toEqual([
        'opened',
        'paid',
        'paid',
        'paid',
        'reversed',
      ]);
    });

    it('[COLL-10] what is paid of a credit is the sum of its entries, whoever pays at once', async () => {
      const { credit } = await lend('Rita', inDays(9), { to: carol });
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          post('payments', carol, { creditId: credit.id, amount: 100 + n, paidAt: new Date().toISOString() }),
        ),
      );
      const { rows } = await sql<{
        id: string;
      }>`select c.id from collections.credit c where c.paid <> coalesce(
        (select sum(case e.kind when 'payment' then e.amount else -e.amount end) from collections.entry e where e.credit_id = c.id), 0)`.execute(
        server.db,
      );
      expect(rows).toEqual([]);
      expect((await ask('GET', `/api/v1/credits/${credit.id}`, carol)).body.balance).toBe(30_000 - 1_266);
    });

    it('[COLL-11] a debtor who changes hands is told to both, and is the other’s from then on', async () => {
      const { credit, debtor } = await lend('Sol', inDays(3), { to: carol });
      const to = { debtorId: debtor.id, collectorId: carlos.personId };
      const { body } = await post('assignments', manager, to);
      expect(body).toMatchObject({ collectorId: carlos.personId, previous: carol.personId });
      expect((await post('assignments', manager, to)).body.since).toBe(body.since);
      for (const who of [carol, carlos])
        expect((await inbox(who, 'client.assigned')).at(-1).payload).toMatchObject({
          name: 'Sol',
          previous: carol.personId,
        });
      const payment = { creditId: credit.id, amount: 1, paidAt: new Date().toISOString() };
      expect((await post('payments', carol, payment)).body.code).toBe('credit.not_yours');
      expect((await ask('GET', `/api/v1/credits/${credit.id}`, carol)).status).toBe(403);
      expect((await post('payments', carlos, payment)).status).toBe(201);
    });

    it.each([
      ['debtors', { name: '' }],
      ['credits', { debtorId: 'x', amount: 0, currency: 'COP', endDate: '2026-01-01' }],
      ['credits', { debtorId: 'x', amount: -5, currency: 'COP', endDate: '2026-01-01' }],
      ['credits', { debtorId: 'x', amount: 1.5, currency: 'COP', endDate: '2026-01-01' }],
      ['credits', { debtorId: 'x', amount: 2 ** 53, currency: 'COP', endDate: '2026-01-01' }],
      ['credits', { debtorId: 'x', amount: 5, currency: 'pesos', endDate: '2026-01-01' }],
      ['credits', { debtorId: 'x', amount: 5, currency: 'COP', endDate: '2026-02-30' }],
      ['payments', { creditId: 'x', amount: -1, paidAt: '2026-01-01T00:00:00Z' }],
      ['payments', { creditId: 'x', amount: 1, paidAt: 'yesterday' }],
      ['payments/x/reverse', { reason: '' }],
      ['collections/check', { at: 'x' }],
      ['payments', { creditId: 'x', amount: 1, paidAt: inDays(2) + 'T12:00:00Z' }],
      ['payments', { creditId: 'x', amount: 1, paidAt: inDays(3) }],
    ])('[COLL-6] %s refuses %j and writes nothing', async (path, body) => {
      expect((await post(path, manager, body)).status).toBe(400);
    });

    it('[COLL-6] what does not exist, is taken or does not add up is named', async () => {
      const body = { amount: 300, currency: 'COP', endDate: inDays(9) };
      expect((await post('credits', manager, { ...body, debtorId: 'none' })).body.code).toBe(
        'debtor.not_found',
      );
      expect(
        (await post('payments', manager, { creditId: 'none', amount: 1, paidAt: '2026-01-01T00:00:00Z' }))
          .body.code,
      ).toBe('credit.not_found');
      expect((await post('payments/none-such/reverse', manager, { reason: 'x' })).body.code).toBe(
        'payment.not_found',
      );
      const { body: debtor } = await post('debtors', manager, { name: 'Tia', externalId: '77' });
      expect((await post('debtors', manager, { name: 'Tia', externalId: '77' })).body.code).toBe(
        'external_id.taken',
      );
      const odd = { ...body, debtorId: '77', installments: [{ dueOn: inDays(1), amount: 299 }] };
      expect((await post('credits', manager, odd)).body.detail).toContain('add up to 299');
      expect(
        (await post('assignments', manager, { debtorId: debtor.id, collectorId: client.personId })).status,
      ).toBe(400);
      expect((await post('debtors', carol, { name: 'x' })).status).toBe(403);
    });
  });
}
