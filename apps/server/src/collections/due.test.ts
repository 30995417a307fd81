import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { inDays, lenderAt, today } from './collections.testing.ts';
import { createCollections } from './create-collections.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

for (const kind of await openTestDatabases()) {
  describe(`when the check is due on ${kind.name}`, () => {
    let server: TestServer;
    let carol: Guest;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;
    // All of it is within one day: over midnight each credit is told of anew.
    let at = Date.parse(`${today}T01:00:00Z`);

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    /** The check's job of one more node on the same database, by the clock of this test. */
    const nodesJob = () => {
      const deps = {
        db: server.db,
        access: server.access,
        clock: { now: () => at },
        hints: { publish: () => {}, subscribe: () => () => {}, close: async () => {} },
        log: server.app.log,
        config: { collections: { timeZone: 'UTC', soonDays: 7 } },
        hub: () => ({ broadcast: () => {} }),
      };
      const { jobs = [] } = createCollections(deps as never);
      return jobs.find(({ name }) => name === 'credits that need attention')!;
    };
    const lend = (name: string) => lender.lend(name, inDays(-3), { to: carol });
    const told = async (): Promise<string[]> =>
      (await lender.inbox(carol, 'credit.requires.attention')).map(
        ({ payload }: { payload: { debtor: { name: string } } }) => payload.debtor.name,
      );

    it('[COLL-30] over all nodes a check is made once an hour', async () => {
      const [first, second] = [nodesJob(), nodesJob()];
      await lend('One');
      await first.run();
      expect(await told()).toEqual(['One']);
      await lend('Two');
      for (const minutes of [1, 29, 29]) {
        at += minutes * MINUTE;
        await Promise.all([second.run(), first.run()]);
      }
      expect(await told()).toEqual(['One']);
      at += MINUTE;
      await Promise.all([second.run(), first.run()]);
      expect(await told()).toEqual(['One', 'Two']);
    });

    it('[COLL-30] a server that was away for hours, or is started every half hour, checks within a minute', async () => {
      await lend('Missed');
      at += 5 * HOUR;
      const started = nodesJob();
      expect(started.everyMs).toBeLessThanOrEqual(MINUTE);
      await started.run();
      expect(await told()).toContain('Missed');
    });

    it('[COLL-30] a check that broke off is made again as soon as its lease has run out', async () => {
      await lend('Untold');
      at += HOUR;
      const until = new Date(at + 2 * MINUTE);
      await sql`update collections.lease set holder = 'dead', until = ${until} where name = 'attention'`.execute(
        server.db,
      );
      at += MINUTE;
      await nodesJob().run();
      expect(await told()).not.toContain('Untold');
      at += MINUTE;
      await nodesJob().run();
      expect(await told()).toContain('Untold');
    });

    it('[COLL-30] a clock that was years ahead when a check was made stops none', async () => {
      await lend('Turned back');
      await sql`update collections.lease set done_at = ${new Date(at + 9_000 * HOUR)} where name = 'attention'`.execute(
        server.db,
      );
      await nodesJob().run();
      expect(await told()).toContain('Turned back');
    });

    it('[COLL-30] the next check of the overview is never one that has passed', async () => {
      const long = new Date(Date.now() - 5 * HOUR);
      await sql`update collections.lease set done_at = ${long} where name = 'attention'`.execute(server.db);
      const askedAt = Date.now();
      const { nextCheckAt } = (await lender.get('collections/overview', manager)).body;
      expect(Date.parse(nextCheckAt)).toBeGreaterThanOrEqual(askedAt);
    });
  });
}
