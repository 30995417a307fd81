import { burnLots } from '@latido/core/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { auditLedger, grant, ledgerSum, openAccount, openAccounts, statement, walletOf } from './index.ts';

interface Lot {
  kind: 'gift' | 'bonus' | 'purchased';
  coins: bigint;
  expiresAt?: Date;
}
// Far ahead: a lot that had expired before it came in is refused.
const BEGAN = new Date('2126-01-05T10:00:00Z');
const LATER = new Date('2126-01-05T10:00:30Z');
const BEFORE = new Date('2126-01-05T09:00:00Z');

for (const store of await openTestDatabases()) {
  describe(`the ledger on ${store.name}`, () => {
    let database: Database;
    let count = 0;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(async () => {
      expect(await ledgerSum(database.db)).toBe(0n);
      await database.close();
    });

    const differences = async () => {
      const found = [];
      for await (const difference of auditLedger(database.db)) found.push(difference);
      return found;
    };
    /** A wallet with lots. */
    const wallet = async (lots: readonly Lot[]) => {
      const personId = `person_${(count += 1)}`;
      const accountId = await database.db.transaction().execute(async (tx) => {
        await openAccounts(tx, { personId, roles: ['client', 'model'] });
        const id = await openAccount(tx, personId, 'wallet');
        for (const [n, lot] of lots.entries()) {
          await grant(tx, { ...lot, accountId: id, idemKey: `${personId} ${n}`, actor: 'test' });
        }
        return id;
      });
      return { personId, accountId };
    };
    const post = async (
      accountId: string,
      meter: string,
      units: readonly [unit: number, coins: bigint, share: bigint][],
    ) => {
      const all = <T>(value: T) => units.map(() => value);
      await database.db.transaction().execute(async (tx) => {
        await sql`select ledger.lock_balances(${[accountId]}::text[])`.execute(tx);
        await sql`select * from ledger.post_charges(${[meter]}::text[], ${[accountId]}::text[], ${[null]}::text[], ${[false]}::boolean[],
          ${all(meter)}::text[], ${units.map((u) => u[0])}::int[], ${all(false)}::boolean[], ${all(LATER)}::timestamptz[],
          ${all(BEGAN)}::timestamptz[], ${units.map((u) => u[1])}::bigint[], ${units.map((u) => u[2])}::bigint[])`.execute(
          tx,
        );
      });
    };

    test('[LEDGER-1] an entry that does not sum to zero is refused', async () => {
      const { accountId } = await wallet([]);
      const lone = database.db.transaction().execute(async (tx) => {
        await sql`insert into ledger.journal (id, kind, occurred_at) values ('journal_lone', 'grant', now())`.execute(
          tx,
        );
        await sql`insert into ledger.posting select j.no, a.no, 5 from ledger.journal j, ledger.account a
          where j.id = 'journal_lone' and a.id = ${accountId}`.execute(tx);
      });
      await expect(lone).rejects.toThrow('sum to zero');
    });

    test.each([
      'update ledger.journal set memo = $$x$$',
      'delete from ledger.journal',
      'update ledger.posting set amount = 1',
      'delete from ledger.posting',
    ])('[LEDGER-2] nobody may: %s', async (statementText) => {
      await wallet([{ kind: 'gift', coins: 5n }]);
      await expect(sql.raw(statementText).execute(database.db)).rejects.toThrow('append-only');
    });

    test('[LEDGER-3] a wallet cannot go below its floor, whoever writes', async () => {
      const { accountId } = await wallet([{ kind: 'gift', coins: 5n }]);
      const overdraw = sql`update ledger.balance set held = held + 6 where account_id = ${accountId}`;
      await expect(overdraw.execute(database.db)).rejects.toThrow('balance_covered');
    });

    test.each<[string, Lot[]]>([
      [
        'gift, then bought',
        [
          { kind: 'purchased', coins: 100n },
          { kind: 'gift', coins: 5n },
        ],
      ],
      [
        'the earlier expiry',
        [
          { kind: 'bonus', coins: 10n },
          { kind: 'bonus', coins: 10n, expiresAt: LATER },
        ],
      ],
      [
        'what expires during the unit',
        [
          { kind: 'purchased', coins: 10n },
          { kind: 'bonus', coins: 10n, expiresAt: LATER },
        ],
      ],
      [
        'not what had expired',
        [
          { kind: 'purchased', coins: 10n },
          { kind: 'bonus', coins: 10n, expiresAt: BEFORE },
        ],
      ],
      [
        'the older of two',
        [
          { kind: 'gift', coins: 10n },
          { kind: 'gift', coins: 10n },
        ],
      ],
    ])('[LEDGER-4] lots are used up as core says: %s', async (_name, lots) => {
      const { accountId } = await wallet(lots);
      const stored = await sql<{ id: string; priority: number; expires_at: Date | null; amount: bigint }>`
        select id, priority, expires_at, amount from ledger.credit_lot where account_id = ${accountId}`.execute(
        database.db,
      );
      const given = stored.rows.map((row) => ({
        id: row.id,
        priority: row.priority,
        expiresAt: row.expires_at?.getTime() ?? null,
        left: row.amount,
      }));
      const meter = `meter_lots${count}`;
      await post(accountId, meter, [[1, 10n, 7n]]);
      const { rows } = await sql<{ lotId: string; coins: bigint }>`
        select l.id as "lotId", u.amount as coins from ledger.lot_use u join ledger.journal j on j.no = u.journal_no
          join ledger.meter m on m.no = j.meter_no
          join ledger.credit_lot l on l.no = u.lot_no where m.id = ${meter} order by l.priority, l.id`.execute(
        database.db,
      );
      expect(rows).toEqual(burnLots(given, 10n, BEGAN.getTime()));
    });

    test('[LEDGER-9] coins that would have expired already are refused, by the database as well', async () => {
      const past = { kind: 'bonus', coins: 10n, expiresAt: new Date('2020-01-05T10:00:00Z') } as const;
      await expect(wallet([past])).rejects.toMatchObject({ code: 'request.invalid' });
      const { accountId } = await wallet([]);
      await expect(
        sql`insert into ledger.credit_lot (id, account_id, kind, expires_at, amount)
          values ('lot_past', ${accountId}, 'bonus', ${past.expiresAt}, 10)`.execute(database.db),
      ).rejects.toMatchObject({ code: '23514' });
    });

    test('[LEDGER-8] of two meters on one wallet, what one is refused uses up nothing of the other', async () => {
      const { accountId } = await wallet([{ kind: 'gift', coins: 12n }]);
      const rows = await database.db.transaction().execute(async (tx) => {
        await sql`select ledger.lock_balances(${[accountId]}::text[])`.execute(tx);
        const twice = <T>(value: T) => [value, value];
        const posted = await sql<{ meter_id: string; coins: bigint; refused: bigint; lacking_unit: number }>`
          select meter_id, coins, refused, lacking_unit from ledger.post_charges(${['meter_dear', 'meter_fair']}::text[],
            ${twice(accountId)}::text[], ${twice(null)}::text[], ${twice(false)}::boolean[],
            ${['meter_dear', 'meter_fair', 'meter_fair']}::text[], ${[1, 1, 2]}::int[], ${[false, false, false]}::boolean[],
            ${[BEFORE, BEGAN, LATER]}::timestamptz[], ${[BEFORE, BEGAN, BEGAN]}::timestamptz[],
            ${[20, 10, 10]}::bigint[], ${[0, 0, 0]}::bigint[]) order by 1`.execute(tx);
        return posted.rows;
      });
      expect(rows).toEqual([
        { meter_id: 'meter_dear', coins: 0n, refused: 20n, lacking_unit: 1 },
        { meter_id: 'meter_fair', coins: 10n, refused: 10n, lacking_unit: 2 },
      ]);
      expect(await differences()).toEqual([]);
    });

    test('[LEDGER-8] of hundreds of meters on one wallet the dear ones are refused and the fair ones paid, in their turn', async () => {
      const { accountId } = await wallet([{ kind: 'gift', coins: 120n }]);
      const meters = Array.from({ length: 600 }, (_, n) => `meter_many_${String(n).padStart(3, '0')}`);
      const price = (n: number): number => (n % 2 === 0 ? 200 : 1);
      const { rows } = await database.db.transaction().execute(async (tx) => {
        await sql`select ledger.lock_balances(${[accountId]}::text[])`.execute(tx);
        return await sql<{ meter_id: string; coins: bigint; refused: bigint }>`
          select meter_id, coins, refused from ledger.post_charges(${meters}::text[], ${meters.map(() => accountId)}::text[],
            ${meters.map(() => null)}::text[], ${meters.map(() => true)}::boolean[], ${meters}::text[],
            ${meters.map(() => 1)}::int[], ${meters.map(() => false)}::boolean[], ${meters.map(() => BEGAN)}::timestamptz[],
            ${meters.map(() => BEGAN)}::timestamptz[], ${meters.map((_, n) => price(n))}::bigint[],
            ${meters.map(() => 0)}::bigint[]) order by 1`.execute(tx);
      });
      const paid = (n: number): boolean => n % 2 === 1 && n < 240;
      expect(rows.map(({ coins, refused }) => [Number(coins), Number(refused)])).toEqual(
        meters.map((_, n) => (paid(n) ? [1, 0] : [0, price(n)])),
      );
      expect(await differences()).toEqual([]);
    });

    test('[LEDGER-7] what is taken back goes into the lots that it came from, once', async () => {
      const { personId, accountId } = await wallet([
        { kind: 'gift', coins: 15n },
        { kind: 'purchased', coins: 50n },
      ]);
      await post(accountId, 'meter_back', [
        [1, 10n, 7n],
        [2, 10n, 7n],
        [3, 10n, 7n],
      ]);
      expect((await walletOf(database.db, personId))?.posted).toBe(35n);
      const takeBack = () =>
        sql<{
          n: number;
        }>`select ledger.reverse_charges(${['meter_back']}::text[], ${[1]}::int[], now()) as n`.execute(
          database.db,
        );
      expect((await takeBack()).rows[0]?.n).toBe(2);
      expect((await takeBack()).rows[0]?.n).toBe(0);
      expect((await walletOf(database.db, personId))?.posted).toBe(55n);
      const { rows } = await sql<{
        used: bigint;
      }>`select used from ledger.credit_lot where account_id = ${accountId} order by priority`.execute(
        database.db,
      );
      expect(rows.map((row) => row.used)).toEqual([10n, 0n]);
    });

    test('[LEDGER-6] the same key is the same entry, and the same key for something else is refused', async () => {
      const { personId, accountId } = await wallet([]);
      const give = (coins: bigint) =>
        database.db
          .transaction()
          .execute((tx) =>
            grant(tx, { accountId, coins, kind: 'purchased', idemKey: 'once', actor: 'test' }),
          );
      const first = await give(20n);
      expect(await give(20n)).toEqual({ ...first, lotId: null });
      await expect(give(21n)).rejects.toMatchObject({ code: 'idempotency.mismatch', status: 409 });
      expect((await walletOf(database.db, personId))?.posted).toBe(20n);
    });

    test('[LEDGER-5] a statement ends at what the wallet has, and so do its lots', async () => {
      const { personId, accountId } = await wallet([
        { kind: 'gift', coins: 15n },
        { kind: 'purchased', coins: 50n },
      ]);
      await post(accountId, `meter_s${count}`, [
        [1, 10n, 7n],
        [2, 10n, 7n],
      ]);
      const rows = await statement(database.db, accountId, { limit: 10 });
      expect(rows.map(({ kind, coins, balance }) => [kind, coins, balance])).toEqual([
        ['charge', -10n, 45n],
        ['charge', -10n, 55n],
        ['topup', 50n, 65n],
        ['grant', 15n, 15n],
      ]);
      expect(rows[0]?.balance).toBe((await walletOf(database.db, personId))?.posted);
      expect(rows[0]?.id).toBe(`journal_s${count}_2`);
      const older = await statement(database.db, accountId, { limit: 1, beforeNo: rows[1]?.no });
      expect(older).toEqual([rows[2]]);
      expect(await differences()).toEqual([]);
    });

    test('[LEDGER-1] the audit names a balance, a hold and a lot that are not as the postings say', async () => {
      const { accountId } = await wallet([{ kind: 'gift', coins: 15n }]);
      const broken = database.db.transaction().execute(async (tx) => {
        await sql`update ledger.balance set posted = 16, held = 2 where account_id = ${accountId}`.execute(
          tx,
        );
        await sql`update ledger.credit_lot set used = 1 where account_id = ${accountId}`.execute(tx);
        const found = [];
        for await (const difference of auditLedger(tx)) found.push(difference.what);
        throw new Error(found.join());
      });
      await expect(broken).rejects.toThrow('balance.posted,balance.held,wallet.lots,lot.used');
    });
  });
}
