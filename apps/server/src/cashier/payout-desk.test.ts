import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccount } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

const HOUR_MS = 3_600_000;

for (const kind of await openTestDatabases()) {
  describe(`payouts as they are read on ${kind.name}`, () => {
    let server: TestServer;
    let dora: Guest;
    let adam: Guest;
    let mary: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind, { LATIDO_EARNINGS_DELAY_MS: String(HOUR_MS) });
      dora = await server.person('dora', ['mentor']);
      adam = await server.person('adam', ['admin', 'mentor']);
      mary = await server.person('mary', ['manager']);
    });
    afterAll(() => server.close());

    const ask = async (method: 'GET' | 'POST', url: string, who: Guest, payload?: object) => {
      const { headers } = who;
      const answer = await server.app.inject({
        method,
        url: `/api/v1/${url}`,
        headers,
        ...(payload ? { payload } : {}),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    /** As if calls had earned them, so long ago. */
    const earn = (who: Guest, coins: number, agoMs: number) =>
      server.db.transaction().execute(async (tx) => {
        const accountId = await openAccount(tx, who.personId, 'earner');
        await sql`
          with entry as (
            insert into ledger.journal (kind, id, occurred_at)
            values ('refund', 'journal_' || gen_random_uuid(), ${new Date(Date.now() - agoMs)}) returning no
          ), moved as (
            insert into ledger.posting (journal_no, account_no, amount)
            select e.no, a.no, case when a.id = ${accountId} then ${coins}::bigint else - ${coins}::bigint end
              from entry e, ledger.account a where a.id in (${accountId}, 'account_platform')
          )
          update ledger.balance set posted = posted + ${coins} where account_id = ${accountId}`.execute(tx);
      });

    it('[CASH-12] what may be had in money is one figure, wherever it is read: young shares are not in it', async () => {
      for (const who of [dora, adam]) {
        await earn(who, 60, 2 * HOUR_MS);
        await earn(who, 40, 0);
      }
      expect((await ask('GET', 'payouts', dora)).body).toMatchObject({ available: 60 });
      expect((await ask('GET', 'earnings', dora)).body).toMatchObject({ balance: 100, available: 60 });
      expect((await ask('POST', 'payouts', dora, { coins: 61 })).body).toMatchObject({ available: 60 });
      expect((await ask('GET', 'earnings', mary)).body).toMatchObject({ balance: 0, available: 0 });
    });

    it('[CASH-13] a manager reads every payout, page by page, and takes no step', async () => {
      for (const [who, coins] of [
        [dora, 1],
        [adam, 2],
        [dora, 3],
      ] as const)
        expect((await ask('POST', 'payouts', who, { coins })).status).toBe(201);
      const read: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body } = await ask('GET', `payouts?limit=2${cursor && `&cursor=${cursor}`}`, mary);
        read.push(...body.items.map(({ coins }: { coins: number }) => coins));
        cursor = body.nextCursor;
      }
      expect(read).toEqual([3, 2, 1]);
      const [{ id }] = (await ask('GET', 'payouts', mary)).body.items;
      expect((await ask('POST', `payouts/${id}/sent`, mary)).body.code).toBe('auth.forbidden');
      const own = (await ask('GET', 'payouts', dora)).body.items;
      expect(own.map(({ coins }: { coins: number }) => coins)).toEqual([3, 1]);
    });

    it('[CASH-13] `mine` is one’s own alone, also of who reads all', async () => {
      const coinsOf = async (who: Guest) =>
        (await ask('GET', 'payouts?mine=true', who)).body.items.map(({ coins }: { coins: number }) => coins);
      expect([await coinsOf(adam), await coinsOf(mary), await coinsOf(dora)]).toEqual([[2], [], [3, 1]]);
      expect((await ask('GET', 'payouts?mine=perhaps', adam)).status).toBe(400);
    });
  });
}
