import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { reserve, settleReserved } from '../ledger/index.ts';
import { audit } from './audit.ts';
import { ALICE, BOB, meterOfCall, World } from './world.testing.ts';

const wallet = `(select no from ledger.account where kind = 'wallet')`;
const earner = `(select no from ledger.account where kind = 'earner')`;
const platform = `(select no from ledger.account where id = 'account_platform')`;
const second = `(select no from ledger.journal where kind = 'charge' and unit_index = 2)`;
const change = (account: string, by: number): string =>
  `update ledger.posting set amount = amount + ${by} where journal_no = ${second} and account_no = ${account};`;

for (const store of await openTestDatabases()) {
  describe(`the audit on ${store.name}`, () => {
    let world: World;
    let meterId: string;
    beforeAll(async () => {
      world = await new World(await store.open()).open(100);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(200, 20);
      await world.hangUp(callId);
      await world.settle();
      // What is reserved is charged beside any meter, and compared with none.
      const of = { id: 'meter_reserved', payerId: ALICE, earnerId: BOB, at: new Date(world.clock.now()) };
      await world.db.transaction().execute(async (tx) => {
        await reserve(tx, { ...of, coins: 20n });
        await settleReserved(tx, { ...of, coins: 15n, share: 10n });
      });
      meterId = (await meterOfCall(world.db, callId))?.id ?? '';
    });
    afterAll(() => world.close());

    /** What the audit names after somebody has changed what nobody may change. */
    const differences = async (fault: string): Promise<string[]> => {
      const found: string[] = [];
      const broken = world.db.transaction().execute(async (tx) => {
        for (const table of ['journal', 'posting'])
          await sql`alter table ledger.${sql.id(table)} disable trigger user`.execute(tx);
        for (const statement of fault.split(';').filter((text) => text.trim() !== ''))
          await sql.raw(statement).execute(tx);
        for await (const { what, id, ...is } of audit(tx))
          found.push(`${what} ${id.replace(meterId, 'm')}: ${is.found}, not ${is.expected}`);
        throw new Error('put back');
      });
      await expect(broken).rejects.toThrow('put back');
      return found.filter((said) => !/^(balance|wallet|lot)\./.test(said));
    };

    test('[METER-48] of a call that is as it should be it names nothing', async () => {
      expect(await differences('')).toEqual([]);
    });

    test.each([
      [
        'more of the payer, for the platform',
        change(wallet, -1) + change(platform, 1),
        ['charge.coins m/2: 11, not 10', 'charge.platform m/2: 4, not 3'],
      ],
      [
        'more for the earner, of the platform',
        change(earner, 1) + change(platform, -1),
        ['charge.share m/2: 8, not 7', 'charge.platform m/2: 2, not 3'],
      ],
      [
        'a part that went elsewhere',
        `${change(platform, -1)} insert into ledger.posting select ${second}, no, 1 from ledger.account where id = 'account_cash';`,
        ['charge.platform m/2: 2, not 3', 'charge.postings m/2: 4, not 3'],
      ],
      [
        'a part that is missing',
        `delete from ledger.posting where journal_no = ${second} and account_no = ${earner};`,
        [
          'ledger.sum ledger: -7, not 0',
          'journal.sum m/2: -7, not 0',
          'charge.share m/2: 0, not 7',
          'charge.postings m/2: 2, not 3',
        ],
      ],
      [
        'a charge that moves nothing',
        `delete from ledger.posting where journal_no = ${second};`,
        [
          'charge.coins m/2: 0, not 10',
          'charge.share m/2: 0, not 7',
          'charge.platform m/2: 0, not 3',
          'charge.postings m/2: 0, not 3',
        ],
      ],
      [
        'a unit that is missing',
        `delete from ledger.lot_use where journal_no = ${second}; delete from ledger.posting where journal_no = ${second};
         delete from ledger.journal where no = ${second};`,
        ['charge.order m: 2 from 1, not 3 units from 1'],
      ],
      [
        'a unit that nobody used',
        `insert into ledger.journal (kind, meter_no, unit_index, occurred_at)
           select 'charge', meter_no, 4, occurred_at from ledger.journal where no = ${second};
         insert into ledger.posting select currval('ledger.journal_no'), account_no, amount from ledger.posting where journal_no = ${second};`,
        ['charge.extra m: 4, not 3'],
      ],
      [
        'a charged unit that is due again',
        `insert into metering.due (meter_id, unit_index, coins, share) select id, 3, 10, 7 from metering.meter;`,
        ['due.charged m/3: due, not gone'],
      ],
    ])('[METER-48] it names %s', async (_, fault, named) => {
      expect(await differences(fault)).toEqual(named);
    });
  });
}
