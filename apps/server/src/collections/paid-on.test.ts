import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { lenderAt } from './collections.testing.ts';

/** Noon UTC is the next day there. */
const ZONE = 'Pacific/Auckland';
const today = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(new Date());

for (const kind of await openTestDatabases()) {
  describe(`the day of a payment on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;

    beforeAll(async () => {
      server = await startTestServer(kind, { LATIDO_TIME_ZONE: ZONE });
      manager = await server.person('mara', ['manager']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const days = async (): Promise<object[]> => (await lender.get('collections/overview', manager)).body.days;

    it('[COLL-34] a day alone counts on that day of the lender’s, from a file and by the API', async () => {
      const { credit } = await lender.lend('Kiri', '2030-01-01');
      const file = `creditId,amount,paidAt\n${credit.id},100,${today}\n`;
      expect((await lender.post('imports', manager, { kind: 'payments', file })).body).toMatchObject({
        status: 'done',
      });
      expect(await days()).toEqual([{ day: today, currency: 'COP', amount: 100 }]);
      const payment = { creditId: credit.id, amount: 20, paidAt: today, id: 'paid-on-a-day' };
      const first = await lender.post('payments', manager, payment);
      expect(first.status).toBe(201);
      expect(await days()).toEqual([{ day: today, currency: 'COP', amount: 120 }]);
      expect(await lender.post('payments', manager, payment)).toMatchObject({
        status: 200,
        body: first.body,
      });
    });

    it('[COLL-34] what is neither an instant nor a day is refused with what is meant', async () => {
      const { credit } = await lender.lend('Kora', '2030-01-01');
      for (const paidAt of ['yesterday', '2026-02-30', '0000-01-01', '2026-01-05T10:00', '05/01/2026', '']) {
        const { status, body } = await lender.post('payments', manager, {
          creditId: credit.id,
          amount: 1,
          paidAt,
        });
        expect([paidAt, status]).toEqual([paidAt, 400]);
        expect(body.detail).toContain('body.paidAt: an instant');
      }
      for (const paidAt of ['0001-01-01', '2026-01-05T10:00:00+05:00'])
        expect(
          (await lender.post('payments', manager, { creditId: credit.id, amount: 1, paidAt })).status,
        ).toBe(201);
    });
  });
}
