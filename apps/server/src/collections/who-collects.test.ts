import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { checkedJustNow, inDays, lenderAt } from './collections.testing.ts';

const GONE: readonly [string, (server: TestServer, who: Guest) => Promise<unknown>][] = [
  [
    'is banned',
    ({ db }, { personId }) =>
      sql`update access.person set banned_at = now() where id = ${personId}`.execute(db),
  ],
  [
    'lost the role',
    ({ db }, { personId }) =>
      sql`delete from access.person_role where person_id = ${personId} and role = 'collector'`.execute(db),
  ],
];

interface Line {
  collectorId: string | null;
  debtors: number;
  credits: number;
  overdue: number;
  overdueAmounts: object[];
}

for (const kind of await openTestDatabases()) {
  describe(`who collects on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;

    beforeAll(async () => {
      server = await startTestServer(kind);
      await checkedJustNow(server);
      manager = await server.person('mara', ['manager']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const items = async (path: string): Promise<{ id: string }[]> =>
      (await lender.get(path, manager)).body.items;
    const lineOf = async (who: string | null): Promise<Line | undefined> =>
      (await lender.get('collections/overview', manager)).body.collectors.find(
        ({ collectorId }: Line) => collectorId === who,
      );

    for (const [at, [why, goes]] of GONE.entries()) {
      it(`[COLL-33] whoever ${why} collects from nobody: their debtors are in the list of who lends`, async () => {
        const carlos = await server.person(`carlos${at}`, ['collector', 'client']);
        const { debtor, credit } = await lender.lend(`Left alone ${at}`, inDays(-3), { to: carlos });
        const names = async (path: string) => (await items(path)).map(({ id }) => id);
        expect(await names('debtors?collectorId=none')).not.toContain(debtor.id);
        await goes(server, carlos);
        const before = (await lender.inbox(manager, 'credits.uncollected')).length;
        const checked = await lender.post('collections/check', manager, { at: `${inDays(at)}T12:00:00Z` });
        expect(checked.body).toMatchObject({ told: 0, unassigned: at + 1 });
        expect((await lender.inbox(manager, 'credits.uncollected')).slice(before)).toMatchObject([
          { payload: { credits: at + 1 } },
        ]);
        expect(await names('debtors?collectorId=none')).toContain(debtor.id);
        expect(await names('credits?collectorId=none&attention=overdue')).toContain(credit.id);
        expect(await names(`debtors?collectorId=${carlos.personId}`)).toEqual([debtor.id]);
        expect((await lineOf(carlos.personId))?.debtors ?? 0).toBe(0);
        expect(await lineOf(null)).toMatchObject({
          debtors: at + 1,
          credits: at + 1,
          overdue: at + 1,
          overdueAmounts: [{ currency: 'COP', amount: 30_000 * (at + 1) }],
        });
        const payment = {
          creditId: credit.id,
          amount: 5,
          paidAt: new Date().toISOString(),
          id: `pay-gone-${at}`,
        };
        expect((await lender.post('payments', manager, payment)).status).toBe(201);
        expect((await lender.post(`payments/${payment.id}/reverse`, manager, { reason: 'x' })).status).toBe(
          200,
        );
        const { rows } = await sql<{ type: string }>`
          select type from notifications.inbox where recipient_id = ${carlos.personId}`.execute(server.db);
        expect(rows.map(({ type }) => type)).toEqual(['client.assigned']);
      });
    }

    it('[COLL-33] told in the morning and banned at noon: who lends hears of it on the same day', async () => {
      const caro = await server.person('caro', ['collector']);
      await lender.lend('Both', inDays(-3), { to: caro });
      const at = `${inDays(3)}T12:00:00Z`;
      expect((await lender.post('collections/check', manager, { at })).body).toMatchObject({
        told: 1,
        unassigned: 2,
      });
      await GONE[0]![1](server, caro);
      expect((await lender.post('collections/check', manager, { at })).body).toMatchObject({
        told: 0,
        unassigned: 3,
      });
    });
  });
}
