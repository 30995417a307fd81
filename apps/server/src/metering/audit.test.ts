import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { reserve, settleReserved } from '../ledger/index.ts';
import { audit } from './audit.ts';
import { refundCall } from './refund.ts';
import { ALICE, BOB, meterOfCall, World } from './world.testing.ts';

const wallet = `(select no from ledger.account where kind = 'wallet')`;
const earner = `(select no from ledger.account where kind = 'earner')`;
const platform = `(select no from ledger.account where id = 'account_platform')`;
const second = `(select no from ledger.journal where kind = 'charge' and unit_index = 2)`;
const third = `(select no from ledger.journal where kind = 'charge' and unit_index = 3)`;
const refund = `(select no from ledger.journal where kind = 'refund')`;
const settled = `(select id from metering.meter where settled_at is not null)`;
const live = `(select id from metering.meter where settled_at is null)`;
/** What is kept of what was given back, as the entries are now. */
const countBack = 'select ledger.count_back(array(select id from ledger.meter));';
/** The third unit as if it had never been, with what was given back of it. */
const withoutThird = ['lot_use', 'posting']
  .map((table) => `delete from ledger.${table} where journal_no in (${third}, ${refund});`)
  .concat(
    `delete from metering.refund; delete from ledger.journal where no = ${refund}; delete from ledger.journal where no = ${third}; ${countBack}`,
  )
  .join('');
const givesBack = (coins: number): string => `
  insert into ledger.journal (id, kind, meter_no, unit_index, occurred_at, reverses_no)
    select 'journal_back', 'adjustment', meter_no, 2, occurred_at + interval '1 h', no from ledger.journal where no = ${second};
  insert into ledger.posting select currval('ledger.journal_no'), account_no, case when amount < 0 then ${coins} when amount = 3 then ${7 - coins} else -amount end
    from ledger.posting where journal_no = ${second};
  insert into ledger.lot_use select currval('ledger.journal_no'), lot_no, ${coins} from ledger.lot_use where journal_no = ${second}; ${countBack}`;
const change = (account: string, by: number): string =>
  `update ledger.posting set amount = amount + ${by} where journal_no = ${second} and account_no = ${account};`;

