import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentLog } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { SETTLE_UNANSWERED_MS } from './ask-proofs.ts';
import { createLastTick } from './await-last-tick.ts';
import { receiptOf } from './receipt.ts';
import { ALICE, meterOfCall, World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`an end that is not counted yet, on ${store.name}`, () => {
    let world: World;
    let answer: () => void;
    beforeEach(async () => {
      world = await new World(await store.open({ poolSize: 5 })).open(100);
      world.answering = new Promise((resolve) => (answer = resolve));
    });
    afterEach(async () => {
      await world.close();
    });

    /** Lets time pass until something is done: as much of it as the database needs, so that a slow machine changes nothing. */
    const passUntil = async <T>(done: Promise<T>): Promise<T> => {
      let isDone = false;
      const over = done.finally(() => (isDone = true));
      while (!isDone) {
        await world.clock.advance(20);
        await sql`select 1`.execute(world.db);
      }
      return await over;
    };
    const settle = (): Promise<void> => passUntil(world.settle());
    const read = async (callId: string): Promise<{ settled: boolean; coins: number }> => {
      const { db, clock, hints, metering } = world;
      await passUntil(
        createLastTick({ db, clock, hints, log: silentLog, settle: () => metering.settle() })({
          callIds: [callId],
        }),
      );
      const meter = await meterOfCall(db, callId);
      if (!meter) throw new Error('no meter');
      const { settled, coins } = await receiptOf(db, meter, { viewerId: ALICE });
      const state = await world.meter(callId);
      // It was settled in between the two, or between what the second one reads.
      if (state?.settled !== settled || (!settled && state.coins !== coins)) return await read(callId);
      expect(state).toMatchObject({ settled, coins });
      return { settled, coins };
    };
    /** As a page does it: asks again until it is the last word. */
    const final = async (callId: string): Promise<{ settled: boolean; coins: number }> => {
      for (;;) {
        const answer = await read(callId);
        if (answer.settled) return answer;
        expect(answer.coins).toBe(0);
      }
    };
    const talk = async (): Promise<string> => {
      const callId = await world.call();
      await world.both(callId);
      await world.pass(65);
      return callId;
    };

    test('[METER-15] who reads an end before the other node has answered reads that it is not settled, then its coins', async () => {
      const callId = await talk();
      await world.hangUp(callId);
      await settle();
      expect(await read(callId)).toEqual({ settled: false, coins: 0 });
      answer();
      expect(await final(callId)).toEqual({ settled: true, coins: 10 });
    });

    test('[METER-36] a call is not settled before a slow node has answered, and holds up no other call', async () => {
      const callId = await world.call();
      await world.both(callId);
      await world.pass(20);
      const other = await world.call('other');
      await world.both(other, false);
      await world.pass(45);
      await world.hangUp(callId);
      await settle();
      await world.pass(16);
      await settle();
      expect(await world.charges(other)).toContain('1@80:10');
      expect(await read(callId)).toEqual({ settled: false, coins: 0 });
      answer();
      expect(await final(callId)).toEqual({ settled: true, coins: 10 });
    });

    test('[METER-36] of a node that lives and stays mute, what it had written into the table is taken', async () => {
      const callId = await talk();
      await world.hangUp(callId);
      await settle();
      await world.pass(SETTLE_UNANSWERED_MS / 1000);
      expect(await final(callId)).toEqual({ settled: true, coins: 10 });
    });
  });
}
