import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { receiptOf } from './receipt.ts';
import { ALICE, at, BOB, meterOfCall, World } from './world.testing.ts';

const iso = (s: number): string => new Date(at(s)).toISOString();

for (const store of await openTestDatabases()) {
  describe(`the balance on ${store.name}`, () => {
    let world: World;
    const open = async (coins: number) => (world = await new World(await store.open()).open(coins));
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });
    const callRow = async (callId: string) =>
      (
        await sql<{ status: string; end_reason: string | null; ended_at: Date | null }>`
        select status, end_reason, ended_at from calls.call where id = ${callId}`.execute(world.db)
      ).rows[0];

    test('[METER-12] a call that cannot be held is refused with what is missing, and leaves nothing behind', async () => {
      await open(4);
      await expect(world.call()).rejects.toMatchObject({
        code: 'balance.insufficient',
        status: 402,
        extra: { required: 10, available: 4, missing: 6, currency: 'COIN' },
      });
      const { rows } = await sql<{ n: bigint }>`
        select (select count(*) from calls.call) + (select count(*) from metering.meter) + (select count(*) from ledger.hold) as n`.execute(
        world.db,
      );
      expect(rows[0]?.n).toBe(0n);
    });

    test('[METER-12] asking again, reloading and joining hold the first unit once', async () => {
      await open(100);
      const first = await world.call('salon', { payerId: undefined, openedBy: BOB });
      expect(await world.money()).toMatchObject({ alice: 100n, held: 0n });
      expect(await world.call('salon', { earnerId: undefined })).toBe(first);
      expect(await world.call('salon')).toBe(first);
      expect(await world.money()).toEqual({ alice: 100n, held: 10n, bob: 0n });
      await expect(
        world.call('salon', { payerId: 'person_mallory', openedBy: 'person_mallory' }),
      ).rejects.toMatchObject({
        code: 'call.not_yours',
      });
      await expect(world.call('other', { planId: 'golden' })).rejects.toMatchObject({
        code: 'plan.not_found',
      });
      await expect(
        world.call('third', { planId: 'completed-minute', earnerId: 'person_eve' }),
      ).resolves.toBeTypeOf('string');
    });

    test('[METER-13] where the balance ends the meter stops, the call is cut 20 s later, and nothing more is paid', async () => {
      await open(25);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(65, 65);
      expect(await world.meter(callId)).toMatchObject({
        running: true,
        finalAt: iso(120),
        cutAt: null,
        available: 5,
      });
      await world.passTicking(60, 60);
      expect(await world.meter(callId)).toMatchObject({
        running: false,
        finalAt: iso(120),
        cutAt: iso(140),
        billableMs: 120_000,
      });
      await world.passTicking(14, 14);
      expect((await callRow(callId))?.status).toBe('live');
      await world.passTicking(2, 2);
      expect(await callRow(callId)).toMatchObject({
        status: 'ended',
        end_reason: 'out_of_balance',
        ended_at: new Date(at(120)),
      });
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual({ alice: 5n, held: 0n, bob: 14n });
    });

    test('[METER-13] a top-up before the cut goes on in the same call, and the stop between is unpaid', async () => {
      await open(10);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(70, 35);
      expect(await world.meter(callId)).toMatchObject({ running: false, finalAt: iso(60) });
      await world.give(100, 'top-up');
      await world.settle();
      expect(await world.meter(callId)).toMatchObject({
        running: true,
        finalAt: null,
        cutAt: null,
        nextDueAt: iso(130),
      });
      await world.passTicking(60, 30);
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@130:10']);
      expect(await callRow(callId)).toMatchObject({ status: 'live' });
    });

    test('[METER-13] a top-up goes on from the time before it for people whom LiveKit alone witnesses', async () => {
      await open(10);
      const callId = await world.call();
      await world.both(callId, false);
      await world.passTicking(70, 35);
      await world.give(25, 'top-up');
      await world.settle();
      expect(await world.meter(callId)).toMatchObject({
        running: true,
        billableMs: 60_000,
        nextDueAt: iso(130),
      });
      await world.passTicking(70, 14);
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@130:10']);
      expect(await world.meter(callId)).toMatchObject({ billableMs: 130_000, nextDueAt: iso(190) });
    });

    test('[METER-13] a hang-up after the stop bills the time up to the stop', async () => {
      await open(10);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(75, 75);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.meter(callId)).toMatchObject({ billableMs: 60_000, coins: 10 });
      const meter = await meterOfCall(world.db, callId);
      expect(meter && (await receiptOf(world.db, meter, { viewerId: ALICE }))).toMatchObject({
        billableMs: 60_000,
      });
    });

    test('[METER-13] a top-up ahead of the end moves it away, without any stop', async () => {
      await open(10);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(50, 50);
      expect((await world.meter(callId)).finalAt).toBe(iso(60));
      await world.give(100, 'top-up');
      await world.passTicking(75, 15);
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect((await world.meter(callId)).finalAt).toBeNull();
    });

    test('[METER-46] a top-up takes the foreseen end away at once, and one that is too small does not', async () => {
      await open(10);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(20, 20);
      expect((await world.meter(callId)).finalAt).toBe(iso(60));
      await world.give(9, 'too small');
      await world.settle();
      expect((await world.meter(callId)).finalAt).toBe(iso(60));
      await world.give(101, 'top-up');
      await world.settle();
      expect((await world.meter(callId)).finalAt).toBeNull();
      expect(await world.charges(callId)).toEqual([]);
    });

    test('[METER-13] warnings come two minutes, one, 30 s and 10 s before the end, each once', async () => {
      await open(45);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(250, 5);
      expect(await world.warned()).toEqual(
        [120_000, 60_000, 30_000, 10_000].map((stepMs) => [stepMs, callId, ALICE, iso(240)]),
      );
    });

    test('[METER-13] a tick that comes late charges what was covered and calls the rest a shortfall, no debt', async () => {
      await open(15);
      const callId = await world.call();
      await world.both(callId);
      await world.pass(185);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
      expect(await world.money()).toEqual({ alice: 5n, held: 0n, bob: 7n });
      const { rows } = await sql<{ shortfall: bigint }>`select shortfall from metering.meter`.execute(
        world.db,
      );
      expect(rows[0]?.shortfall).toBe(20n);
    });

    test('[LEDGER-3] two calls on one wallet never take more than it has', async () => {
      await open(35);
      const one = await world.call('salon');
      const two = await world.call('kitchen');
      expect(await world.money()).toMatchObject({ alice: 35n, held: 20n });
      await expect(world.call('attic', { earnerId: 'person_eve' })).resolves.toBeTypeOf('string');
      await expect(world.call('cellar', { earnerId: 'person_eve' })).rejects.toMatchObject({
        extra: { missing: 5 },
      });
      await world.both(one);
      await world.both(two);
      await world.passTicking(65, 65);
      expect(await world.charges(one)).toEqual(['1@60:10']);
      expect(await world.charges(two)).toEqual(['1@60:10']);
      expect(await world.money()).toMatchObject({ alice: 15n, held: 10n });
      await world.passTicking(30, 30);
      await world.settle();
      expect([(await callRow(one))?.end_reason, (await callRow(two))?.end_reason]).toEqual([
        'out_of_balance',
        'out_of_balance',
      ]);
      await world.hangUp(one);
      await world.settle();
      expect((await world.money()).alice).toBe(15n);
    });

    test('[METER-12] a call that nobody joined gives its hold back as it ends', async () => {
      await open(100);
      const callId = await world.call();
      expect((await world.money()).held).toBe(10n);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 0n });
    });

    test('[METER-3] asking for the deduction deducts nothing, however often', async () => {
      await open(100);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(65, 65);
      for (let n = 0; n < 3; n += 1) {
        expect(await world.meter(callId)).toMatchObject({
          unitsCharged: 1,
          coins: 10,
          available: 80,
          running: true,
        });
        expect((await world.money()).alice).toBe(90n);
      }
      expect(await world.charges(callId)).toHaveLength(1);
    });
  });
}
