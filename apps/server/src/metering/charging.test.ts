import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { chargeDue, rebuildMeters } from './index.ts';
import { ALICE, at, BOB, World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`charging on ${store.name}`, () => {
    let world: World;
    const open = async (coins = 100) => (world = await new World(await store.open()).open(coins));
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    test.each([
      [59.9, { charges: [], alice: 100n, bob: 0n }],
      [65, { charges: ['1@60:10'], alice: 90n, bob: 7n }],
      [95, { charges: ['1@60:10'], alice: 90n, bob: 7n }],
      [125, { charges: ['1@60:10', '2@120:10'], alice: 80n, bob: 14n }],
    ])('[METER-1] %d s together cost what the table says', async (seconds, { charges, alice, bob }) => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(seconds, 25);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(charges);
      expect(await world.money()).toEqual({ alice, held: 0n, bob });
      expect(await world.meter(callId)).toMatchObject({
        billableMs: seconds * 1000,
        running: false,
        coins: Number(100n - alice),
      });
    });

    test('[METER-42] people who are simply there pay by their beats beside the log: a due unit writes no fact', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      const facts = async () => {
        const { rows } = await sql<{ n: number }>`select count(*)::int as n from presence.fact`.execute(
          world.db,
        );
        return rows[0]?.n;
      };
      const before = await facts();
      await world.passTicking(125, 12.5);
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await facts()).toBe(before);
    });

    test('[METER-42] while the log is not read to its end nothing new is charged by beats beside it', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(50, 25);
      await world.pass(15);
      await world.reach(new Map([[callId, at(60)]]));
      const { rows } = await sql<{ id: string }>`select id from metering.meter`.execute(world.db);
      const steady = rows.map(({ id }) => id);
      // Nobody has read it: it may be that the call has ended.
      await sql`update platform.log_head set seq = seq + 1 where name = 'presence.fact'`.execute(world.db);
      expect((await chargeDue(world.db, { steady, now: new Date(at(65)) })).charges).toBe(0);
      await sql`update platform.log_head set seq = seq - 1 where name = 'presence.fact'`.execute(world.db);
      expect((await chargeDue(world.db, { steady, now: new Date(at(65)) })).charges).toBe(1);
    });

    test('[METER-3] a call that nobody ticked is settled as if they had, down to the due instants', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(125);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
    });

    test('[METER-64] the fee as they meet is a unit, and none of time', async () => {
      await open();
      await sql`update metering.price_plan set connect_fee = 5 where id = 'standard'`.execute(world.db);
      const callId = await world.call();
      await world.both(callId);
      await world.passTicking(65, 65);
      expect(await world.meter(callId)).toMatchObject({ unitsCharged: 2, timeUnits: 1, coins: 15 });
    });

    test('[METER-66] the payer alone is told what the next unit costs, by first price, fee and tiers', async () => {
      await open();
      await sql`update metering.price_plan set connect_fee = 5, initial_price = 20, tiers = '[{"fromUnit": 3, "price": 30}]'
        where id = 'standard'`.execute(world.db);
      const callId = await world.call();
      const next = async () => (await world.meter(callId))?.nextCoins;
      expect(await next()).toBe(25);
      expect(await world.meter(callId, BOB)).toMatchObject({ nextCoins: null });
      await world.both(callId);
      await world.passTicking(1, 1);
      expect(await next()).toBe(20);
      await world.passTicking(60, 60);
      expect(await next()).toBe(10);
      await world.passTicking(60, 60);
      expect(await next()).toBe(30);
    });

    /** A plan of a tenth of a second a unit. */
    async function offerTenths(): Promise<void> {
      const tenths = JSON.stringify({
        id: 'tenths',
        policy: 'per-second',
        price: 1,
        initial_price: 1,
        initial_ms: 100,
        increment_ms: 100,
        threshold_ms: 100,
        first_threshold_ms: 100,
      });
      await sql`insert into metering.price_plan select (jsonb_populate_record(p, ${tenths}::jsonb)).*
        from metering.price_plan p where p.id = 'standard'`.execute(world.db);
      await sql`insert into metering.plan_offer (earner_id, plan_id, is_default) values ('', 'tenths', false)`.execute(
        world.db,
      );
    }

    const chargedUnits = async () => {
      const { rows } = await sql<{ n: number; last: number }>`
        select count(*)::int as n, max(unit_index) as last from ledger.journal where kind = 'charge'`.execute(
        world.db,
      );
      return rows;
    };

    test('[METER-32] what fell due long ago is charged in slices, each unit once, and settled whole', async () => {
      await open(20_000);
      await offerTenths();
      const callId = await world.call('salon', { planId: 'tenths' });
      await world.both(callId);
      await world.pass(120.3);
      await world.settle();
      expect(await chargedUnits()).toEqual([{ n: 1_203, last: 1_203 }]);
      await world.hangUp(callId);
      await world.settle();
      expect(await world.money()).toEqual({ alice: 20_000n - 1_203n, held: 0n, bob: 842n });
    });

    test.each([20_000, 700])(
      '[METER-32] of a call that has ended no more is laid at once either, and its last slice settles it (%d coins)',
      async (coins) => {
        await open(coins);
        await offerTenths();
        const callId = await world.call('salon', { planId: 'tenths' });
        await world.both(callId);
        await world.pass(120.3);
        await world.hangUp(callId);
        await world.flush([callId]);
        await world.follow();
        const { rows } = await sql<{ laid: number }>`select count(*)::int as laid from metering.due`.execute(
          world.db,
        );
        expect(rows[0]?.laid).toBeLessThanOrEqual(504);
        await world.settle();
        const units = Math.min(coins, 1_203);
        expect(await chargedUnits()).toEqual([{ n: units, last: units }]);
        expect(await world.meter(callId)).toMatchObject({ settled: true, running: false });
        expect(await world.money()).toMatchObject({ alice: BigInt(coins - units), held: 0n });
        expect(await world.differences()).toEqual([]);
      },
    );

    test('[METER-8] a payer dead at 59.8 s pays nothing at 60.0, and the call’s end changes nothing', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(59.8);
      await world.flush([callId]);
      world.silence(`PA_a_${callId}`);
      await world.passTicking(10, 2.5);
      expect(await world.charges(callId)).toEqual([]);
      await world.hangUp(callId, BOB);
      await world.settle();
      expect(await world.charges(callId)).toEqual([]);
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 0n });
    });

    test('[METER-8] what is proven is charged and nothing beyond, however late it is', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(70);
      await world.flush([callId]);
      world.silence(`PA_a_${callId}`);
      await world.pass(60);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
    });

    test('[METER-3] a unit whose due row comes back is not charged again: the key knows it', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(125, 125);
      const before = await world.money();
      await sql`insert into metering.due (meter_id, unit_index, begins_at, due_at, coins, share)
        select m.id, j.unit_index, j.began_at, j.occurred_at, 10, 7 from ledger.journal j
          join ledger.meter m on m.no = j.meter_no`.execute(world.db);
      await chargeDue(world.db, { now: new Date(world.clock.now()) });
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual(before);
    });

    test('[METER-47] a due row goes once its unit is charged: a call of ten minutes has as many as it began with', async () => {
      const callId = await (await open(200)).call();
      await world.both(callId);
      const ahead = async () =>
        (await world.units()).filter((row) => !row.isCharged).map((row) => [row.unit, row.began, row.due]);
      await world.passTicking(5, 5);
      expect(await ahead()).toEqual([1, 2, 3, 4].map((n) => [n, at(n * 60 - 60), at(n * 60)]));
      await world.passTicking(600, 20);
      expect(await world.charges(callId)).toHaveLength(10);
      expect(await ahead()).toEqual([11, 12, 13, 14].map((n) => [n, at(n * 60 - 60), at(n * 60)]));
      await world.hangUp(callId);
      await world.settle();
      expect(await ahead()).toEqual([]);
      expect((await world.units())[9]).toEqual({
        unit: 10,
        began: at(540),
        due: at(600),
        coins: 10n,
        share: 7n,
        isCharged: true,
      });
    });

    test('[METER-9] the meter rests while the payer cannot be reached and goes on where it was', async () => {
      const callId = await (await open()).call();
      const alice = { personId: ALICE, sid: `PA_a_${callId}` };
      await world.both(callId);
      await world.pass(40);
      await world.flush([callId]);
      world.silence(alice.sid);
      await world.pass(3);
      await world.say(callId, alice, 'detector', 'unreachable', { reason: 'lost' }, at(40));
      await world.settle();
      expect(await world.meter(callId)).toMatchObject({
        running: false,
        billableMs: 40_000,
        nextDueAt: null,
      });
      await world.pass(7);
      await world.join(callId, { personId: ALICE, sid: 'PA_a2' });
      await world.passTicking(25, 10);
      expect(await world.charges(callId)).toEqual(['1@70:10']);
    });

    test('[METER-11] while LiveKit does not answer it says of nobody that they are there: nothing is charged ahead', async () => {
      const callId = await (await open()).call();
      await world.both(callId, false);
      await world.passTicking(65, 65);
      world.livekitAnswers = false;
      await world.passTicking(240, 30);
      expect(await world.charges(callId)).toEqual(['1@60:10']);
      world.livekitAnswers = true;
      await world.passTicking(10, 10);
      expect(await world.charges(callId)).toHaveLength(5);
    });

    test('[METER-33] a call of which LiveKit has not said who is there is charged no unit ahead, and no other call waits', async () => {
      const [one, two] = [await (await open()).call(), await world.call('other')];
      for (const callId of [one, two]) await world.both(callId, false);
      world.unwitnessed = [one];
      await world.passTicking(65, 65);
      expect([await world.charges(one), await world.charges(two)]).toEqual([[], ['1@60:10']]);
      world.unwitnessed = [];
      await world.settle();
      expect(await world.charges(one)).toEqual(['1@60:10']);
      world.unwitnessed = null;
      await world.passTicking(60, 60);
      expect(await world.charges(two)).toHaveLength(1);
    });

    test('[METER-11] without beats the units are charged by LiveKit’s word and given back where it was wrong', async () => {
      const callId = await (await open()).call();
      const alice = { personId: ALICE, sid: `PA_a_${callId}` };
      await world.both(callId, false);
      await world.passTicking(310, 31);
      expect(await world.charges(callId)).toHaveLength(5);
      // LiveKit tells only now that she had been cut off long ago.
      await world.say(
        callId,
        alice,
        'webhook',
        'participant_left',
        { participant: { disconnectReason: 'CLIENT_INITIATED' } },
        at(130),
      );
      await world.hangUp(callId, BOB);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual({ alice: 80n, held: 0n, bob: 14n });
      const { rows } = await sql<{
        n: bigint;
      }>`select count(*) as n from ledger.journal where kind = 'adjustment'`.execute(world.db);
      expect(rows[0]?.n).toBe(3n);
      await world.say(
        callId,
        alice,
        'webhook',
        'participant_left',
        { participant: { disconnectReason: 'CLIENT_INITIATED' } },
        at(50),
      );
      await world.settle();
      await world.settle();
      expect(await world.charges(callId)).toEqual([]);
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 0n });
    });

    test('[METER-14] the same facts again and in another order give the same rows', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(125);
      await world.flush([callId]);
      await world.settle();
      const before = await world.units();
      for (const sid of [`PA_b_${callId}`, `PA_a_${callId}`]) {
        const who = { personId: sid.startsWith('PA_a') ? ALICE : BOB, sid };
        await world.say(callId, who, 'proof', 'proof', { fromAt: at(50), toAt: at(90), via: 'beat' }, at(90));
        await world.say(callId, who, 'proof', 'proof', { fromAt: at(0), toAt: at(20), via: 'beat' }, at(20));
      }
      await world.settle();
      expect(await world.units()).toEqual(before);
    });

    test('[METER-3] dropping every due row and replaying charges nothing again', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(125, 25);
      const before = [await world.charges(callId), await world.money(), await world.units()];
      expect(await rebuildMeters(world.db)).toBe(1);
      await world.settle();
      expect([await world.charges(callId), await world.money(), await world.units()]).toEqual(before);
      await sql`delete from metering.due`.execute(world.db);
      await world.pass(60);
      await world.flush([callId]);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10', '3@180:10']);
    });

    test('[METER-3] a rebuild after a fact that came late gives the very rows that stood, also where a charged unit began', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.passTicking(150, 25);
      const bob = { personId: BOB, sid: `PA_b_${callId}` };
      await world.say(callId, bob, 'detector', 'media_stopped', {}, at(10));
      await world.say(callId, bob, 'detector', 'media_back', {}, at(25));
      await world.settle();
      const before = await world.units();
      await rebuildMeters(world.db);
      await world.settle();
      expect(await world.units()).toEqual(before);
    });

    test('[METER-32] units that are due and not proven hold up no other call, however many there are', async () => {
      await open(1_000);
      const [silent, well] = [await world.call('silent'), await world.call('well')];
      await world.both(silent);
      await world.pass(1);
      await world.both(well);
      await world.follow();
      await world.pass(65);
      await world.flush([well]);
      await world.follow();
      expect((await chargeDue(world.db, { now: new Date(at(66)), limit: 1, settle: [] })).charges).toBe(1);
      expect([await world.charges(silent), await world.charges(well)]).toEqual([[], ['1@61:10']]);
    });

    test('[METER-13] a clock that is set forward charges nothing ahead of proof', async () => {
      const callId = await (await open()).call();
      await world.both(callId, false);
      await world.pass(65);
      await world.settle();
      const { clock } = world;
      const now = clock.now.bind(clock);
      clock.now = () => now() + 3_600_000;
      await world.settle();
      await world.settle();
      expect(await world.charges(callId)).toHaveLength(1);
      clock.now = now;
      await world.settle();
      expect(await world.charges(callId)).toHaveLength(1);
    });
  });
}
