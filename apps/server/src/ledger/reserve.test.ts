import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../platform/index.ts';
import type { TestDatabase } from '../platform/testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import {
  auditLedger,
  balanceOf,
  giveWelcomeCoins,
  reserve,
  settleReserved,
  type Reservation,
} from './index.ts';

for (const kind of await openTestDatabases()) {
  describe(`reservations on ${kind.name}`, () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await kind.open();
    });
    afterAll(() => database.close());

    const at = new Date();
    const wallet = async ({ payerId, earnerId }: Reservation) => {
      const [payer, earner] = [
        await balanceOf(database.db, payerId, 'wallet'),
        await balanceOf(database.db, earnerId, 'earner'),
      ];
      return [payer?.available, payer?.held, earner?.posted];
    };
    const differences = async () => {
      const found = [];
      for await (const each of auditLedger(database.db)) found.push(each);
      return found;
    };

    it.each([
      ['all', 60n, 42n],
      ['a part', 30n, 21n],
      ['nothing', 0n, 0n],
    ])('[LEDGER-11] held once, and %s of it charged once', async (_title, coins, share) => {
      const of = { id: newId('meter'), payerId: newId('person'), earnerId: newId('person') };
      await giveWelcomeCoins(database.db, of.payerId, 100n);
      const held = await database.db.transaction().execute((tx) => reserve(tx, { ...of, coins: 60n, at }));
      expect(held).toEqual({ isHeld: true, available: 40n });
      for (let n = 0; n < 2; n += 1) {
        await database.db.transaction().execute((tx) => settleReserved(tx, { ...of, coins, share, at }));
        expect(await wallet(of)).toEqual([100n - coins, 0n, share]);
      }
      expect(await differences()).toEqual([]);
    });

    it('[LEDGER-11] what is not there is not held', async () => {
      const of = { id: newId('meter'), payerId: newId('person'), earnerId: newId('person') };
      await giveWelcomeCoins(database.db, of.payerId, 59n);
      const held = await database.db.transaction().execute((tx) => reserve(tx, { ...of, coins: 60n, at }));
      expect(held).toEqual({ isHeld: false, available: 59n });
    });
  });
}
