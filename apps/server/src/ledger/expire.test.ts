import { expireLots } from '@latido/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { expireCoins } from './expire.ts';
import { lotsOf } from './lots.ts';
import { auditLedger, grant, openAccount, openAccounts, statement, walletOf } from './index.ts';

test.each<[string, bigint[], bigint, [number, bigint][]]>([
  [
    'all that is left',
    [5n, 7n],
    0n,
    [
      [0, 5n],
      [1, 7n],
    ],
  ],
  ['not what is held, the earliest first', [5n, 7n], 10n, [[0, 2n]]],
  ['nothing where all is held', [5n], 5n, []],
  ['nothing where more is held', [5n], 9n, []],
])('[LEDGER-14] %s', (_title, left, held, parts) => {
  const lots = left.map((coins, at) => ({ lotNo: BigInt(at), left: coins }));
  expect(expireLots(lots, held).map(({ lotNo, left: part }) => [Number(lotNo), part])).toEqual(parts);
});

for (const store of await openTestDatabases()) {
  describe(`coins that expire, on ${store.name}`, () => {
    let database: Database;
    let count = 0;
    const told: string[] = [];
    const deps = () => ({
      db: database.db,
      hints: { publish: (_hint: string, id = '') => void told.push(id) },
    });
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(async () => {
      const differences = [];
      for await (const difference of auditLedger(database.db)) differences.push(difference);
      expect(differences).toEqual([]);
      await database.close();
    });

    /** A wallet with a bonus of ten coins that has just expired, and bought ones. */
    const expiredWallet = async (bought: bigint) => {
      const personId = `person_${(count += 1)}`;
      const accountId = await database.db.transaction().execute(async (tx) => {
        await openAccounts(tx, { personId, roles: ['client'] });
        const id = await openAccount(tx, personId, 'wallet');
        const expiresAt = new Date('2126-01-05T10:00:00Z');
        const bonus = { kind: 'bonus', coins: 10n, accountId: id, expiresAt } as const;
        await grant(tx, { ...bonus, idemKey: `${personId} bonus`, actor: 'test' });
        const paid = { kind: 'purchased', coins: bought, accountId: id } as const;
        await grant(tx, { ...paid, idemKey: `${personId} bought`, actor: 'test' });
        return id;
      });
      await sql`update ledger.credit_lot set expires_at = now() - interval '1 second'
        where account_id = ${accountId} and expires_at is not null`.execute(database.db);
      return { personId, accountId };
    };
    const posted = async (personId: string) => (await walletOf(database.db, personId))?.posted;

    test('[LEDGER-14] leave the wallet once, whoever looks; the statement says so and the books balance', async () => {
      const { personId, accountId } = await expiredWallet(50n);
      expect(await posted(personId)).toBe(60n);
      await Promise.all([expireCoins(deps()), expireCoins(deps())]);
      await expireCoins(deps());
      expect(await posted(personId)).toBe(50n);
      expect((await lotsOf(database.db, accountId, { limit: 5 })).map(({ left }) => left)).toEqual([50n]);
      const [line] = await statement(database.db, accountId, { limit: 5 });
      expect(line).toMatchObject({ kind: 'expiry', coins: -10n, balance: 50n });
      expect(told.filter((id) => id === accountId)).toEqual([accountId]);
    });

    test('[LEDGER-14] what is held stays until it is released', async () => {
      const { personId, accountId } = await expiredWallet(5n);
      const hold = (coins: bigint) =>
        sql`update ledger.balance set held = ${coins} where account_id = ${accountId}`.execute(database.db);
      await hold(7n);
      await expireCoins(deps());
      expect(await posted(personId)).toBe(12n);
      await hold(0n);
      await expireCoins(deps());
      expect(await posted(personId)).toBe(5n);
    });
  });
}
