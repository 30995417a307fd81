import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { callById } from '../calls/index.ts';
import { ALICE, at, BOB, World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`what bounds billable time, on ${store.name}`, () => {
    let world: World;
    const open = async (coins = 100) => (world = await new World(await store.open()).open(coins));
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    test.each([
      ['ten minutes', 600],
      ['a day', 86_400],
    ])('[METER-18] stays that began %s before the call are paid from its creation on', async (_, beforeS) => {
      const callId = await (await open()).call();
      for (const who of [
        { personId: ALICE, sid: 'PA_a' },
        { personId: BOB, sid: 'PA_b' },
      ]) {
        const payload = { participant: { state: 'ACTIVE', name: who.personId } };
        await world.say(callId, who, 'webhook', 'participant_joined', payload, at(-beforeS));
      }
      await world.pass(9);
      await world.settle();
      expect(await world.charges(callId)).toEqual([]);
      expect(await callById(world.db, callId)).toMatchObject({ startedAt: new Date(at(0)) });
      await world.passTicking(60, 60);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
      expect(await world.meter(callId)).toMatchObject({ billableMs: 69_000 });
    });
  });
}
