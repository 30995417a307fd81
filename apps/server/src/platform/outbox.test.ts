import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Database } from './database.ts';
import { silentLog } from './log.ts';
import { enqueue, pauseMs, startOutbox, type Carrier } from './outbox.ts';
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
    const open = (room: Carrier) =>
      startOutbox({ db: database.db, log: silentLog, clock, carriers: { room } });

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
      const dead = open(() => new Promise(() => undefined));
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
  });
}
