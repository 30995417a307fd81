import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { inDays, lenderAt, today } from './collections.testing.ts';

interface Line {
  collectorId: string | null;
  overdueAmounts: { currency: string; amount: number }[];
}
interface Named {
  name: string;
}

for (const kind of await openTestDatabases()) {
  describe(`work with credits on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let carlos: Guest;
    let lender: ReturnType<typeof lenderAt>;
    const now = () => new Date().toISOString();

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      carlos = await server.person('carlos', ['collector']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const lineOf = async (who: Guest | null, asker = manager) => {
      const { collectors } = (await lender.get('collections/overview', asker)).body;
      return collectors.find(({ collectorId }: Line) => collectorId === (who?.personId ?? null));
    };

    it('[COLL-15] the overview adds up what is behind it, and forgets what was taken back', async () => {
      const parts = [inDays(-40), inDays(-3), inDays(30)].map((dueOn) => ({ dueOn, amount: 10_000 }));
      const { credit } = await lender.lend('Ana', inDays(30), { to: carol, installments: parts });
      await lender.lend('Ben', inDays(-2), { to: carol });
      await lender.lend('Cleo', inDays(2), { to: carol });
      await lender.lend('Nobody', inDays(-1));
      const pay = (amount: number, id: string) =>
        lender.post('payments', carol, { creditId: credit.id, amount, paidAt: now(), id, method: 'cash' });
      await pay(4_000, 'overview-1');
      await pay(2_000, 'overview-2');
      await lender.post('payments/overview-2/reverse', carol, { reason: 'Pressed twice' });
      expect(await lineOf(carol)).toMatchObject({
        name: 'carol',
        debtors: 3,
        credits: 3,
        overdue: 2,
        overdueAmounts: [{ currency: 'COP', amount: 16_000 + 30_000 }],
        collectedToday: [{ currency: 'COP', amount: 4_000 }],
        collectedThisMonth: [{ currency: 'COP', amount: 4_000 }],
      });
      const { items } = (await lender.get('credits?attention=overdue', carol)).body;
      const due = items.reduce(
        (sum: number, one: { attention: { amountDue: number } }) => sum + one.attention.amountDue,
        0,
      );
      expect((await lineOf(carol)).overdueAmounts[0].amount).toBe(due);
      expect(await lineOf(null)).toMatchObject({ debtors: 1, credits: 1, overdue: 1 });
      expect(await lineOf(carlos)).toMatchObject({ debtors: 0, overdueAmounts: [] });
      const own = (await lender.get('collections/overview', carol)).body;
      expect(own.collectors.map(({ collectorId }: Line) => collectorId)).toEqual([carol.personId]);
      expect(own).toMatchObject({ today, days: [{ day: today, currency: 'COP', amount: 4_000 }] });
      expect(own.checkedAt).toBeNull();
      await lender.post('collections/check', manager, { dryRun: true });
      expect((await lender.get('collections/overview', carol)).body.checkedAt).toBeNull();
      await lender.post('collections/check', manager, {});
      const { checkedAt, nextCheckAt } = (await lender.get('collections/overview', carol)).body;
      expect(Date.parse(nextCheckAt) - Date.parse(checkedAt)).toBe(3_600_000);
    });

    it('[COLL-12] a credit that was written off needs nobody, keeps what is paid, and can be opened again', async () => {
      const { credit } = await lender.lend('Dan', inDays(-5), { to: carol });
      const close = (body: object, who = manager) => lender.post(`credits/${credit.id}/close`, who, body);
      expect((await close({ as: 'written_off', reason: 'x' }, carol)).status).toBe(403);
      expect((await close({ as: 'written_off', reason: ' ' })).status).toBe(400);
      expect((await close({ as: 'written_off', reason: 'Gone abroad' })).body).toMatchObject({
        status: 'written_off',
        attention: null,
        nextDueOn: null,
      });
      expect((await close({ as: 'cancelled', reason: 'x' })).body.code).toBe('credit.closed');
      await lender.post('payments', carol, { creditId: credit.id, amount: 500, paidAt: now() });
      const shown = async () => (await lender.get(`credits/${credit.id}`, manager)).body;
      expect(await shown()).toMatchObject({ status: 'written_off', balance: 29_500 });
      const reopen = () => lender.post(`credits/${credit.id}/reopen`, manager, { reason: 'Came back' });
      expect((await reopen()).body).toMatchObject({ status: 'active', attention: { amountDue: 29_500 } });
      expect((await reopen()).body.code).toBe('credit.closed');
      expect((await shown()).events).toMatchObject([
        { what: 'opened', byName: 'mara' },
        { what: 'written_off', detail: { reason: 'Gone abroad' } },
        { what: 'paid', byName: 'carol' },
        { what: 'reopened' },
      ]);
    });

    it('[COLL-13] a promise is written down once and stands until something is paid', async () => {
      const { credit } = await lender.lend('Eli', inDays(-5), { to: carol });
      const promise = { creditId: credit.id, kind: 'promise', on: inDays(2), id: 'promise-0001' };
      expect((await lender.post('visits', carol, promise)).status).toBe(201);
      expect((await lender.post('visits', carol, promise)).status).toBe(200);
      expect((await lender.post('visits', carol, { ...promise, on: inDays(3) })).body.code).toBe(
        'idempotency.mismatch',
      );
      expect((await lender.post('visits', carlos, promise)).body.code).toBe('credit.not_yours');
      expect((await lender.post('visits', carol, { ...promise, on: '2026-02-30' })).status).toBe(400);
      const shown = async () => (await lender.get(`credits/${credit.id}`, carol)).body;
      expect((await shown()).promisedOn).toBe(inDays(2));
      const payment = { creditId: credit.id, amount: 500, paidAt: now(), method: 'transfer' };
      await lender.post('payments', carol, payment);
      expect(await shown()).toMatchObject({ promisedOn: null, payments: [{ method: 'transfer' }] });
      expect((await lender.post('payments', carol, { ...payment, method: 'gold' })).status).toBe(400);
    });

    it('[COLL-14] a payment that is taken back is told to whoever was told of it, and once to managers', async () => {
      const { credit, debtor } = await lender.lend('Fay', inDays(5), { to: carol });
      const payment = { creditId: credit.id, amount: 700, paidAt: now(), id: 'fay-00001' };
      await lender.post('payments', carol, payment);
      await lender.post('assignments', manager, { debtorId: debtor.id, collectorId: carlos.personId });
      await lender.post('payments/fay-00001/reverse', manager, { reason: 'Bounced' });
      for (const who of [carol, carlos])
        expect((await lender.inbox(who, 'payment.reversed')).at(-1)?.payload).toMatchObject({
          paymentId: 'fay-00001',
          balance: 30_000,
          by: manager.personId,
          reason: 'Bounced',
        });
    });

    it('[COLL-1] what a payment would make of a credit is told before it is recorded', async () => {
      const parts = [inDays(-40), inDays(-3), inDays(30)].map((dueOn) => ({ dueOn, amount: 10_000 }));
      const { credit } = await lender.lend('Pat', inDays(30), { to: carol, installments: parts });
      const after = async (amount: number, who = carol) =>
        (await lender.get(`credits/${credit.id}/after?amount=${amount}`, who)).body;
      expect(await after(15_000)).toMatchObject({
        balance: 15_000,
        attention: { amountDue: 5_000 },
        next: { dueOn: inDays(-3), amount: 5_000 },
      });
      expect(await after(20_000)).toMatchObject({
        attention: null,
        next: { dueOn: inDays(30), amount: 10_000 },
      });
      expect(await after(31_000)).toMatchObject({ balance: -1_000, status: 'paid', next: null });
      expect((await after(1, carlos)).code).toBe('credit.not_yours');
      expect((await after(-1)).code).toBe('request.invalid');
      expect((await lender.get(`credits/${credit.id}`, carol)).body.balance).toBe(30_000);
    });

    it('[COLL-16] many debtors are given together, or not at all', async () => {
      const ids = [];
      for (const name of ['Gil', 'Hal', 'Ida']) ids.push((await lender.lend(name, inDays(9))).debtor.id);
      const give = (debtorIds: string[], who = manager) =>
        lender.post('assignments/many', who, { debtorIds, collectorId: carlos.personId });
      expect((await give([...ids, 'debtor_none'])).body.code).toBe('debtor.not_found');
      const of = async () => (await lender.get(`debtors?collectorId=${carlos.personId}`, manager)).body.items;
      const before = (await of()).length;
      expect((await give(ids)).body).toEqual({ assigned: 3, unchanged: 0 });
      expect((await give([...ids, ids[0]])).body).toEqual({ assigned: 0, unchanged: 3 });
      expect((await of()).length).toBe(before + 3);
      expect((await give(ids, carol)).status).toBe(403);
      expect((await give([])).status).toBe(400);
    });

    it('[COLL-17] debtors are found by name, phone and id, each with what they owe', async () => {
      const { debtor, credit } = await lender.lend('Jo 100%', inDays(9), {
        to: carol,
        debtor: { phone: '+34 600', zone: 'Norte', externalId: 'jo-1' },
      });
      const found = async (query: string, who = manager) =>
        (await lender.get(`debtors?${query}`, who)).body.items.map(({ name }: Named) => name);
      for (const q of ['jo 1', '+34 6', 'jo-1', debtor.id, '%25'])
        expect(await found(`q=${q.replace('+', '%2B')}`)).toEqual(['Jo 100%']);
      expect(await found('zone=Norte')).toEqual(['Jo 100%']);
      expect(await found('q=jo', carlos)).toEqual([]);
      await lender.post('payments', carol, { creditId: credit.id, amount: 31_000, paidAt: now() });
      const [jo] = (await lender.get('debtors?q=jo', carol)).body.items;
      expect(jo).toMatchObject({ credits: 0, owes: [{ currency: 'COP', amount: -1_000 }] });
      for (const name of ['Kim', 'Lu', 'Moe']) await lender.lend(name, inDays(9));
      const all = await found('limit=500');
      const first = (await lender.get('debtors?limit=3', manager)).body;
      const rest = (await lender.get(`debtors?limit=500&cursor=${first.nextCursor}`, manager)).body;
      expect([...first.items, ...rest.items].map(({ name }: Named) => name)).toEqual(all);
      expect((await lender.get('debtors?cursor=x', manager)).body.code).toBe('cursor.invalid');
    });

    it('[COLL-9] payments are listed, the newest first: a collector’s own, a manager’s all', async () => {
      const { items } = (await lender.get('payments?limit=2', carol)).body;
      expect(items[0]).toMatchObject({ debtor: { name: 'Jo 100%' }, by: carol.personId, reversedAt: null });
      const next = (await lender.get('payments?limit=500', manager)).body;
      expect(next.items.length).toBeGreaterThan(2);
      expect((await lender.get('payments', carlos)).body.items).toEqual([]);
      const client = await server.person('alice', ['client']);
      for (const path of ['payments', 'debtors', 'collections/overview'])
        expect((await lender.get(path, client)).status).toBe(403);
    });
  });
}