for (const store of await openTestDatabases()) {
  describe(`the audit on ${store.name}`, () => {
    let world: World;
    let meterId: string;
    let liveId: string;
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
      const asked = { callId, meterId, coins: 4n, units: undefined, key: undefined };
      await refundCall(world, { ...asked, reason: 'no sound', byId: 'person_desk' });
      const goingOn = await world.call('another');
      await world.both(goingOn);
      await world.passTicking(70);
      liveId = (await meterOfCall(world.db, goingOn))?.id ?? '';
    });
    afterAll(() => world.close());

    const shortly = (id: string): string =>
      id
        .replace(meterId, 'm')
        .replace(liveId, 'live')
        .replace(/^account_.*/, 'account')
        .replace(/^(journal_)?.*refund_.*/, '$1refund');

    /** What the audit names after somebody has changed what nobody may change. */
    const differences = async (fault: string): Promise<string[]> => {
      const found: string[] = [];
      const broken = world.db.transaction().execute(async (tx) => {
        for (const table of ['journal', 'posting'])
          await sql`alter table ledger.${sql.id(table)} disable trigger user`.execute(tx);
        for (const statement of fault.split(';').filter((text) => text.trim() !== ''))
          await sql.raw(statement).execute(tx);
        for await (const { what, id, ...is } of audit(tx))
          found.push(`${what} ${shortly(id)}: ${is.found}, not ${is.expected}`);
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
        ['charge.lots m/2: 10, not 11', 'charge.coins m/2: 11, not 10', 'charge.platform m/2: 4, not 3'],
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
          'charge.lots m/2: 10, not 0',
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
        ['charge.extra m: 4, not 3', 'charge.lots m/4: 0, not 10'],
      ],
      [
        'a charged unit that is due again',
        `insert into metering.due (meter_id, unit_index, coins, share) select id, 3, 10, 7 from metering.meter where settled_at is not null;`,
        ['due.charged m/3: due, not gone'],
      ],
    ])('[METER-48] it names %s', async (_, fault, named) => {
      expect(await differences(fault)).toEqual(named);
    });

    test.each([
      [
        'a balance that is not there',
        `delete from ledger.balance b using ledger.account a where a.id = b.account_id and a.kind = 'payout';
         delete from ledger.balance b using ledger.account a where a.id = b.account_id and a.kind = 'earner';`,
        ['account.balance account: none, not a balance'],
      ],
      [
        'coins of a lot that are under another entry',
        `update ledger.lot_use set amount = amount + 1 where journal_no = ${second};
         update ledger.lot_use set amount = amount - 1 where journal_no = ${third};`,
        ['charge.lots m/2: 11, not 10', 'charge.lots m/3: 9, not 10'],
      ],
      [
        'coins of a lot that came back by no entry',
        `update ledger.lot_use set amount = amount - 1 where journal_no = ${refund};`,
        ['entry.lots journal_refund: 3, not 4'],
      ],
      [
        'a settled meter that still holds',
        `update ledger.hold set amount = 10, released_at = null where meter_id = ${settled};`,
        ['hold.settled m: 10, not 0'],
      ],
      [
        'a meter that goes on and holds nothing',
        `update ledger.hold set amount = 0 where meter_id = ${live};`,
        ['hold.amount live: 0, not 10'],
      ],
      ['a unit that was given back and is due', givesBack(10), ['adjustment.unit m/2: given back, not due']],
      [
        'a unit of which another amount was given back',
        givesBack(9),
        [
          'adjustment.platform journal_back: -2, not -3',
          'adjustment.wallet journal_back: 9, not 10',
          'adjustment.unit m/2: given back, not due',
        ],
      ],
      [
        'a missing unit beside a shortfall that is less',
        `${withoutThird} update metering.meter set shortfall = 1 where settled_at is not null;`,
        ['charge.missing m: 2, not 3', 'meter.shortfall m: 1, not 0'],
      ],
      [
        'a missing unit beside another one that was given back',
        `${withoutThird} ${givesBack(10)}`,
        ['charge.missing m: 2, not 3', 'adjustment.unit m/2: given back, not due'],
      ],
      [
        'waived units that nobody proved late',
        `update metering.meter set waived_units = 5 where settled_at is not null;`,
        ['meter.waived m: 5, not 0'],
      ],
      [
        'another time of a settled meter',
        `update metering.meter set billable_ms = 1 where settled_at is not null;`,
        ['meter.billable m: 1, not 200000'],
      ],
      [
        'another amount that the desk gave back',
        `update metering.refund set coins = 5;`,
        ['refund.coins refund: 5, not 4'],
      ],
      [
        'what a next unit would cost',
        `update metering.due set coins = coins + 1 where unit_index = 2; update metering.due set share = share + 1 where unit_index = 3;`,
        ['due.coins live/2: 11, not 10', 'due.share live/3: 8, not 7'],
      ],
      [
        'a unit for which there was no time yet',
        `insert into ledger.journal (kind, meter_no, unit_index, occurred_at)
           select 'charge', j.meter_no, 2, j.occurred_at from ledger.journal j join ledger.meter n on n.no = j.meter_no and n.id = ${live}
            where j.unit_index = 1;
         insert into ledger.posting select currval('ledger.journal_no'), account_no, amount from ledger.posting where journal_no = ${third};
         insert into ledger.lot_use select currval('ledger.journal_no'), lot_no, amount from ledger.lot_use where journal_no = ${third};
         delete from metering.due where unit_index = 2;`,
        ['charge.extra live: 2, not 1'],
      ],
    ])('[METER-62] it names %s', async (_, fault, named) => {
      expect(await differences(fault)).toEqual(named);
    });

    test.each([
      [
        'a missing unit that is said to have been proven too late',
        `${withoutThird} update metering.meter set waived_units = 1 where settled_at is not null;`,
        ['charge.missing m: 2, not 3'],
      ],
      [
        'a missing unit beside a shortfall of exactly its coins',
        `${withoutThird} update metering.meter set shortfall = 10 where settled_at is not null;`,
        ['meter.shortfall m: 10, not 0'],
      ],
      [
        'a missing unit beside coins that are said to have ended after it',
        `${withoutThird} update metering.meter set shortfall = 10, exhausted_at = closing_at where settled_at is not null;`,
        ['charge.missing m: 2, not 3'],
      ],
    ])('[METER-111] it names %s', async (_, fault, named) => {
      expect(await differences(fault)).toEqual(named);
    });

    test('[METER-97] it names what is kept of what was given back and is not so', async () => {
      const fault = `update ledger.meter set back_coins = back_coins + 1, back_share = back_share - 1, back_units = back_units + 2
          where id = ${settled}; update ledger.meter set back_units = 1, back_time_units = 1 where id = ${live};`;
      expect(await differences(fault)).toEqual([
        'meter.back_units m: 2, not 0',
        'meter.back_coins m: 5, not 4',
        'meter.back_share m: 1, not 2',
        'meter.back_units live: 1, not 0',
        'meter.back_time_units live: 1, not 0',
      ]);
    });
  });
}
