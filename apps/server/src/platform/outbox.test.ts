import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { silentLog } from './log.ts';
import { pauseMs, type Carrier } from './outbox-places.ts';
import { enqueue, startOutbox, type Outbox } from './outbox.ts';
import { trimOutboxJob } from './trim-outbox.ts';
import { ManualClock, openTestDatabases } from './testing.ts';

it('[OUTBOX-1] the pause after a failure doubles from 0.25 s to 30 s', () => {
  expect([1, 2, 3, 7, 8, 9, 100].map(pauseMs)).toEqual([250, 500, 1_000, 16_000, 30_000, 30_000, 30_000]);
});

for (const store of await openTestDatabases()) {
  describe(`outbox on ${store.name}`, () => {
    let database: Database;
    const clock = new ManualClock();
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(() => database.script('truncate platform.outbox'));
    afterAll(() => database.close());
    const ask = (key: string, payload = {}) =>
      database.db.transaction().execute((tx) => enqueue(tx, { topic: 'room', key, payload }));
    const open = (room: Carrier, at: ManualClock = clock) =>
      startOutbox({ db: database.db, log: silentLog, clock: at, carriers: { room } });

    it('[OUTBOX-2] a command is carried out once, however often it is asked for', async () => {
      const done: string[] = [];
      const outbox = open(async (payload, key) => void done.push(`${key} ${JSON.stringify(payload)}`));
      await ask('a', { n: 1 });
      await ask('a', { n: 2 });
      await outbox.caughtUp();
      await ask('a');
      await outbox.caughtUp();
      expect(done).toEqual(['a {"n":1}']);
      await outbox.close();
    });

    it('[OUTBOX-3] what fails is tried again after its pause, until it is done', async () => {
      let tries = 0;
      const outbox = open(async () => {
        tries += 1;
        if (tries < 3) throw new Error('the world is away');
      });
      await ask('a');
      await outbox.caughtUp();
      await outbox.caughtUp();
      expect(tries).toBe(1);
      const { rows } = await sql<{ last_error: string }>`select last_error from platform.outbox`.execute(
        database.db,
      );
      expect(rows).toEqual([{ last_error: 'the world is away' }]);
      await clock.advance(251);
      await outbox.caughtUp();
      await clock.advance(501);
      await outbox.caughtUp();
      expect(tries).toBe(3);
      await outbox.close();
    });

    it('[OUTBOX-6] what was done longer ago than is kept is forgotten, what is not done never', async () => {
      const { db } = database;
      const outbox = open(async (_payload, key) => {
        if (key === 'open') throw new Error('the world is away');
      });
      for (const key of ['old', 'open']) await ask(key);
      await outbox.caughtUp();
      await clock.advance(1_000);
      await ask('new');
      await outbox.caughtUp();
      await outbox.close();
      await trimOutboxJob({ db, clock, log: silentLog, keepMs: 1_000 - 1 }).run();
      const { rows } = await sql<{ key: string }>`select key from platform.outbox order by 1`.execute(db);
      expect(rows.map(({ key }) => key)).toEqual(['new', 'open']);
    });

    it('[OUTBOX-4] a command of a transaction that was rolled back was never asked for', async () => {
      const done: string[] = [];
      const outbox = open(async (_payload, key) => void done.push(key));
      await database.db
        .transaction()
        .execute(async (tx) => {
          await enqueue(tx, { topic: 'room', key: 'a', payload: {} });
          throw new Error('no');
        })
        .catch(() => undefined);
      await outbox.caughtUp();
      expect(done).toEqual([]);
      await outbox.close();
    });

    it('[OUTBOX-5] a claim whose node died goes to the next one after a minute; a topic that nobody carries waits', async () => {
      await ask('a');
      await database.db
        .transaction()
        .execute((tx) => enqueue(tx, { topic: 'unknown', key: 'b', payload: {} }));
      const dead = open(() => new Promise(() => undefined), new ManualClock(clock.now()));
      dead.wake();
      await expect
        .poll(
          async () =>
            (
              await sql<{ attempts: number }>`select attempts from platform.outbox where key = 'a'`.execute(
                database.db,
              )
            ).rows,
        )
        .toEqual([{ attempts: 1 }]);
      const done: string[] = [];
      const outbox = open(async (_payload, key) => void done.push(key));
      await outbox.caughtUp();
      expect(done).toEqual([]);
      await clock.advance(60_001);
      await outbox.caughtUp();
      expect(done).toEqual(['a']);
      await outbox.close();
    });

    it('[OUTBOX-7] a command that hangs holds up nobody but its room, of which four are carried out at once', async () => {
      const done: string[] = [];
      const begun: string[] = [];
      const outbox = open(async ({ roomName }, key) => {
        begun.push(key);
        if (roomName === 'hangs') await new Promise(() => undefined);
        done.push(key);
      });
      for (let n = 0; n < 30; n += 1) await ask(`hangs-${n}`, { roomName: 'hangs' });
      outbox.wake();
      await expect.poll(() => begun.length).toBe(4);
      for (const room of ['a', 'b']) await ask(room, { roomName: room });
      await ask('of no room');
      outbox.wake();
      await expect.poll(() => done.toSorted()).toEqual(['a', 'b', 'of no room']);
      expect(begun).toHaveLength(7);
      await clock.advance(30_001);
      await expect.poll(() => begun.length).toBe(11);
      await giveUp(outbox);
    });

    it('[OUTBOX-8] however many rooms hang, first tries have places a second later, and further ones only ten', async () => {
      const done: string[] = [];
      const tries = new Map<string, number>();
      const outbox = open(async ({ hangs }, key) => {
        tries.set(key, (tries.get(key) ?? 0) + 1);
        if (hangs === true) await new Promise(() => undefined);
        done.push(key);
      });
      for (let n = 0; n < 45; n += 1) await ask(`hangs-${n}`, { roomName: `hangs-${n}`, hangs: true });
      outbox.wake();
      await expect.poll(() => tries.size).toBe(20);
      await clock.advance(1_001);
      await expect.poll(() => tries.size).toBe(40);
      await clock.advance(1_001);
      await ask('late', { roomName: 'late' });
      outbox.wake();
      await expect.poll(() => done).toEqual(['late']);
      await clock.advance(30_001);
      await expect.poll(() => [...tries.values()].filter((n) => n > 1).length).toBe(10);
      await clock.advance(1_001);
      await ask('later', { roomName: 'later' });
      outbox.wake();
      await expect.poll(() => done).toEqual(['late', 'later']);
      expect([...tries.values()].filter((n) => n > 1)).toHaveLength(10);
      await giveUp(outbox);
    });

    it('[OUTBOX-9] what has no answer within 30 s has failed, before another node may claim it', async () => {
      await ask('a');
      const outbox = open(() => new Promise(() => undefined));
      outbox.wake();
      const row = async () =>
        (
          await sql<{
            attempts: number;
            last_error: string | null;
          }>`select attempts, last_error from platform.outbox`.execute(database.db)
        ).rows;
      await expect.poll(row).toEqual([{ attempts: 1, last_error: null }]);
      await clock.advance(30_001);
      await expect.poll(row).toEqual([{ attempts: 1, last_error: 'no answer within 30 s' }]);
      await clock.advance(251);
      await expect.poll(row).toEqual([{ attempts: 2, last_error: 'no answer within 30 s' }]);
      await giveUp(outbox);
    });

    /** Closing waits for what is being carried out, which has failed after 30 s. */
    async function giveUp(outbox: Outbox): Promise<void> {
      const closed = outbox.close();
      await clock.advance(30_001);
      await closed;
    }
  });
}
