import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildHttp, loadConfig, silentLog } from '../../platform/index.ts';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { importRoutes } from './import-routes.ts';

const BOUNDARY = 'a-boundary-of-the-tests';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const HEAD = `--${BOUNDARY}\r\ncontent-disposition: form-data; name=`;
const field = (name: string, value: string): string => `${HEAD}"${name}"\r\n\r\n${value}\r\n`;
const filePart = (csv: string): string => `${HEAD}"file"; filename="a.csv"\r\n\r\n${csv}\r\n`;
const formOf = (...parts: string[]): string => `${parts.join('')}--${BOUNDARY}--\r\n`;

/** Lines of debtors, 200 kB of them: more than is read from a socket at once. */
function debtors(prefix: string): string {
  const lines = Array.from({ length: 1_200 }, (_, n) => `${prefix} ${n} ${'x'.repeat(140)},${prefix}-${n}`);
  return `name,externalId\n${lines.join('\n')}\n`;
}

for (const kind of await openTestDatabases()) {
  describe(`the form of an import on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let url: string;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      // In pieces as they come from a line, and not at once.
      const { port } = server.app.server.address() as AddressInfo;
      url = `http://127.0.0.1:${port}`;
    });
    afterAll(() => server.close());

    const send = async (body: string) => {
      const answer = await fetch(`${url}/api/v1/imports`, {
        method: 'POST',
        headers: { ...manager.headers, 'content-type': TYPE },
        body,
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };

    /** A file is answered before its end on a slow machine. */
    const ended = async (id: unknown) =>
      await vi.waitUntil(
        async () => {
          const { headers } = manager;
          const shown = (await server.app.inject({ url: `/api/v1/imports/${String(id)}`, headers })).json();
          return shown.status === 'reading' ? null : shown;
        },
        { timeout: 60_000, interval: 100 },
      );

    const preview = [field('kind', 'debtors'), field('preview', 'true')];
    for (const [order, form] of [
      ['before the file', (file: string) => formOf(...preview, file)],
      ['after the file', (file: string) => formOf(file, ...preview)],
      ['on both sides of the file', (file: string) => formOf(preview[0]!, file, preview[1]!)],
    ] as const) {
      it(`[COLL-31] fields ${order} say what is to be done with 200 kB of it`, async () => {
        const file = filePart(debtors(order));
        expect(file.length).toBeGreaterThan(180_000);
        const { body } = await send(form(file));
        expect(body).toMatchObject({ kind: 'debtors', isPreview: true, fileName: 'a.csv' });
        expect(await ended(body['id'])).toMatchObject({ status: 'checked', lines: 1_200, made: 0 });
      });
    }

    it('[COLL-31] a field that is missing, wrong or there twice is named, and nothing is written', async () => {
      const file = filePart(debtors('wrong'));
      const said = async (...parts: string[]) => {
        const { status, body } = await send(formOf(...parts));
        return [status, body['detail']];
      };
      expect(await said(file)).toEqual([400, expect.stringContaining('body.kind')]);
      expect(await said(file, field('kind', 'people'))).toEqual([400, expect.stringContaining('body.kind')]);
      expect(await said(file, preview[0]!, field('preview', 'yes'))).toEqual([
        400,
        expect.stringContaining('body.preview'),
      ]);
      const twice = await said(file, ...preview, field('preview', 'false'));
      expect(twice).toEqual([400, 'body.preview: it is there twice.']);
      expect(await said(...preview)).toEqual([400, 'body.file: the file is missing.']);
      expect((await said(file, ...preview, file))[0]).toBe(413);
      const found = await server.app.inject({
        url: '/api/v1/debtors?q=wrong-1',
        headers: manager.headers,
      });
      expect(found.json().items).toEqual([]);
    });

    it('[COLL-31] a file may be on its way for ten minutes, where other bodies have half a minute', async () => {
      const slow = await buildHttp({
        config: loadConfig({}),
        log: silentLog,
        webDir: '.',
        within: { headersMs: 15_000, requestMs: 1 },
      });
      const told = new Promise<void>((resolve) => slow.addHook('preParsing', async () => resolve()));
      const actor = { personId: manager.personId, roles: ['manager'], scopes: [] };
      const { db, access } = server;
      const who = { ...access, requireScope: async () => actor };
      const deps = {
        db,
        access: who,
        clock: { now: Date.now },
        log: silentLog,
        hints: {},
        announce: () => {},
        settings: { timeZone: 'UTC' },
      };
      await importRoutes(slow, deps as never);
      slow.post('/other', async (request) => request.body);
      await slow.listen({ host: '127.0.0.1', port: 0 });
      const { port } = slow.server.address() as AddressInfo;
      const begin = (path: string, type: string, length: number) => {
        const socket = connect(port, '127.0.0.1');
        socket.write(
          `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n\r\n`,
        );
        return socket;
      };
      const form = formOf(...preview, filePart('name\nSlow\n'));
      const file = begin('/api/v1/imports', TYPE, form.length);
      await told;
      // The other one was cut by its time; this one came before it.
      expect(await text(begin('/other', 'application/json', 7))).toMatch(/^HTTP\/1.1 408/);
      file.write(form);
      expect(await text(file)).toMatch(/^HTTP\/1.1 201/);
      await slow.close();
    });
  });
}
