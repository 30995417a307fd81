import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLog, type Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { keepUnreadable } from './keep-unreadable.ts';
import { trimUnreadableJob } from './trim-unreadable.ts';

for (const store of await openTestDatabases()) {
  describe(`webhooks that could not be read, on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    test('[PRES-R27] are kept as long as is set, and then forgotten', async () => {
      const { db } = database;
      const clock = new ManualClock();
      const keep = (problem: string) =>
        db
          .transaction()
          .execute((tx) =>
            keepUnreadable(tx, [{ body: Buffer.from('{'), receivedAt: clock.now(), problem }]),
          );
      await keep('old');
      await clock.advance(1_000);
      await keep('new');
      await trimUnreadableJob({ db, clock, log: silentLog, keepMs: 999 }).run();
      const { rows } = await sql<{
        problem: string;
      }>`select problem from presence.unreadable_webhook`.execute(db);
      expect(rows).toEqual([{ problem: 'new' }]);
    });
  });
}
