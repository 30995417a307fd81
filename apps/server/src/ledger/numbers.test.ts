/** Ledgers from before entries, accounts and lots had numbers (0065_ledger_numbers.sql). */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrate, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { auditLedger } from './audit.ts';
import { refundCharges } from './refund.ts';
import { balanceAround, statement } from './statement.ts';

const [METER, WALLET, EARNER] = ['meter_0abc', 'account_alice', 'account_bob'];

/** Coins bought and given, three units of which one went back and another was refunded in part, a payout. */
const BEFORE = `
  insert into ledger.account (id, kind, owner_id) values ('${WALLET}', 'wallet', 'alice'), ('${EARNER}', 'earner', 'bob');
  insert into ledger.balance (account_id, posted, held, floor) values ('${WALLET}', 83, 10, 0), ('${EARNER}', 7, 0, -1000);
  insert into ledger.hold (id, account_id, meter_id, amount) values ('hold_0abc', '${WALLET}', '${METER}', 10);
  insert into ledger.credit_lot (id, account_id, kind, priority, amount, used)
    values ('lot_1', '${WALLET}', 'gift', 10, 15, 15), ('lot_2', '${WALLET}', 'purchased', 100, 85, 2);
  insert into ledger.journal (id, kind, idem_key, body_hash, occurred_at, recorded_at, meter_id, unit_index, reverses, actor, memo)
    select e.id, e.kind, e.idem_key, e.body_hash, e.at::timestamptz, e.at::timestamptz + interval '1 second', e.meter, e.unit, e.reverses, e.actor, e.memo
      from (values
        ('journal_g', 'grant', 'welcome:alice', 'hash', '2026-01-05T10:00:00Z', null, null, null, 'system', null),
        ('journal_t', 'topup', 'grant:t', 'hash', '2026-01-05T10:01:00Z', null, null, null, 'admin', 'paid'),
        ('journal_0abc_1', 'charge', null, null, '2026-01-05T10:11:00Z', '${METER}', 1, null, 'system', null),
        ('journal_0abc_2', 'charge', null, null, '2026-01-05T10:12:00Z', '${METER}', 2, null, 'system', null),
        ('journal_0abc_3', 'charge', null, null, '2026-01-05T10:13:00Z', '${METER}', 3, null, 'system', null),
        ('journal_0abc_3_back', 'adjustment', 'adjustment:journal_0abc_3', null, '2026-01-05T10:20:00Z', '${METER}', 3, 'journal_0abc_3', 'system', 'less'),
        ('journal_0abc_2_refund_1', 'refund', 'refund:journal_0abc_2_refund_1', null, '2026-01-05T11:00:00Z', '${METER}', 2, 'journal_0abc_2', 'admin', 'sorry'),
        ('journal_p', 'payout', 'payout:1', null, '2026-01-05T12:00:00Z', null, null, null, 'system', null)
      ) as e (id, kind, idem_key, body_hash, at, meter, unit, reverses, actor, memo);
  insert into ledger.posting (journal_id, account_id, amount) values
    ('journal_g', '${WALLET}', 15), ('journal_g', 'account_platform', -15),
    ('journal_t', '${WALLET}', 85), ('journal_t', 'account_cash', -85),
    ('journal_0abc_1', '${WALLET}', -10), ('journal_0abc_1', '${EARNER}', 7), ('journal_0abc_1', 'account_platform', 3),
    ('journal_0abc_2', '${WALLET}', -10), ('journal_0abc_2', '${EARNER}', 7), ('journal_0abc_2', 'account_platform', 3),
    ('journal_0abc_3', '${WALLET}', -10), ('journal_0abc_3', '${EARNER}', 7), ('journal_0abc_3', 'account_platform', 3),
    ('journal_0abc_3_back', '${WALLET}', 10), ('journal_0abc_3_back', '${EARNER}', -7), ('journal_0abc_3_back', 'account_platform', -3),
    ('journal_0abc_2_refund_1', '${WALLET}', 3), ('journal_0abc_2_refund_1', '${EARNER}', -2), ('journal_0abc_2_refund_1', 'account_platform', -1),
    ('journal_p', '${EARNER}', -5), ('journal_p', 'account_cash', 5);
  insert into ledger.lot_use (journal_id, lot_id, amount) values
    ('journal_0abc_1', 'lot_1', 10), ('journal_0abc_2', 'lot_1', 5), ('journal_0abc_2', 'lot_2', 5),
    ('journal_0abc_3', 'lot_2', 10), ('journal_0abc_3_back', 'lot_2', 10), ('journal_0abc_2_refund_1', 'lot_2', 3);
`;

