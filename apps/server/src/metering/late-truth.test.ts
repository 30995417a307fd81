import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { rebuildMeters } from './index.ts';
import { receiptOf } from './receipt.ts';
import { refundCall } from './refund.ts';
import { ALICE, at, BOB, meterOfCall, World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`truth that comes after the settlement, on ${store.name}`, () => {
    let world: World;
    const open = async (coins: number, chargesLate: boolean) =>
      (world = await new World(await store.open({ poolSize: 5 }), { chargesLate }).open(coins));
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    /** A call that ended at 190 s, settled by what was proven until then. */
    async function settledCall(provenS: number): Promise<string> {
      const callId = await world.call();
      await world.both(callId);
      await world.pass(provenS);
      await world.flush([callId]);
      for (const side of ['a', 'b']) world.silence(`PA_${side}_${callId}`);
      await world.pass(190 - provenS);
      await world.hangUp(callId);
      await world.settle();
      return callId;
    }

    async function proveLate(callId: string, [fromS, toS]: readonly [number, number]): Promise<void> {
      const proof = { fromAt: at(fromS), toAt: at(toS) };
      for (const [personId, side] of [
        [ALICE, 'a'],
        [BOB, 'b'],
      ] as const)
        await world.say(callId, { personId, sid: `PA_${side}_${callId}` }, 'proof', 'proof', proof, at(toS));
      await world.settle();
    }

    const receipt = async (callId: string) => {
      const meter = await meterOfCall(world.db, callId);
      if (!meter) throw new Error('no meter');
      return await receiptOf(world.db, meter, { viewerId: ALICE });
    };

    test('[METER-8] a proof that comes after the settlement is never charged, and the receipt names its coins', async () => {
      await open(100, false);
      const callId = await settledCall(59.5);
      await proveLate(callId, [59.5, 64]);
      expect(await world.charges(callId)).toEqual([]);
      expect(await receipt(callId)).toMatchObject({
        billableMs: 64_000,
        coins: 0,
        lines: [],
        shortfall: 10,
      });
    });

    test('[METER-60] with both, what is proven later is charged, each unit once, and the call is settled again', async () => {
      await open(100, true);
      const callId = await settledCall(59.5);
      expect(await world.charges(callId)).toEqual([]);
      for (const _again of [1, 2]) {
        await proveLate(callId, [59.5, 64]);
        expect(await world.charges(callId)).toEqual(['1@60:10']);
      }
      await proveLate(callId, [64, 185]);
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10', '3@180:10']);
      expect(await receipt(callId)).toMatchObject({ coins: 30, shortfall: 0, settled: true });
      await rebuildMeters(world.db);
      await world.settle();
      expect(await world.money()).toEqual({ alice: 70n, held: 0n, bob: 21n });
    });

    test('[METER-60] coins that are not there are a shortfall and no debt, also when more is proven', async () => {
      await open(15, true);
      const callId = await settledCall(59.5);
      await proveLate(callId, [59.5, 130]);
      expect(await world.money()).toEqual({ alice: 5n, held: 0n, bob: 7n });
      expect(await receipt(callId)).toMatchObject({ coins: 10, shortfall: 10, settled: true });
      await world.give(100, 'later');
      await proveLate(callId, [130, 185]);
      expect(await world.money()).toEqual({ alice: 105n, held: 0n, bob: 7n });
    });

    test('[METER-60] of a call of which the desk has given back nothing more is charged', async () => {
      await open(100, true);
      const callId = await settledCall(70);
      const { id: meterId } = (await meterOfCall(world.db, callId)) ?? { id: '' };
      const asked = {
        callId,
        meterId,
        coins: undefined,
        units: 1,
        reason: 'Frozen.',
        byId: 'desk',
        key: undefined,
      };
      await refundCall(world, asked);
      await proveLate(callId, [70, 185]);
      expect(await world.charges(callId)).toEqual([]);
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 0n });
    });
  });
}
