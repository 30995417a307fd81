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

    test.each<[string, PricePlan, coins: number, endS: number, money: { alice: bigint; bob: bigint }]>([
      ['per second', planOf('per-second', 1n, { freeBelowMs: 10_000 }), 5, 10, { alice: 0n, bob: 3n }],
      ['started', planOf('started-minute', 10n, { freeBelowMs: 90_000 }), 15, 90, { alice: 5n, bob: 7n }],
      ['completed', planOf('completed-minute', 10n, { freeBelowMs: 90_000 }), 10, 90, { alice: 0n, bob: 7n }],
      ['30-6', planOf('30-6', 1n, { freeBelowMs: 40_000 }), 2, 40, { alice: 0n, bob: 1n }],
    ])(
      '[METER-90] who has too few coins for all of the free time pays with what there is, and that stays paid: %s',
      async (_, plan, coins, endS, money) => {
        await open(coins, plan);
        const callId = await world.call();
        await world.both(callId);
        await world.passTicking(endS + 40);
        expect(await world.meter(callId)).toMatchObject({ billableMs: endS * 1_000 });
        expect(await world.money()).toEqual({ held: 0n, ...money });
      },
    );

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