/** What a statement was before, in its own order. */
const LINES_BEFORE = sql<Record<string, unknown>>`
  select j.id, j.kind, j.occurred_at as "occurredAt", j.unit_index as unit, j.memo, j.meter_id as "meterId", p.amount as coins,
         (sum(p.amount) over (order by j.recorded_at, j.occurred_at, j.id))::bigint as balance
    from ledger.posting p join ledger.journal j on j.id = p.journal_id
   where p.account_id = ${WALLET} order by j.recorded_at desc, j.occurred_at desc, j.id desc`;

for (const store of await openTestDatabases()) {
  describe(`a ledger without numbers on ${store.name}`, () => {
    let database: Database;
    let before: Record<string, unknown>[];

    beforeEach(async () => {
      database = await store.openBefore('0065');
      await database.script(BEFORE);
      before = (await LINES_BEFORE.execute(database.db)).rows;
      await migrate(database);
    });
    afterEach(() => database.close());

    const charge = (units: number[]) =>
      sql<{ charges: number }>`
        select charges from ledger.post_charges(${[METER]}::text[], ${[WALLET]}::text[], ${[EARNER]}::text[], '{f}'::boolean[],
          ${units.map(() => METER)}::text[], ${units}::int[], ${units.map(() => false)}::boolean[],
          ${units.map(() => new Date('2026-01-05T13:00:00Z'))}::timestamptz[], ${units.map(() => null)}::timestamptz[],
          ${units.map(() => 10n)}::bigint[], ${units.map(() => 7n)}::bigint[])`.execute(database.db);
    const differences = async () => {
      const found = [];
      for await (const difference of auditLedger(database.db)) found.push(difference);
      return found;
    };

    test('[LEDGER-12] its statement has the same lines, and nothing differs', async () => {
      const lines = await statement(database.db, WALLET, { limit: 100 });
      expect(before).toHaveLength(7);
      expect(lines).toEqual(before.map((line) => ({ ...line, no: expect.any(BigInt) })));
      expect(await balanceAround(database.db, { accountId: WALLET, meterId: METER })).toEqual({
        before: 100n,
        after: 83n,
      });
      expect(await differences()).toEqual([]);
      const { rows } = await sql`select id, idem_key, body_hash, actor from ledger.journal
        where idem_key = 'grant:t'`.execute(database.db);
      expect(rows).toEqual([{ id: 'journal_t', idem_key: 'grant:t', body_hash: 'hash', actor: 'admin' }]);
    });

    test('[LEDGER-12] its units are charged no second time, and go on with the next', async () => {
      expect((await charge([1, 2, 3])).rows).toEqual([{ charges: 0 }]);
      expect((await charge([3, 4])).rows).toEqual([{ charges: 1 }]);
      expect((await statement(database.db, WALLET, { limit: 1 }))[0]).toMatchObject({
        id: 'journal_0abc_4',
        balance: 73n,
      });
      expect(await differences()).toEqual([]);
    });

    test('[LEDGER-7] what stands of its charges goes back into the lots that had paid', async () => {
      const of = { meterId: METER, walletAccountId: WALLET, earnerAccountId: EARNER };
      const at = new Date('2026-01-06');
      const asked = {
        ...of,
        coins: 17n,
        units: null,
        refundId: 'refund_2',
        actor: 'admin',
        reason: 'all',
        at,
      };
      await database.db.transaction().execute((tx) => refundCharges(tx, asked));
      const { rows } = await sql`select id, used from ledger.credit_lot order by 1`.execute(database.db);
      expect(rows).toEqual([
        { id: 'lot_1', used: 0n },
        { id: 'lot_2', used: 0n },
      ]);
      expect(await differences()).toEqual([]);
    });
  });
}
