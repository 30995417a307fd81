import { PRICE_PLANS, type PresetPlan } from '@latido/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { migrate, type Database } from '../platform/index.ts';
import { writePricePlans } from './index.ts';
import { newestPlans } from './store.ts';

const [standard] = PRICE_PLANS as [PresetPlan];
const dearer: PresetPlan = {
  ...standard,
  plan: { ...standard.plan, price: 12n, maxCharge: 90n, tiers: [{ fromUnit: 3, price: 6n }] },
};

/** Takes a database back to before 0013: with the row that 0006 had written. */
const BEFORE_PRESETS = `
  delete from platform.migration where name = '0013_metering_presets';
  alter table metering.price_plan drop column is_preset,
    alter column connect_fee set default 0, alter column free_below_ms set default 0,
    alter column tiers set default '[]', alter column bridge_gap_ms set default 0,
    alter column currency set default 'COIN', alter column earner_share_bp set default 7000;
  delete from metering.price_plan;
  insert into metering.price_plan
    (id, version, name, policy, initial_ms, increment_ms, threshold_ms, first_threshold_ms, price, initial_price)
  values ('standard', 1, 'Standard', 'completed-minute', 60000, 60000, 60000, 60000, 10, 10);`;

for (const store of await openTestDatabases()) {
  describe(`price plans on ${store.name}`, () => {
    let database: Database;
    beforeEach(async () => {
      database = await store.open();
    });
    afterEach(() => database.close());
    const versions = async () =>
      (
        await sql<{ text: string }>`
          select id || ' ' || version || ': ' || price as text from metering.price_plan order by id, version`.execute(
          database.db,
        )
      ).rows.map(({ text }) => text);

    test('[METER-17] every row of a new database is what core says', async () => {
      const rows = await newestPlans(database.db);
      expect(rows).toEqual(PRICE_PLANS.map((preset) => ({ ...preset, version: 1, isPreset: true })));
      expect(await versions()).toHaveLength(PRICE_PLANS.length);
    });

    test('[METER-17] writing the same again writes nothing, a change is a new version beside the old one', async () => {
      expect(await writePricePlans(database.db)).toEqual([]);
      expect(await writePricePlans(database.db, [dearer])).toEqual(['standard 2']);
      expect(await writePricePlans(database.db, [dearer])).toEqual([]);
      expect(await versions()).toEqual(['standard 1: 10', 'standard 2: 12']);
      expect((await newestPlans(database.db))[0]).toEqual({ ...dearer, version: 2, isPreset: true });
    });

    test.each([
      ['the share', { earnerShareBp: 6_999 }],
      ['the rounding', { firstThresholdMs: 1 }],
      ['a cap', { maxCharge: 1n }],
      ['a bridged gap', { bridgeGapMs: 1 }],
    ])('[METER-17] a change of any figure is seen: %s', async (_, figures) => {
      const changed = { ...standard, plan: { ...standard.plan, ...figures } };
      expect(await writePricePlans(database.db, [changed])).toEqual(['standard 2']);
    });

    test('[METER-17] a version that an operator wrote stays the price', async () => {
      await sql`insert into metering.price_plan
          (id, version, name, policy, currency, initial_ms, increment_ms, threshold_ms, first_threshold_ms, price,
           initial_price, connect_fee, free_below_ms, tiers, bridge_gap_ms, earner_share_bp)
        select id, 2, name, policy, currency, initial_ms, increment_ms, threshold_ms, first_threshold_ms, 25,
           25, connect_fee, free_below_ms, tiers, bridge_gap_ms, earner_share_bp
          from metering.price_plan where id = 'standard'`.execute(database.db);
      expect(await writePricePlans(database.db, [dearer])).toEqual([]);
      expect((await newestPlans(database.db))[0]).toMatchObject({ version: 2, plan: { price: 25n } });
    });

    test.each([
      ['that a call has pinned', true, 'standard 1: 10'],
      ['that nobody has used', false, 'standard 1: 10'],
    ])('[METER-17] a database from before this rule goes on, with a row %s', async (_, isPinned, row) => {
      await database.script(BEFORE_PRESETS);
      if (isPinned) {
        await sql`insert into metering.meter (id, call_id, payer_id, wallet_account_id, plan_id, plan_version)
          values ('meter_1', 'call_1', 'person_1', 'account_1', 'standard', 1)`.execute(database.db);
      }
      await migrate(database);
      expect(await writePricePlans(database.db)).toEqual(isPinned ? [] : ['standard 1']);
      expect(await versions()).toEqual([row]);
      expect(await writePricePlans(database.db, [dearer])).toEqual(['standard 2']);
    });

    test('[METER-17] a row that an operator had changed before this rule stays the price', async () => {
      await database.script(
        `${BEFORE_PRESETS} update metering.price_plan set price = 15, initial_price = 15;`,
      );
      await migrate(database);
      expect(await writePricePlans(database.db)).toEqual([]);
      expect(await versions()).toEqual(['standard 1: 15']);
    });

    test.each([
      ['a tier that goes back', { tiers: '[{"fromUnit":5,"price":4},{"fromUnit":3,"price":2}]' }],
      ['two tiers at one unit', { tiers: '[{"fromUnit":3,"price":4},{"fromUnit":3,"price":2}]' }],
      ['a tier below nothing', { tiers: '[{"fromUnit":3,"price":-4}]' }],
      ['a tier without a price', { tiers: '[{"fromUnit":3}]' }],
      ['tiers that are no list', { tiers: '{"fromUnit":3,"price":4}' }],
      ['a price below nothing', { price: '-1' }],
      ['a fee below nothing', { connect_fee: '-1' }],
      ['a cap below nothing', { max_charge: '-1' }],
      ['units of no length', { increment_ms: '0' }],
      ['a first unit of no length', { initial_ms: '0' }],
      ['a unit due before it begins', { threshold_ms: '0' }],
      ['a unit due after its end', { threshold_ms: '60001' }],
      ['free time below nothing', { free_below_ms: '-1' }],
      ['a gap below nothing', { bridge_gap_ms: '-1' }],
      ['more than the whole for who earns', { earner_share_bp: '10001' }],
    ])('[METER-20] a plan is checked where it is stored: %s', async (_, figures) => {
      const write = (more: object): Promise<unknown> =>
        sql`insert into metering.price_plan select (jsonb_populate_record(p, ${JSON.stringify(more)}::jsonb)).*
          from metering.price_plan p where id = 'standard' and version = 1`.execute(database.db);
      const asJson = Object.fromEntries(
        Object.entries<string>(figures).map(([name, text]) => [name, JSON.parse(text)] as const),
      );
      await expect(write({ version: 2, ...asJson })).rejects.toMatchObject({ code: '23514' });
      await write({
        version: 2,
        tiers: [
          { fromUnit: 3, price: 4 },
          { fromUnit: 5, price: 0 },
        ],
      });
    });

    test('[METER-17] two nodes that start together write one version', async () => {
      await Promise.all([1, 2].map(() => writePricePlans(database.db, [dearer])));
      expect(await versions()).toEqual(['standard 1: 10', 'standard 2: 12']);
    });
  });
}
