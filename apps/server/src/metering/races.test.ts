import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { grant, ledgerSum, walletOf } from '../ledger/index.ts';
import type { Db, Tx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { adjustOvercharged, chargeDue, rearm } from './index.ts';
import { warnPayers } from './warn.ts';
import { ALICE, at, BOB, World } from './world.testing.ts';

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

for (const store of await openTestDatabases()) {
  describe(`races on ${store.name}`, () => {
    let world: World;
    const open = async (coins = 100) =>
      (world = await new World(await store.open({ poolSize: 10 })).open(coins));
    afterEach(async () => {
      expect(await ledgerSum(world.db)).toBe(0n);
      expect(await world.differences()).toEqual([]);
      await world.close();
    });
    const due = (now = world.clock.now()) => chargeDue(world.db, { now: new Date(now) });

    test('[METER-3] ending twice, by both, during ticks, ends once and charges once', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(125);
      await world.flush([callId]);
      await Promise.all([
        world.hangUp(callId),
        due(),
        world.hangUp(callId, BOB),
        world.hangUp(callId),
        world.settle(),
        due(),
        world.settle(),
      ]);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10']);
      expect(await world.money()).toEqual({ alice: 80n, held: 0n, bob: 14n });
    });

    test('[METER-3] two who start the same call at once get one call, one meter, one hold', async () => {
      await open();
      const ids = await Promise.all([
        world.call('salon', { earnerId: undefined }),
        world.call('salon', { payerId: undefined, openedBy: BOB }),
        world.call('salon'),
        world.call('salon'),
      ]);
      expect(new Set(ids).size).toBe(1);
      expect(await world.money()).toEqual({ alice: 100n, held: 10n, bob: 0n });
    });

    test('[METER-3] many workers on the same due units charge each once', async () => {
      await open(1_000);
      const calls: string[] = [];
      for (let n = 0; n < 5; n += 1) calls.push(await world.call(`room-${n}`));
      for (const callId of calls) await world.both(callId);
      await world.pass(185);
      await world.flush(calls);
      await world.follow();
      const worked = await Promise.all([1, 2, 3, 4, 5, 6].map(() => due()));
      expect(worked.reduce((sum, { charges }) => sum + charges, 0)).toBe(15);
      for (const callId of calls)
        expect(await world.charges(callId)).toEqual(['1@60:10', '2@120:10', '3@180:10']);
      expect(await world.money()).toEqual({ alice: 850n, held: 50n, bob: 105n });
    });

    test('[METER-3] many meters that are due at once are charged as a few are, each once', async () => {
      const callId = await (await open(1_000)).call();
      await world.both(callId);
      await world.pass(65);
      await world.flush([callId]);
      await world.follow();
      await sql`insert into metering.meter (id, call_id, payer_id, earner_id, wallet_account_id, earner_account_id, plan_id, plan_version, proven_until)
        select m.id || n, m.call_id, m.payer_id || n, m.earner_id, m.wallet_account_id, m.earner_account_id, m.plan_id, m.plan_version, m.proven_until
          from metering.meter m, generate_series(1, 40) n`.execute(world.db);
      await sql`insert into metering.due select d.meter_id || n, d.unit_index, d.begins_at, d.due_at, d.coins, d.share
          from metering.due d, generate_series(1, 40) n`.execute(world.db);
      expect((await due()).charges).toBe(41);
      expect(await world.money()).toEqual({ alice: 590n, held: 410n, bob: 287n });
      expect((await due()).charges).toBe(0);
    });

    test('[METER-3] a crash before the commit leaves nothing, and the next tick does it all', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(65);
      await world.flush([callId]);
      const crashed = world.db.transaction().execute(async (tx) => {
        await sql`update metering.meter set proven_until = ${new Date(at(65))}::timestamptz`.execute(tx);
        await sql`update metering.due set due_at = ${new Date(at(60))}::timestamptz where unit_index = 1`.execute(
          tx,
        );
        const { rows } = await sql<{
          charges: number;
        }>`select charges from metering.charge_due(${new Date(at(65))}::timestamptz)`.execute(tx);
        expect(rows[0]?.charges).toBe(1);
        throw new Error('killed between charge and commit');
      });
      await expect(crashed).rejects.toThrow('killed');
      expect(await world.charges(callId)).toEqual([]);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
    });

    test('[METER-8] a node whose clock is wrong charges nothing early and settles ended calls all the same', async () => {
      const callId = await (await open()).call();
      await world.both(callId);
      await world.pass(55);
      await world.flush([callId]);
      await world.settle();
      expect((await due(at(100_000))).charges).toBe(0);
      await world.pass(10);
      await world.flush([callId]);
      await world.hangUp(callId);
      await Promise.all([due(at(-9_000)), due(at(9_000))]);
      await world.settle();
      expect(await world.charges(callId)).toEqual(['1@60:10']);
      expect((await world.money()).held).toBe(0n);
    });

    test('[METER-13] top-ups in flight while the last coins are debited lose nothing', async () => {
      const callId = await (await open(10)).call();
      await world.both(callId);
      await world.pass(65);
      await world.flush([callId]);
      await Promise.all([
        world.settle(),
        ...[1, 2, 3, 4, 5, 6].map((n) => world.give(5, `t${n}`)),
        due(),
        due(),
      ]);
      await world.settle();
      const { alice, held, bob } = await world.money();
      expect([alice, held, bob]).toEqual([30n, 10n, 7n]);
      expect(await world.meter(callId)).toMatchObject({ running: true });
    });

    // The embedded database has one session: there nothing can wait for another one's lock.
    test.each(store.name === 'postgres' ? ['two sessions'] : [])(
      '[METER-13] a debit that waits for a top-up sees its coins and stops no meter (%s)',
      async () => {
        const callId = await (await open(10)).call();
        await world.both(callId);
        await world.pass(65);
        await world.flush([callId]);
        await world.follow();
        const wallet = await walletOf(world.db, ALICE);
        const topUp = await world.db.startTransaction().execute();
        await grant(topUp, {
          accountId: wallet?.accountId ?? '',
          coins: 50n,
          kind: 'purchased',
          idemKey: 'in flight',
          actor: 'test',
        });
        const charged = due();
        await untilWaiting(world.db);
        await topUp.commit().execute();
        expect(await charged).toMatchObject({ charges: 1, exhausted: 0 });
        expect(await world.money()).toEqual({ alice: 50n, held: 10n, bob: 7n });
      },
    );

    test('[LEDGER-6] a top-up that is sent again in the same moment comes in once', async () => {
      await open(1);
      await Promise.all([1, 2, 3, 4].map(() => world.give(50, 'same')));
      expect((await world.money()).alice).toBe(51n);
      await expect(world.give(51, 'same')).rejects.toMatchObject({
        code: 'idempotency.mismatch',
        status: 409,
      });
    });

    test.each(store.name === 'postgres' ? ['two sessions'] : [])(
      '[METER-35] who warns and who lays meters anew lock them in one order: nobody waits in a circle (%s)',
      async () => {
        await open();
        for (const room of ['one', 'two']) await world.both(await world.call(room));
        await world.settle();
        const endsAt = new Date(world.clock.now() + 50_000);
        await sql`update metering.meter set final_at = ${endsAt}, warned_ms = null`.execute(world.db);
        // Whoever takes them as they lie takes the last one last.
        const { rows } = await sql<{ id: string }>`select id from metering.meter order by ctid`.execute(
          world.db,
        );
        const [first, last] = rows.map(({ id }) => id);
        const lock = (tx: Tx, id: string | undefined) =>
          sql`select 1 from metering.meter where id = ${id} for update`.execute(tx);
        const warned = { done: false };
        let warning: Promise<unknown> = Promise.resolve();
        await world.db.transaction().execute(async (tx) => {
          await lock(tx, last);
          warning = warnPayers(world, new Date(world.clock.now())).finally(() => (warned.done = true));
          await untilWaiting(world.db, warned);
          await lock(tx, first);
        });
        await warning;
        await warnPayers(world, new Date(world.clock.now()));
        expect(await world.warned()).toHaveLength(2);
      },
    );

    test('[METER-3] workers, ends, top-ups and killed connections in any order leave every invariant whole', async () => {
      await open(400);
      const random = seeded(7);
      const calls: string[] = [];
      for (let n = 0; n < 6; n += 1) calls.push(await world.call(`room-${n}`));
      for (const callId of calls) await world.both(callId, random(3) > 0);
      for (let round = 0; round < 12; round += 1) {
        await world.pass(5 + random(40));
        const open_ = calls.filter(() => random(4) > 0);
        const now = new Date(world.clock.now() - random(3) * 30_000);
        await Promise.allSettled([
          world.flush(open_).then(() => world.settle()),
          chargeDue(world.db, { now, limit: 1 + random(4) }),
          chargeDue(world.db, { now }),
          rearm(world.db, { now }),
          adjustOvercharged(world.db, { now }),
          world.give(10 + random(20), `top-up ${round >> 1}`),
          ...(round % 5 === 4
            ? [world.hangUp(calls[random(calls.length)] ?? '', random(2) ? ALICE : BOB)]
            : []),
          store.name === 'postgres' ? killOne(world.db) : undefined,
        ]);
      }
      for (const callId of calls) await world.hangUp(callId);
      for (let n = 0; n < 3; n += 1) await world.settle();
      const { rows } = await sql<{ open: bigint; n: bigint }>`
        select count(*) filter (where settled_at is null) as open, count(*) as n from metering.meter`.execute(
        world.db,
      );
      expect(rows[0]).toEqual({ open: 0n, n: 6n });
      expect((await world.money()).held).toBe(0n);
    });
  });
}

/** Ends a connection in the middle of a charge, as a killed node would. */
async function killOne(db: Db): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and (query like '%charge_due%' or query like '%rearm%' or query like '%metering.due%') limit 1`.execute(
    db,
  );
}

/** Until some statement waits for a lock, or what might have waited is done. */
async function untilWaiting(db: Db, of: { readonly done: boolean } = { done: false }): Promise<void> {
  while (!of.done) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
    if (rows.length > 0) return;
  }
}
