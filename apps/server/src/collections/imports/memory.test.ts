import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportKind } from '@latido/core';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../platform/index.ts';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { FOLDERS } from './broken.ts';
import { openImport, runImport, type ImportDeps } from './run-import.ts';
import { undoImport } from './undo-import.ts';

/** More than a page. */
const LINES = 1_200;

for (const kind of await openTestDatabases()) {
  describe(`long files on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let folder: string;
    let deps: ImportDeps;
    /** Rows of the longest answer of the database. */
    let most = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      folder = await mkdtemp(FOLDERS);
      const counting: KyselyPlugin = {
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => {
          most = Math.max(most, result.rows.length);
          return result;
        },
      };
      deps = {
        db: server.db.withPlugin(counting),
        access: server.access,
        clock: systemClock,
        log: server.app.log as never,
        hints: { publish: () => {} } as never,
        announce: () => {},
        settings: { timeZone: 'UTC' },
      };
    });
    afterAll(async () => {
      await rm(folder, { recursive: true });
      await server.close();
    });

    const doing = () => ({ byId: manager.personId, at: new Date() });
    const bring = async (of: ImportKind, head: string, line: (n: number) => string): Promise<string> => {
      const path = join(folder, of);
      const lines = Array.from({ length: LINES }, (_, n) => line(n));
      await writeFile(path, `${head}\n${lines.join('\n')}\n`);
      const asked = { kind: of, fileName: null, isPreview: false, path } as const;
      const id = await openImport(server.db, asked, doing());
      await runImport(deps, { ...asked, id }, doing());
      return id;
    };

    it('[COLL-28] nothing that is written or undone of a file has the database list more than a thousand lines', async () => {
      const ids = [
        await bring('debtors', 'name,externalId', (n) => `Long,long-${n}`),
        await bring(
          'credits',
          'debtorId,amount,currency,endDate,externalId',
          (n) => `long-${n},500,COP,2030-01-05,longc-${n}`,
        ),
        await bring('payments', 'creditId,amount,paidAt', (n) => `longc-${n},100,2026-01-05`),
        await bring('assignments', 'debtorId,collectorId', (n) => `long-${n},${carol.personId}`),
      ];
      for (const id of ids.toReversed()) await undoImport(deps, id, doing());
      expect(most).toBeGreaterThan(900);
      expect(most).toBeLessThanOrEqual(1_000);
    });
  });
}
