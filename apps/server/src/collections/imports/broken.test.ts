import { existsSync } from 'node:fs';
import { mkdtemp, utimes } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { lenderAt } from '../collections.testing.ts';
import { closeBroken, FOLDERS } from './broken.ts';
import { openImport } from './run-import.ts';

for (const kind of await openTestDatabases()) {
  describe(`imports whose server died on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;
    let woken: string[];

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const closeAt = async (now: number): Promise<void> => {
      woken = [];
      const publish = (_hint: string, who?: string): void => void woken.push(who ?? '');
      await closeBroken({ db: server.db, clock: { now: () => now }, hints: { publish } as never });
    };

    it('[COLL-27] whoever sent a file over which the server died is told, once, and what lies about of it is taken away', async () => {
      const asked = { kind: 'debtors', fileName: 'clients.csv', isPreview: false, path: '' } as const;
      const id = await openImport(server.db, asked, { byId: manager.personId, at: new Date() });
      await sql`insert into collections.import_line (import_id, line, vals, made_id)
        values (${id}, 2, ${JSON.stringify({ name: 'Half written' })}::jsonb, 'debtor_half')`.execute(
        server.db,
      );
      const folder = await mkdtemp(FOLDERS);
      const old = new Date(Date.now() - 2 * 86_400_000);
      await utimes(folder, old, old);
      const young = await mkdtemp(FOLDERS);

      await closeAt(Date.now() + 60_000);
      expect((await lender.get(`imports/${id}`, manager)).body.status).toBe('reading');
      await closeAt(Date.now() + 91_000);
      expect((await lender.get(`imports/${id}`, manager)).body).toMatchObject({ status: 'broken', made: 0 });
      expect(woken).toEqual([manager.personId]);
      await closeAt(Date.now() + 200_000);
      const told = await lender.inbox(manager, 'import.broken');
      expect(told.map(({ payload }: { payload: object }) => payload)).toEqual([
        { importId: id, kind: 'debtors', fileName: 'clients.csv', url: '/lending/import' },
      ]);
      expect((await lender.get('debtors?q=half', manager)).body.items).toEqual([]);
      expect([existsSync(folder), existsSync(young)]).toEqual([false, true]);
      // Not by a clock that is days ahead: that would take away what other tests are reading now.
      await utimes(young, old, old);
      await closeAt(Date.now());
      expect(existsSync(young)).toBe(false);
    });
  });
}
