import { PRICE_PLANS, planOf, type PresetPlan } from '@latido/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { writePricePlans } from './index.ts';
import { chargesOf, receiptOf } from './receipt.ts';
import { rebuildMeters } from './rebuild.ts';
import { refundCall } from './refund.ts';
import { ALICE, at, BOB, meterOfCall, World } from './world.testing.ts';

const [standard] = PRICE_PLANS as [PresetPlan];

for (const store of await openTestDatabases()) {
  describe(`units that cost nothing, on ${store.name}`, () => {
    let world: World;
    let callId: string;
    // A third of a coin a minute, of which all is the earner's: six units of 0, 0, 1, 0, 0 and 1 coins.
    beforeEach(async () => {
      world = await new World(await store.open()).open(10);
      const plan = { ...planOf('completed-minute', 1n, { priceDen: 3n }), earnerShareBp: 10_000 };
      await writePricePlans(world.db, [{ ...standard, plan }]);
      callId = await world.call();
      await world.both(callId, false);
      await world.passTicking(370, 37);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.money()).toEqual({ alice: 8n, held: 0n, bob: 2n });
    });
    afterEach(async () => {
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    const meterNow = async () => {
      const meter = await meterOfCall(world.db, callId);
      if (!meter) throw new Error('no meter');
      return meter;
    };
    const refund = async (part: { units: number } | { coins: bigint }) => {
      const asked = { coins: undefined, units: undefined, key: undefined, ...part };
      const of = { callId, meterId: (await meterNow()).id, reason: 'no sound', byId: 'person_desk' };
      return await refundCall(world, { ...of, ...asked });
    };
    const givenBack = async () =>
      (await receiptOf(world.db, await meterNow(), { viewerId: ALICE })).lines
        .filter(({ kind }) => kind !== 'charge')
        .map(({ unit, kind, coins }) => [unit, kind, Math.abs(coins)]);

    test('[METER-99] the last units are the last ones of the receipt, whatever they cost, each given back once', async () => {
      expect(await refund({ units: 2 })).toMatchObject({ coins: 1n, units: 2 });
      expect(await givenBack()).toEqual([
        [5, 'refund', 0],
        [6, 'refund', 1],
      ]);
      expect((await refund({ units: 2 })).coins).toBe(1n);
      expect((await givenBack()).map(([unit]) => unit)).toEqual([3, 4, 5, 6]);
      expect(await world.money()).toEqual({ alice: 10n, held: 0n, bob: 0n });
      await expect(refund({ units: 3 })).rejects.toMatchObject({ code: 'refund.too_much' });
      expect(await world.meter(callId)).toMatchObject({ unitsCharged: 6, coins: 0 });
    });

    test('[METER-99] last units that cost nothing are said to, and nothing is written', async () => {
      await refund({ coins: 1n });
      await expect(refund({ units: 2 })).rejects.toMatchObject({
        code: 'refund.too_much',
        message: expect.stringContaining('The last 2 units of this call cost nothing; 1 coin of it'),
        extra: { available: 1 },
      });
      expect(await givenBack()).toEqual([[6, 'refund', 1]]);
      expect((await refund({ units: 3 })).coins).toBe(1n);
    });

    test('[METER-97] what was given back is kept as its entries say, also of time that was not, and a rebuild gives it', async () => {
      await refund({ units: 2 });
      // LiveKit tells only now that she had been cut off after two minutes.
      const payload = { participant: { disconnectReason: 'CLIENT_INITIATED' } };
      const alice = { personId: ALICE, sid: `PA_a_${callId}` };
      await world.say(callId, alice, 'webhook', 'participant_left', payload, at(130));
      await world.settle();
      await world.settle();
      const is = { unitsCharged: 2, timeUnits: 2, coins: 0 };
      expect(await world.meter(callId)).toMatchObject(is);
      expect(await world.meter(callId, BOB)).toMatchObject({ ...is, earned: 0 });
      const units = { afterUnit: -1, limit: 10, viewerId: ALICE };
      expect((await chargesOf(world.db, await meterNow(), units)).map(({ unit }) => unit)).toEqual([1, 2]);
      await sql`update ledger.meter set back_units = 9, back_coins = 1, back_share = 0`.execute(world.db);
      expect((await world.differences()).map(({ what }) => what)).toEqual([
        'meter.back_units',
        'meter.back_coins',
        'meter.back_share',
      ]);
      await rebuildMeters(world.db);
    });
  });
}
