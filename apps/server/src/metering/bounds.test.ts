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

    test("[METER-40] an earner's word that the payer is seen adds three seconds to the payer's own, not twenty", async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(55);
      await world.flush([callId]);
      world.silence(`PA_a_${callId}`);
      const [fromAt, toAt] = [at(50), at(75)];
      await world.pass(20);
      const alice = { personId: ALICE, sid: `PA_a_${callId}` };
      await world.say(callId, alice, 'proof', 'proof', { fromAt, toAt, via: 'media' });
      await world.settle();
      expect(await world.charges(callId)).toEqual([]);
      expect(await world.meter(callId)).toMatchObject({ coins: 0 });
      await world.hear(callId, alice);
      await world.passTicking(5);
      expect(await world.charges(callId)).toEqual(['1@77:10']);
    });

    test('[METER-19] an earner of whom only a browser speaks earns nothing, and the call is not live', async () => {
      const callId = await (await open()).call();
      await world.join(callId, { personId: ALICE, sid: 'PA_a' });
      await world.hear(callId, { personId: BOB, sid: 'PA_invented' });
      await world.passTicking(130);
      expect(await world.charges(callId)).toEqual([]);
      expect(await callById(world.db, callId)).toMatchObject({ status: 'waiting', startedAt: null });
    });

    test('[METER-19] whom a list names at last is paid from the first proof on', async () => {
      const callId = await (await open()).call();
      await world.join(callId, { personId: ALICE, sid: 'PA_a' });
      const bob = { personId: BOB, sid: 'PA_b' };
      await world.hear(callId, bob);
      await world.passTicking(65);
      await world.say(callId, bob, 'poll', 'listed');
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
    });
  });
}
