import { attend } from '@latido/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callById, giveVerdicts } from '../calls/index.ts';
import { ledgerSum } from '../ledger/index.ts';
import { startPaidCall } from './index.ts';
import { ALICE, at, BOB, World } from './world.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { intervalsOfCalls } from '../presence/index.ts';

const [GRACE_MS, RING_MS] = [45_000, 45_000];
/** When our detector gives somebody up who fell silent: within three seconds (PRES-F1). */
const NOTICED_S = 2.5;

/** The cases whose outcome was agreed on to the coin: ten coins a minute, seven of them Bob's; all instants by a clock of the test. */
for (const store of await openTestDatabases()) {
  describe(`agreed to the coin, on ${store.name}`, () => {
    let world: World;
    let callId: string;
    const alice = (sid = `PA_a_${callId}`) => ({ personId: ALICE, sid });
    const bob = (sid = `PA_b_${callId}`) => ({ personId: BOB, sid });
    beforeEach(async () => {
      world = await new World(await store.open({ poolSize: 6 })).open(200);
      callId = await world.call();
    });
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    const callRow = async () => await callById(world.db, callId);
    /** What calls' clock decides: nobody answered, nobody came back. */
    const judge = async () => {
      await giveVerdicts({
        db: world.db,
        hints: world.hints,
        clock: world.clock,
        graceMs: GRACE_MS,
        ringMs: RING_MS,
        caughtUp: () => world.follow(),
      });
      await world.settle();
    };
    /** LiveKit's word that a connection is over. */
    const left = (who: { personId: string; sid: string }, disconnectReason: string, s?: number) => {
      const payload = { participant: { state: 'DISCONNECTED', disconnectReason } };
      return world.say(
        callId,
        who,
        'webhook',
        'participant_left',
        payload,
        s === undefined ? undefined : at(s),
      );
    };
    /** A browser dies now: no beat more, no goodbye; it is noticed in time, and told as of now. */
    const dies = async (...people: { personId: string; sid: string }[]) => {
      await world.flush([callId]);
      const diedAt = world.clock.now();
      for (const { sid } of people) world.silence(sid);
      await world.pass(NOTICED_S);
      for (const who of people)
        await world.say(callId, who, 'detector', 'unreachable', { reason: 'lost' }, diedAt);
      await world.settle();
    };
    const staysOf = async (personId: string) => {
      const all = (await intervalsOfCalls(world.db, [callId])).get(callId) ?? [];
      const [whole] = attend(all, { untilAt: world.clock.now() }).filter(
        (each) => each.personId === personId,
      );
      return { intervals: all.filter((each) => each.personId === personId).length, ...whole };
    };

    test('[METER-3] A2: hung up on both sides while ticks run, ended twice more, and LiveKit tells it twice: 65 s are 10 coins, once', async () => {
      await world.both(callId);
      await world.pass(65);
      await world.flush([callId]);
      await Promise.all([
        world.hangUp(callId),
        world.settle(),
        world.hangUp(callId, BOB),
        world.settle(),
        world.hangUp(callId),
      ]);
      for (const who of [alice(), bob(), alice(), bob()]) await left(who, 'CLIENT_INITIATED');
      await Promise.all([world.settle(), world.settle()]);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
      expect(await world.money()).toEqual({ alice: 190n, held: 0n, bob: 7n });
      expect(await callRow()).toMatchObject({
        status: 'ended',
        endReason: 'hung_up',
        endedAt: new Date(at(65)),
      });
    });

    test('[METER-9] A3: killed at 57 s, back at 80 s with a new sid, hangs up at 130 s: one visit, 2 intervals, 107 s, 10 coins', async () => {
      await world.both(callId);
      await world.passTicking(57, 28.5);
      await dies(alice());
      expect(await callRow()).toMatchObject({ status: 'reconnecting' });
      await world.passTicking(17.5);
      await left(alice(), 'SIGNAL_CLOSE');
      await world.passTicking(3);
      await world.join(callId, alice('PA_a_again'));
      await world.passTicking(50, 10);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.meter(callId)).toMatchObject({ billableMs: 107_000, coins: 10 });
      expect(await staysOf(ALICE)).toMatchObject({ visits: 1, intervals: 2, presentMs: 107_000 });
      expect(await world.charges(callId)).toEqual(['1@83:10']);
      expect(await world.money()).toEqual({ alice: 190n, held: 0n, bob: 7n });
    });

    test('[METER-8] A4: killed at 57 s and never back: 0 coins, whatever the grace took', async () => {
      await world.both(callId);
      await world.passTicking(57, 28.5);
      await dies(alice());
      await world.passTicking(50);
      await judge();
      expect(await callRow()).toMatchObject({ status: 'ended', startedAt: new Date(at(0)) });
      expect(await world.meter(callId)).toMatchObject({ billableMs: 57_000, coins: 0, settled: true });
      expect(await world.money()).toEqual({ alice: 200n, held: 0n, bob: 0n });
    });

    test('[METER-9] A5: the earner is killed at 600 s: the countdown has begun by 603 s, and nothing is paid for it', async () => {
      await world.both(callId);
      await world.passTicking(600, 60);
      await dies(bob());
      expect(world.clock.now()).toBeLessThanOrEqual(at(603));
      expect(await callRow()).toMatchObject({ status: 'reconnecting', graceUntil: new Date(at(645)) });
      expect(await world.meter(callId)).toMatchObject({ running: false, billableMs: 600_000, coins: 100 });
      await world.passTicking(60);
      await judge();
      expect(await callRow()).toMatchObject({ status: 'ended', endReason: 'lost_connection' });
      expect(await world.meter(callId)).toMatchObject({ billableMs: 600_000, coins: 100, settled: true });
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 70n });
    });

    test('[METER-7] A6: a second tab at 120 s, the first is closed: the union of 185 s is 30 coins, not the sum', async () => {
      await world.both(callId);
      await world.passTicking(120, 30);
      await world.join(callId, alice('PA_a_tab'));
      await world.passTicking(10);
      await world.flush([callId]);
      world.silence(alice().sid);
      await left(alice(), 'DUPLICATE_IDENTITY');
      await world.passTicking(55);
      await world.hangUp(callId);
      await world.settle();
      expect(await staysOf(ALICE)).toMatchObject({ visits: 1, intervals: 2, presentMs: 185_000 });
      expect(await world.meter(callId)).toMatchObject({ billableMs: 185_000, coins: 30 });
      expect(await world.money()).toEqual({ alice: 170n, held: 0n, bob: 21n });
    });

    test('[METER-12] A9: the earner never comes: the hold is released, and nothing is paid', async () => {
      await world.hangUp(callId);
      await world.settle();
      const invite = { recipientId: BOB, callerName: 'Alice', ringMs: RING_MS };
      const order = { roomName: 'rings', payerId: ALICE, earnerId: BOB, openedBy: ALICE, invite };
      ({ callId } = await startPaidCall(world, order));
      await world.join(callId, alice());
      await world.passTicking(44);
      await judge();
      expect(await callRow()).toMatchObject({ status: 'waiting' });
      expect(await world.money()).toEqual({ alice: 200n, held: 10n, bob: 0n });
      await world.passTicking(1);
      await judge();
      expect(await callRow()).toMatchObject({ status: 'ended', endReason: 'no_answer', startedAt: null });
      expect(await world.money()).toEqual({ alice: 200n, held: 0n, bob: 0n });
    });

    test('[METER-9] A12: both drop at 60 s for 25 s and return: the same call goes on, and the 25 s are free', async () => {
      await world.both(callId);
      await world.passTicking(60, 30);
      await dies(alice(), bob());
      await world.passTicking(22.5);
      await judge();
      expect(await callRow()).toMatchObject({ status: 'reconnecting' });
      await world.join(callId, alice('PA_a_again'));
      await world.join(callId, bob('PA_b_again'));
      await world.settle();
      expect(await callRow()).toMatchObject({ status: 'live' });
      await world.passTicking(60, 30);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@145:10']);
      expect(await world.meter(callId)).toMatchObject({ billableMs: 120_000, coins: 20 });
      expect(await world.money()).toEqual({ alice: 180n, held: 0n, bob: 14n });
    });

    test('[METER-14] A13: LiveKit tells of a leaving before the joining, and of it twice: what was there is paid, once', async () => {
      await world.join(callId, { ...bob(), beats: false });
      await world.passTicking(130, 65);
      // She was there from 0 to 125 s, and every word of it comes late: that she left, twice, and then that she joined.
      await left(alice(), 'CLIENT_INITIATED', 125);
      await left(alice(), 'CLIENT_INITIATED', 125);
      await world.settle();
      await world.say(
        callId,
        alice(),
        'webhook',
        'participant_joined',
        { participant: { state: 'ACTIVE', name: 'Alice' } },
        at(0),
      );
      await left(alice(), 'CLIENT_INITIATED', 125);
      await world.settle();
      await world.hangUp(callId, BOB);
      await world.settle();
      expect(await staysOf(ALICE)).toMatchObject({ visits: 1, intervals: 1, presentMs: 125_000 });
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual({ alice: 180n, held: 0n, bob: 14n });
      const { rows } = await sql<{
        n: number;
      }>`select count(*)::int as n from calls.call where id = ${callId}`.execute(world.db);
      expect(rows).toEqual([{ n: 1 }]);
    });
  });
}
