import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { silentLog } from '../platform/index.ts';
import { endUnbilled } from './end-unbilled.ts';
import { World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`paid calls while the database is away, on ${store.name}`, () => {
    let world: World;
    afterEach(() => world.close());

    test('[METER-61] the rooms of live ones are closed after 30 s of it, each until LiveKit has done so; one that only reads is away', async () => {
      world = await new World(await store.open()).open(100);
      const callId = await world.call();
      await world.both(callId);
      await world.call('waits', { planId: 'standard' });
      await world.settle();
      const { rows } = await sql<{ room: string }>`
        select livekit_room as room from calls.call where id = ${callId}`.execute(world.db);
      const closed: string[] = [];
      let livekitIsUp = false;
      const job = endUnbilled({
        db: world.db,
        clock: world.clock,
        log: silentLog,
        rooms: {
          deleteRoom(room) {
            if (!livekitIsUp) return Promise.reject(new Error('LiveKit does not answer'));
            closed.push(room);
            return Promise.resolve();
          },
        },
      });
      await job.run();
      livekitIsUp = true;
      await world.clock.advance(600_000);
      // It answers: however long ago that was, nothing is wrong.
      await job.run();
      // It answers whatever it is asked, and takes nothing: as a standby does, and a full disk.
      await sql`alter table metering.answered add constraint full_disk check (at < '2000-01-01') not valid`.execute(
        world.db,
      );
      for (const seconds of [5, 20]) {
        await world.clock.advance(seconds * 1_000);
        await job.run();
        expect(closed).toEqual([]);
      }
      livekitIsUp = false;
      await world.clock.advance(5_000);
      await job.run();
      expect(closed).toEqual([]);
      livekitIsUp = true;
      for (const _again of [1, 2]) {
        await job.run();
        expect(closed).toEqual([rows[0]?.room]);
      }
    });
  });
}
