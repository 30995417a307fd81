import { PRICE_PLANS, planOf, type PresetPlan } from '@latido/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Tx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { standingOfMeter } from '../ledger/index.ts';
import { writePricePlans } from './index.ts';
import { createMeterOf, totalsOf } from './meter-state.ts';
import { chargesOf } from './receipt.ts';
import { replan } from './replan.ts';
import { metersOfCall, type MeterRow } from './store.ts';
import { ALICE, BOB, World } from './world.testing.ts';

const [standard] = PRICE_PLANS as [PresetPlan];
const PAGE = 50;

const chargedOf = (meter: MeterRow) => ({
  meterId: meter.id,
  walletAccountId: meter.walletAccountId,
  earnerAccountId: meter.earnerAccountId,
});

/** What is asked while a call goes on, and of one that is long over. */
const ASKED: readonly [string, (tx: Tx, of: { world: World; meter: MeterRow }) => Promise<unknown>][] = [
  ['its totals', (tx, { meter }) => totalsOf(tx, meter)],
  ['its state', (tx, { world, meter }) => createMeterOf(world.clock)(tx, meter.callId, ALICE)],
  ['the units that follow', (tx, { meter }) => replan(tx, { ids: [meter.id] })],
  [
    'its first charges',
    (tx, { meter }) => chargesOf(tx, meter, { afterUnit: -1, limit: PAGE, viewerId: ALICE }),
  ],
  [
    'charges from the middle of it',
    (tx, { meter }) => chargesOf(tx, meter, { afterUnit: 300, limit: PAGE, viewerId: BOB }),
  ],
  [
    'what its last units come to',
    (tx, { meter }) => standingOfMeter(tx, { ...chargedOf(meter), coins: null, units: 10 }),
  ],
  [
    'what its last coins are of',
    (tx, { meter }) => standingOfMeter(tx, { ...chargedOf(meter), coins: 10n, units: null }),
  ],
];

for (const store of await openTestDatabases()) {
  describe(`a call by the second, on ${store.name}`, () => {
    let world: World;
    let callId: string;
    beforeEach(async () => {
      world = await new World(await store.open()).open(100_000);
      await writePricePlans(world.db, [{ ...standard, plan: planOf('per-second', 5n, { priceDen: 3n }) }]);
      callId = await world.call();
      await world.both(callId, false);
    });
    afterEach(async () => {
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    const meterNow = async (): Promise<MeterRow> => {
      const [meter] = await metersOfCall(world.db, callId);
      if (!meter) throw new Error('no meter');
      return meter;
    };

    /** Rows that are read of tables of money while something is asked: by the database's own count of this transaction. */
    const rowsRead = async (ask: (tx: Tx) => Promise<unknown>): Promise<number> =>
      await world.db.transaction().execute(async (tx) => {
        const read = async (): Promise<number> => {
          const { rows } = await sql<{ read: number }>`
            select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as read from pg_stat_xact_user_tables
             where schemaname in ('ledger', 'metering')`.execute(tx);
          return rows[0]?.read ?? Number.NaN;
        };
        const before = await read();
        await ask(tx);
        return (await read()) - before;
      });

    const readings = async (): Promise<Record<string, number>> => {
      await world.database.script('analyze');
      const meter = await meterNow();
      const found: Record<string, number> = {};
      for (const [what, ask] of ASKED) found[what] = await rowsRead((tx) => ask(tx, { world, meter }));
      return found;
    };

    test('[METER-97, METER-98] what is asked of a call reads as much after half an hour as after a third of it', async () => {
      await world.passTicking(600, 300);
      const early = await readings();
      await world.passTicking(1_200, 300);
      // A row or two depend on what was charged just before.
      for (const [what, read] of Object.entries(await readings()))
        expect([what, read <= (early[what] ?? 0) + PAGE / 10]).toEqual([what, true]);
      const { unitsCharged, coins } = await world.meter(callId);
      expect([unitsCharged, coins]).toEqual([1_800, 3_000]);
      const page = { afterUnit: 1_797, limit: PAGE, viewerId: ALICE };
      expect((await chargesOf(world.db, await meterNow(), page)).map((each) => each.coins)).toEqual([
        1, 2, 2,
      ]);
      for (const read of Object.values(early)) expect(read).toBeLessThan(8 * PAGE);
    });
  });
}
