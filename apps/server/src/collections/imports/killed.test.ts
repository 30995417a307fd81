import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { lenderAt } from '../collections.testing.ts';
import { closeBroken, FOLDERS } from './broken.ts';

const READER = fileURLToPath(new URL('./reader.testing.ts', import.meta.url));
const LINES = 1_500;
/** Where the writing stops until it is killed. */
const STOPS_AT = 1_200;
/** Real processes on a machine that may be very busy. */
const LONG_MS = 120_000;

// A second process needs a database that takes more than one.
for (const kind of (await openTestDatabases()).filter(({ name }) => name === 'postgres')) {
  describe(`imports whose server is killed, on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;
    let folder: string;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      lender = lenderAt(server, manager);
      folder = await mkdtemp(FOLDERS);
      const lines = Array.from({ length: LINES }, (_, n) => `Half written,half-${n}`);
      await writeFile(join(folder, 'file'), `name,externalId\n${lines.join('\n')}\n`);
    });
    afterAll(async () => {
      await rm(folder, { recursive: true });
      await server.close();
    });

    const startReader = async () => {
      const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(server.db);
      const url = new URL(process.env['LATIDO_TEST_DATABASE_URL'] ?? '');
      url.pathname = `/${rows[0]?.name}`;
      const child = fork(READER, {
        env: { DATABASE_URL: url.href, FILE: join(folder, 'file'), BY_ID: manager.personId },
        execArgv: ['--conditions=source'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const [{ id }] = (await once(child, 'message')) as [{ id: string }];
      return { child, id };
    };
    const isHeldUp = async (): Promise<boolean> => {
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(server.db);
      return rows[0]?.n === 1;
    };
    const soon = () =>
      closeBroken({
        db: server.db,
        clock: { now: () => Date.now() + 600_000 },
        hints: { publish: () => {} } as never,
      });
    const seen = async (id: string) => (await lender.get(`imports/${id}`, manager)).body;
    const written = async () => (await lender.get('debtors?q=half', manager)).body.items.length;

    it('[COLL-27] killed in the middle of writing, nothing is written, it is broken, and whoever sent it is told; then the file goes in', async () => {
      let reader: Awaited<ReturnType<typeof startReader>> | undefined;
      const given = new Error('taken back');
      const holding = server.db.transaction().execute(async (tx) => {
        // Somebody makes the same debtor and has not said yet whether it stays.
        await sql`insert into collections.debtor (id, external_id, name, created_by, created_at)
          values ('debtor_first', ${`half-${STOPS_AT}`}, 'First', ${manager.personId}, now())`.execute(tx);
        reader = await startReader();
        await expect.poll(isHeldUp, { timeout: LONG_MS }).toBe(true);
        const gone = once(reader.child, 'exit');
        reader.child.kill('SIGKILL');
        await gone;
        // The database still writes for who is gone: it is not over.
        await soon();
        expect(await seen(reader.id)).toMatchObject({ status: 'reading', made: 0 });
        throw given;
      });
      await expect(holding).rejects.toBe(given);
      const id = reader?.id ?? '';
      const status = async (): Promise<string> => {
        await soon();
        return (await seen(id)).status;
      };
      await expect.poll(status, { timeout: LONG_MS }).toBe('broken');
      expect([await written(), (await seen(id)).made]).toEqual([0, 0]);
      const told = await lender.inbox(manager, 'import.broken');
      expect(told.map(({ payload }: { payload: { importId: string } }) => payload.importId)).toEqual([id]);

      const again = await startReader();
      await once(again.child, 'exit');
      expect(await seen(again.id)).toMatchObject({ status: 'done', made: LINES });
    });
  });
}
