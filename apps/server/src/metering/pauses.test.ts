import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ledgerSum } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { at, BOB, World } from './world.testing.ts';

const iso = (s: number): string => new Date(at(s)).toISOString();

for (const store of await openTestDatabases()) {
  describe(`pauses of a plan that charges as a minute begins, on ${store.name}`, () => {
    let world: World;
    let callId: string;
    const bob = () => ({ personId: BOB, sid: `PA_b_${callId}` });
    beforeEach(async () => {
      world = await new World(await store.open()).open(10);
      const started = JSON.stringify({
        id: 'started',
        policy: 'started-minute',
        threshold_ms: 1,
        first_threshold_ms: 1,
      });
      await sql`insert into metering.price_plan select (jsonb_populate_record(p, ${started}::jsonb)).*
        from metering.price_plan p where p.id = 'standard'`.execute(world.db);
      await sql`insert into metering.plan_offer (earner_id, plan_id, is_default) values ('', 'started', false)`.execute(
        world.db,
      );
      callId = await world.call('salon', { planId: 'started' });
      await world.both(callId);
      await world.passTicking(10, 5);
    });
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });

    const goes = async (s: number) => {
      await world.flush([callId]);
      world.silence(bob().sid);
      await world.say(callId, bob(), 'detector', 'unreachable', { reason: 'lost' }, at(s));
      await world.settle();
    };
    const comesBack = () => world.join(callId, { personId: BOB, sid: 'PA_b2' });
    const status = async () => {
      const { rows } = await sql<{ status: string; ended_at: Date | null }>`
        select status, ended_at from calls.call where id = ${callId}`.execute(world.db);
      return rows[0];
    };

    test('[METER-34] the earner is away from 10 to 40 s: a paid minute ends at 90 s, not at 60, and the cut is after it', async () => {
      expect(await world.meter(callId)).toMatchObject({ finalAt: iso(60), cutAt: iso(80), coins: 10 });
      await goes(10);
      expect(await world.meter(callId)).toMatchObject({ running: false, finalAt: null, cutAt: null });
      await world.passTicking(30, 10);
      await comesBack();
      await world.passTicking(5, 5);
      expect(await world.meter(callId)).toMatchObject({ running: true, finalAt: iso(90), cutAt: iso(110) });
      await world.passTicking(50, 10);
      expect(await status()).toMatchObject({ status: 'live' });
      // 30 s before the end as it is now, and never by the one that was.
      expect((await world.warned()).map(([step, , , finalAt]) => [step, finalAt])).toEqual(
        expect.arrayContaining([[10_000, iso(90)]]),
      );
      await world.passTicking(20, 5);
      expect(await status()).toEqual({ status: 'ended', ended_at: new Date(at(90)) });
      expect(await world.charges(callId)).toEqual(['1@0.001:10']);
      expect(await world.meter(callId)).toMatchObject({ billableMs: 60_000, coins: 10 });
    });

    test('[METER-34] away past the instant that was the end: nothing is cut, and a top-up loses no paid second', async () => {
      await goes(10);
      await world.passTicking(35, 5);
      await world.give(10, 'top-up');
      await world.settle();
      await comesBack();
      await world.passTicking(40, 5);
      expect(await status()).toMatchObject({ status: 'live' });
      // 10 s, and from 45 s on: the second minute begins at 95 s.
      await world.passTicking(15, 5);
      expect(await world.charges(callId)).toEqual(['1@0.001:10', '2@95.001:10']);
      expect(await world.meter(callId)).toMatchObject({ running: true, finalAt: iso(155) });
    });
  });
}
