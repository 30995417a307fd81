import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../platform/index.ts';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { lenderAt, meanwhileIn } from '../collections.testing.ts';
import { FOLDERS } from './broken.ts';
import { openImport, runImport } from './run-import.ts';

for (const kind of await openTestDatabases()) {
  describe(`imports that are cancelled on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let lender: ReturnType<typeof lenderAt>;
    let folder: string;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      lender = lenderAt(server, manager);
      folder = await mkdtemp(FOLDERS);
      const lines = Array.from({ length: 2_500 }, (_, n) => `Cancelled,gone-${n}`);
      await writeFile(join(folder, 'file'), `name,externalId\n${lines.join('\n')}\n`);
    });
    afterAll(async () => {
      await rm(folder, { recursive: true });
      await server.close();
    });

    const asked = { kind: 'debtors', fileName: null, isPreview: false, path: '' } as const;
    const opened = () => openImport(server.db, asked, { byId: manager.personId, at: new Date() });
    const cancel = (id: string, who = manager) => lender.post(`imports/${id}/cancel`, who, {});
    const run = (id: string, happens: () => Promise<unknown>) =>
      runImport(
        {
          db: meanwhileIn(server.db, happens),
          access: server.access,
          clock: systemClock,
          log: server.app.log as never,
          hints: { publish: () => {} } as never,
          announce: () => {},
          settings: { timeZone: 'UTC' },
        },
        { ...asked, id, path: join(folder, 'file') },
        { byId: manager.personId, at: new Date() },
      );
    const seen = async (id: string) => (await lender.get(`imports/${id}`, manager)).body;
    const written = async () => (await lender.get('debtors?q=Cancelled', manager)).body.items.length;

    it('[COLL-28] cancelled while it is read, a file is read no further', async () => {
      const id = await opened();
      expect((await cancel(id)).body).toMatchObject({ status: 'cancelled', made: 0 });
      await run(id, async () => {});
      expect(await seen(id)).toMatchObject({ status: 'cancelled', lines: 0, made: 0 });
      expect(await written()).toBe(0);
    });

    it('[COLL-28] cancelled when it was read to its end, nothing of it is written', async () => {
      const id = await opened();
      await run(id, () => cancel(id));
      expect(await seen(id)).toMatchObject({ status: 'cancelled', lines: 2_500, made: 0 });
      expect(await written()).toBe(0);
      expect((await lender.post(`imports/${id}/undo`, manager, {})).body.code).toBe('import.not_done');
    });

    it('[COLL-28] what is over, being written, unknown or not theirs is not cancelled', async () => {
      const id = await opened();
      expect((await cancel(id, carol)).status).toBe(403);
      // One connection is all that PGlite has: there nobody asks while it is written.
      if (kind.name === 'postgres')
        await server.db.transaction().execute(async (tx) => {
          await sql`select i.id from collections.import i where i.id = ${id} for update`.execute(tx);
          expect((await cancel(id)).body).toMatchObject({
            code: 'import.not_reading',
            detail: expect.stringContaining('being written'),
          });
        });
      await run(id, async () => {});
      expect((await cancel(id)).body).toMatchObject({ code: 'import.not_reading' });
      expect((await cancel('import_none')).body.code).toBe('import.not_found');
      expect(await seen(id)).toMatchObject({ status: 'done', made: 2_500 });
    });

    it('[COLL-28] who wants no waiting is answered at once, and asks', async () => {
      const file = 'name\nWanted\n';
      const answer = await lender.post('imports?wait=0', manager, { kind: 'debtors', file });
      expect([201, 202]).toContain(answer.status);
      await expect.poll(() => seen(answer.body.id)).toMatchObject({ status: 'done', made: 1 });
      expect((await lender.post('imports?wait=16', manager, { kind: 'debtors', file })).status).toBe(400);
    });
  });
}
