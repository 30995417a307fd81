import { mkdtemp, rm } from 'node:fs/promises';
import multipart from '@fastify/multipart';
import { ImportQuery, Imports, ImportShown, ImportWait } from '@latido/protocol';
import { z } from 'zod';
import type { App } from '../../platform/index.ts';
import { doing, lender } from '../may.ts';
import type { Who } from '../ports.ts';
import { FOLDERS } from './broken.ts';
import { cancelImport } from './cancel.ts';
import { FILE_BYTES_MAX, importAskedOf } from './import-form.ts';
import { importById, importOnWire, importShown, newestImports } from './import-store.ts';
import { openImport, runImport, type ImportDeps } from './run-import.ts';
import { undoImport } from './undo-import.ts';

const tags = ['collections'];
const params = z.object({ id: z.string().min(1).max(200) });
/** What the largest file takes at a megabyte a second; no request may take longer. */
const BODY_WITHIN_MS = 600_000;
const REPORT_LINES = 1_000;
const NEWEST = 50;

export type ImportRouteDeps = ImportDeps & { readonly access: Who };

/** `/api/v1/imports`. */
export async function importRoutes(app: App, deps: ImportRouteDeps): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(multipart, {
      limits: { fileSize: FILE_BYTES_MAX, files: 1, fields: 10, fieldSize: 1_000 },
    });
    newImportRoute(scope as unknown as App, deps);
  });
  readingRoutes(app, deps);
  endingRoutes(app, deps);
}

function newImportRoute(app: App, deps: ImportRouteDeps): void {
  app.post(
    '/api/v1/imports',
    {
      schema: {
        tags,
        summary: 'Import a file',
        description:
          'As `multipart/form-data` with the fields `kind`, `preview` and `file` (CSV or XLSX, at most 512 MB) in any order, or as JSON with the text of a CSV as `file`. ' +
          'Everything in it is written, or nothing: 201 when it was read to its end within `wait` seconds (15), with a report of its first thousand lines; 202 while it is still being read. ' +
          'For managers, admins and keys with `collections:write`.',
        querystring: ImportWait,
        response: { 201: ImportShown, 202: ImportShown },
      },
      config: { bodyWithinMs: BODY_WITHIN_MS },
    },
    async (request, reply) => {
      const by = doing(deps, await lender(deps, request));
      const folder = await mkdtemp(FOLDERS);
      const tidy = (): Promise<void> => rm(folder, { recursive: true, force: true });
      try {
        const asked = await importAskedOf(request, folder);
        const id = await openImport(deps.db, asked, by);
        const run = runImport(deps, { id, ...asked }, by).finally(tidy);
        const isOver = await within(run, request.query.wait * 1_000);
        const shown = await shownOf(deps, id, { after: 0, faults: false });
        return await reply.code(isOver ? 201 : 202).send(shown);
      } catch (error) {
        await tidy();
        throw error;
      }
    },
  );
}

/** Whether it ended within that time; what it throws within it is thrown, and later is in the log. */
async function within(run: Promise<void>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([run.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
    run.catch(() => undefined);
  }
}

async function shownOf(
  { db }: ImportDeps,
  id: string,
  { after, faults }: { after: number; faults: boolean },
): Promise<ImportShown> {
  return await importShown(db, await importById(db, id), { after, limit: REPORT_LINES, onlyFaults: faults });
}

function readingRoutes(app: App, deps: ImportRouteDeps): void {
  const description = 'For managers, admins and keys with `collections:write`.';
  app.get(
    '/api/v1/imports',
    { schema: { tags, summary: 'Imports, the newest first', description, response: { 200: Imports } } },
    async (request) => {
      await lender(deps, request);
      return { items: (await newestImports(deps.db, NEWEST)).map(importOnWire) };
    },
  );
  app.get(
    '/api/v1/imports/:id',
    {
      schema: {
        tags,
        summary: 'An import with the report of its lines',
        description: `A thousand lines at once; \`after\` goes on from \`nextLine\`, \`faults=true\` shows only those that do not fit. ${description}`,
        params,
        querystring: ImportQuery,
        response: { 200: ImportShown },
      },
    },
    async (request) => {
      await lender(deps, request);
      const { after, faults } = request.query;
      return await shownOf(deps, request.params.id, { after, faults: faults === 'true' });
    },
  );
}

function endingRoutes(app: App, deps: ImportRouteDeps): void {
  const description = 'For managers, admins and keys with `collections:write`.';
  app.post(
    '/api/v1/imports/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel an import',
        description: `While it is being read: nothing of it is written then. ${description}`,
        params,
        response: { 200: ImportShown },
      },
    },
    async (request) => {
      const actor = await lender(deps, request);
      await cancelImport(deps.db, request.params.id, doing(deps, actor).at);
      return await shownOf(deps, request.params.id, { after: 0, faults: false });
    },
  );
  app.post(
    '/api/v1/imports/:id/undo',
    {
      schema: {
        tags,
        summary: 'Undo an import',
        description: `Payments are reversed, debtors go back to who had them, the rest is as if it had never been there. ${description}`,
        params,
        response: { 200: ImportShown },
      },
    },
    async (request) => {
      const actor = await lender(deps, request);
      await undoImport(deps, request.params.id, doing(deps, actor));
      return await shownOf(deps, request.params.id, { after: 0, faults: false });
    },
  );
}
