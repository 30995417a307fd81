/** Two calls on one wallet, charged by one statement: one gives back what the other needs. */
import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`two meters on one wallet, on ${store.name}`, () => {
    let world: World;
    let ended: string;
    let other: string;
    const begin = async (coins: number) => {
      world = await new World(await store.open()).open(coins);
      ended = await world.call('salon');
      other = await world.call('kitchen');
      await world.both(ended, false);
      await world.both(other, false);
      await world.pass(30);
      await world.hangUp(ended);
    };
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    test('[LEDGER-80] what a call that is settled gives back pays the other one that is settled with it', async () => {
      await begin(30);
      await world.pass(155);
      await world.hangUp(other);
      await world.settle();
      expect(await world.charges(ended)).toEqual([]);
      expect(await world.charges(other)).toEqual(['1@60:10', '2@120:10', '3@180:10']);
      expect(await world.money()).toEqual({ alice: 0n, held: 0n, bob: 21n });
    });

    test('[LEDGER-80] what a call that is settled gives back is held for the other one, which goes on', async () => {
      await begin(20);
      await world.pass(31);
      await world.settle();
      expect(await world.charges(other)).toEqual(['1@60:10']);
      expect(await world.meter(other)).toMatchObject({ running: true, cutAt: null });
      expect(await world.money()).toEqual({ alice: 10n, held: 10n, bob: 7n });
    });

    test('[LEDGER-80] and no more than that: a unit beyond it is refused', async () => {
      await begin(29);
      await world.pass(155);
      await world.hangUp(other);
      await world.settle();
      expect(await world.charges(other)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual({ alice: 9n, held: 0n, bob: 14n });
    });
  });
}
