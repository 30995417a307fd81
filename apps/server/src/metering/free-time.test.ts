/** Calls by plans with free time and with bridged gaps, as the server charges them. */
import { PRICE_PLANS, planOf, type PresetPlan, type PricePlan } from '@latido/core';
import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { writePricePlans } from './index.ts';
import { ALICE, World } from './world.testing.ts';

const [standard] = PRICE_PLANS as [PresetPlan];

for (const store of await openTestDatabases()) {
  describe(`free time on ${store.name}`, () => {
    let world: World;
    const open = async (coins: number, plan: PricePlan) => {
      world = await new World(await store.open()).open(coins);
      await writePricePlans(world.db, [{ ...standard, plan }]);
    };
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    test.each([
      ['started', planOf('started-minute', 10n, { freeBelowMs: 60_000 })],
      ['completed', planOf('completed-minute', 10n, { freeBelowMs: 60_000 })],
      ['grace', planOf('grace-then-started', 10n)],
    ])(
      '[METER-90] with coins for one unit that unit is paid and stays paid when they end: %s',
      async (_, plan) => {
        await open(15, plan);
        const callId = await world.call();
        await world.both(callId);
        await world.passTicking(90);
        const dueS = plan.freeBelowMs / 1_000;
        expect(await world.charges(callId)).toEqual([`1@${dueS}:10`]);
        expect(await world.meter(callId)).toMatchObject({ billableMs: 60_000 });
        expect(await world.money()).toEqual({ alice: 5n, held: 0n, bob: 7n });
      },
    );

    test('[METER-90] free time of many units, as a first stretch, is held whole or refused with what it needs', async () => {
      const more = { initialMs: 10_000, firstThresholdMs: 10_000, initialPrice: 10n };
      await open(5, planOf('per-second', 1n, more));
      await expect(world.call()).rejects.toMatchObject({
        code: 'balance.insufficient',
        extra: { required: 10, available: 5, missing: 5 },
      });
      await world.give(6, 'more coins');
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(35);
      expect(await world.charges(callId)).toEqual(['1@10:10', '2@11:1']);
      expect(await world.money()).toEqual({ alice: 0n, held: 0n, bob: 7n });
    });

    test('[METER-91] a unit after a bridged gap is charged when it is due, not a gap later', async () => {
      await open(100, planOf('completed-minute', 10n, { bridgeGapMs: 30_000 }));
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(20);
      await world.flush([callId]);
      world.silence(`PA_a_${callId}`);
      await world.say(callId, { personId: ALICE, sid: `PA_a_${callId}` }, 'webhook', 'participant_left');
      await world.passTicking(25);
      await world.flush([callId]);
      await world.join(callId, { personId: ALICE, sid: 'PA_again' });
      await world.settle();
      expect((await world.units()).map(({ due }) => due)[0]).toBe(world.clock.now() + 15_000);
      await world.passTicking(16, 16);
      expect(await world.charges(callId)).toEqual(['1@60:10']);
    });
  });
}
