import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DbOrTx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { openAccount, writeEntry } from '../ledger/index.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { auditMoney } from './audit.ts';

for (const kind of await openTestDatabases()) {
  describe(`the audit of what came in and went out, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let admin: Guest;
    const ask = async (url: string, who: Guest, payload: object = {}) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: `/api/v1/${url}`,
        headers: { ...who.headers },
        payload,
      });
      expect(answer.statusCode, answer.body).toBeLessThan(300);
      return answer.json() as { id: string };
    };
    const found = async (db: DbOrTx = server.db): Promise<string[]> => {
      const names: string[] = [];
      for await (const { what, id } of auditMoney(db)) names.push(`${what} ${id}`);
      return names;
    };
    beforeAll(async () => {
      server = await startTestServer(kind);
      [alice, bob, admin] = [
        await server.person('alice', ['client']),
        await server.person('bob', ['model']),
        await server.person('root', ['admin']),
      ];
    });
    afterAll(() => server.close());

    it('[CASH-14] names a top-up and a payout that say something else than their entries', async () => {
      const topUp = await ask('topups', alice, { packId: 'medium' });
      await ask(`topups/${topUp.id}/dev-pay`, alice);
      const pending = await ask('topups', alice, { packId: 'small' });
      // As if calls had earned them: coins of an earner have no lots.
      await server.db.transaction().execute(async (tx) => {
        const accountId = await openAccount(tx, bob.personId, 'earner');
        await writeEntry(tx, { kind: 'refund', idemKey: 'earned', actor: 'test' }, [
          [accountId, 100n],
          ['account_platform', -100n],
        ]);
      });
      const payouts: { id: string }[] = [];
      for (let n = 0; n < 3; n += 1) payouts.push(await ask('payouts', bob, { coins: 10 }));
      const [requested, paid, returned] = payouts as [{ id: string }, { id: string }, { id: string }];
      for (const { id } of [paid, returned]) await ask(`payouts/${id}/sent`, admin);
      await ask(`payouts/${paid.id}/paid`, admin);
      await ask(`payouts/${returned.id}/returned`, admin, { reason: 'No such account.' });
      expect(await found()).toEqual([]);
      for (const [table, change, id] of [
        ['topup', 'bonus = bonus + 1', topUp.id],
        ['topup', 'taken_back = taken_back + 1', topUp.id],
        ['topup', 'paid_at = now()', pending.id],
        ['payout', 'coins = coins + 1', requested.id],
        ['payout', "status = 'paid'", requested.id],
        ['payout', "status = 'returned'", paid.id],
        ['payout', "status = 'sent'", returned.id],
      ] as const) {
        const planted = await server.db
          .transaction()
          .execute(async (tx) => {
            await sql`update cashier.${sql.raw(table)} set ${sql.raw(change)} where id = ${id}`.execute(tx);
            throw Object.assign(new Error('rolled back'), { names: await found(tx) });
          })
          .catch((error: Error & { names?: string[] }) => error.names);
        expect(planted, change).toEqual([`${table}.coins ${id}`]);
      }
    });
  });
}
