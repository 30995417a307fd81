import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

const MB = 1024 * 1024;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

for (const kind of await openTestDatabases()) {
  describe(`files in chats on ${kind.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-chat-files-'));
    const dir = join(folder, 'chat');
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let calls = 0;

    beforeAll(async () => {
      server = await startTestServer(kind, {
        LATIDO_FILES_DIR: folder,
        LATIDO_FILES_PER_PERSON_MB: '30',
        LATIDO_FILES_KEEP_DAYS: '10',
      });
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
    });
    afterAll(async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(async () => {
      // Each test begins with no files of anybody.
      await sql`update chat.file set removed_at = now() where removed_at is null`.execute(server.db);
      await server.caughtUp();
      expect(lying()).toEqual([]);
    });

    const lying = (): string[] => {
      try {
        return readdirSync(dir);
      } catch {
        return [];
      }
    };
    const rows = async () =>
      (
        await sql<{ id: string; name: string; bytes: bigint }>`select id, name, bytes from chat.file
        where removed_at is null`.execute(server.db)
      ).rows;
    const call = async (): Promise<string> => {
      calls += 1;
      const payload = { roomName: `files-${calls}` };
      for (const { headers } of [alice, bob])
        await server.app.inject({ method: 'POST', url: '/api/livekit/token-secure', payload, headers });
      const url = `/api/v1/calls?room=files-${calls}`;
      return (await server.app.inject({ url, headers: alice.headers })).json().items[0].callId;
    };
    const upload = async (
      who: Guest,
      callId: string,
      {
        name,
        body,
        type = 'application/octet-stream',
      }: { name: string; body: Buffer | string; type?: string },
    ) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: `/api/v1/calls/${callId}/files?name=${encodeURIComponent(name)}`,
        payload: body,
        headers: { ...who.headers, 'content-type': type },
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const say = async (who: Guest, callId: string, message: object) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: `/api/v1/calls/${callId}/messages`,
        payload: { id: 'm-1', text: '', ...message },
        headers: who.headers,
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const read = async (who: Guest, callId: string) =>
      (await server.app.inject({ url: `/api/v1/calls/${callId}/messages`, headers: who.headers })).json()
        .items;
    const get = (who: Guest, callId: string, id: string, headers: object = {}, query = '') =>
      server.app.inject({
        url: `/api/v1/calls/${callId}/files/${id}${query}`,
        headers: { ...who.headers, ...headers },
      });
    const sent = async (who: Guest, callId: string, name: string, body: Buffer | string): Promise<string> => {
      const { id } = (await upload(who, callId, { name, body })).body;
      expect((await say(who, callId, { id: `m-${id}`, files: [id] })).status).toBe(201);
      return id;
    };

    it('[CHAT-11] a file is taken whole, goes along with a message, once, in its order, and is in the history', async () => {
      const id = await call();
      const one = await upload(alice, id, { name: 'dot.png', body: PNG, type: 'image/png' });
      expect(one.status).toBe(201);
      expect(one.body).toMatchObject({
        name: 'dot.png',
        type: 'image/png',
        bytes: PNG.length,
        isPicture: true,
        sha256: createHash('sha256').update(PNG).digest('hex'),
        removedAt: null,
      });
      const two = (await upload(alice, id, { name: 'notes.txt', body: 'Hello' })).body;
      const files = [two.id, one.body.id];
      const first = await say(alice, id, { files });
      expect(first.body.files.map((file: { name: string }) => file.name)).toEqual(['notes.txt', 'dot.png']);
      expect((await say(alice, id, { files })).status).toBe(200);
      expect((await say(alice, id, { files: [two.id] })).body.code).toBe('idempotency.mismatch');
      expect((await say(alice, id, { id: 'm-2', files: [two.id] })).body.code).toBe('file.not_found');
      expect((await say(alice, id, { id: 'm-3', files: ['file_x'] })).body.code).toBe('file.not_found');
      expect((await say(alice, id, { id: 'm-4' })).body.code).toBe('request.invalid');
      const foreign = (await upload(bob, id, { name: 'bobs.txt', body: 'Bob' })).body;
      expect((await say(alice, id, { id: 'm-5', files: [foreign.id] })).body.code).toBe('file.not_found');
      const items = await read(bob, id);
      expect(items).toHaveLength(1);
      expect(items[0].files).toHaveLength(2);
    });

    it('[CHAT-11] too large, empty, and broken off: refused with code and sentence, and nothing of it stays', async () => {
      const id = await call();
      const large = await upload(alice, id, { name: 'large.bin', body: Buffer.alloc(25 * MB + 1) });
      expect([large.status, large.body.code]).toEqual([413, 'file.too_large']);
      expect((await upload(alice, id, { name: 'none.bin', body: '' })).body.code).toBe('file.empty');
      // Who does not say how much it is, is cut while it is read.
      const endless = new ReadableStream({ pull: (to) => to.enqueue(new Uint8Array(MB)) });
      let taken = 0;
      const counted = endless.pipeThrough(
        new TransformStream({
          transform(chunk, to) {
            taken += chunk.length;
            if (taken > 28 * MB) to.terminate();
            else to.enqueue(chunk);
          },
        }),
      );
      const answer = await fetch(`${server.url}/api/v1/calls/${id}/files?name=endless.bin`, {
        method: 'POST',
        body: counted,
        duplex: 'half',
        headers: alice.headers,
      });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        413,
        'file.too_large',
      ]);
      const socket = connect(server.port, '127.0.0.1');
      socket.write(
        `POST /api/v1/calls/${id}/files?name=half.bin HTTP/1.1\r\nhost: x\r\nauthorization: ${alice.headers['authorization']}\r\n` +
          `content-length: ${5 * MB}\r\n\r\n`,
      );
      socket.write(Buffer.alloc(MB));
      await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(1);
      socket.destroy();
      await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(0);
      expect(lying()).toEqual([]);
      expect((await upload(alice, id, { name: 'whole.bin', body: Buffer.alloc(25 * MB, 1) })).status).toBe(
        201,
      );
    });

    it('[CHAT-11] who is not of the call sends none, nor does anybody once it is over; what was never sent goes', async () => {
      const id = await call();
      const carol = await server.person(`carol-${calls}`, ['client']);
      const admin = await server.person(`admin-${calls}`, ['admin']);
      const one = { name: 'a.txt', body: 'a' };
      expect((await upload(carol, id, one)).body.code).toBe('call.not_found');
      expect((await upload(admin, id, one)).body.code).toBe('call.not_yours');
      const left = (await upload(alice, id, one)).body.id;
      const url = `/api/v1/calls/${id}/files/${left}`;
      expect((await server.app.inject({ method: 'DELETE', url, headers: bob.headers })).statusCode).toBe(404);
      expect((await server.app.inject({ method: 'DELETE', url, headers: alice.headers })).statusCode).toBe(
        204,
      );
      const old = (await upload(alice, id, one)).body.id;
      await sql`update chat.file set at = at - interval '61 minutes' where id = ${old}`.execute(server.db);
      await server.caughtUp();
      expect(lying()).toEqual([]);
      await server.app.inject({ method: 'POST', url: `/api/v1/calls/${id}/end`, headers: alice.headers });
      await server.caughtUp();
      expect((await upload(alice, id, one)).body.code).toBe('call.ended');
    });

    it('[CHAT-12] a file that lies about what it is is refused, and its name is made harmless', async () => {
      const id = await call();
      const lies = [
        { name: 'cat.png', body: '<script>alert(1)</script>' },
        { name: 'cat.png', body: SVG },
        { name: 'cv.pdf', body: PNG },
        { name: 'cat', body: '<html>', type: 'image/png' },
        { name: 'readme.txt', body: Buffer.from('MZ\0\0\0\0\0\0') },
      ];
      for (const each of lies) {
        const { status, body } = await upload(alice, id, each);
        expect([each.name, status, body.code]).toEqual([each.name, 415, 'file.type_mismatch']);
      }
      expect(await rows()).toEqual([]);
      const named = await upload(alice, id, { name: '../../\u202Egnp.exe', body: 'text' });
      expect(named.body.name).toBe('gnp.exe');
    });

    it('[CHAT-13] a picture is shown, everything else is saved, and nothing runs in our name', async () => {
      const id = await call();
      const png = await sent(alice, id, 'dot.png', PNG);
      const shown = await get(bob, id, png);
      expect(shown.headers).toMatchObject({
        'content-type': 'image/png',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
      });
      expect(shown.headers['content-disposition']).toMatch(/^inline; filename="dot.png"/);
      expect((await get(bob, id, png, {}, '?download=1')).headers['content-disposition']).toMatch(
        /^attachment/,
      );
      for (const [name, body] of [
        ['drawing.svg', SVG],
        ['page.html', '<html><script>alert(1)</script></html>'],
        ['ñ "x".txt', 'text'],
      ] as const) {
        const { headers, body: got } = await get(bob, id, await sent(alice, id, name, body));
        expect(headers['content-type']).toBe('application/octet-stream');
        expect(headers['x-content-type-options']).toBe('nosniff');
        expect(headers['content-disposition']).toMatch(
          /^attachment; filename="[\w .()-]+"; filename\*=UTF-8''[\w%.-]+$/,
        );
        expect(got).toBe(body);
      }
    });

    it('[FILE-6] a machine that others use as well keeps nothing of a file, nor of a part, nor of one that it has', async () => {
      const id = await call();
      // Alice sends as many as a minute allows.
      const file = (await upload(bob, id, { name: 'a.txt', body: '0123456789' })).body.id;
      const whole = await get(bob, id, file);
      for (const headers of [
        {},
        { range: 'bytes=2-4' },
        { 'if-none-match': String(whole.headers['etag']) },
      ]) {
        const answer = await get(bob, id, file, headers);
        expect([answer.statusCode, answer.headers['cache-control']]).toEqual([
          expect.any(Number),
          'no-store',
        ]);
      }
    });

    it('[CHAT-14] whoever reads the chat has its files, in parts too, and after the end; nobody else knows of them', async () => {
      const id = await call();
      const waiting = (await upload(alice, id, { name: 'a.txt', body: '0123456789' })).body.id;
      expect((await get(bob, id, waiting)).json().code).toBe('file.not_found');
      expect((await get(alice, id, waiting)).body).toBe('0123456789');
      await say(alice, id, { files: [waiting] });
      await server.app.inject({ method: 'POST', url: `/api/v1/calls/${id}/end`, headers: alice.headers });
      await server.caughtUp();
      const part = await get(bob, id, waiting, { range: 'bytes=2-4' });
      expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
        206,
        '234',
        'bytes 2-4/10',
      ]);
      const etag = String(part.headers['etag']);
      expect((await get(bob, id, waiting, { 'if-none-match': etag })).statusCode).toBe(304);
      expect((await get(bob, id, waiting, { range: 'bytes=2-4', 'if-range': '"other"' })).body).toBe(
        '0123456789',
      );
      const unmet = await get(bob, id, waiting, { range: 'bytes=10-' });
      expect([unmet.statusCode, unmet.json().code]).toEqual([416, 'file.range']);
      const carol = await server.person(`carol-${calls}`, ['client']);
      expect((await get(carol, id, waiting)).json().code).toBe('call.not_found');
      expect((await get(bob, await call(), waiting)).json().code).toBe('file.not_found');
      const block = { url: `/api/v1/people/${alice.personId}/block`, headers: bob.headers };
      await server.app.inject({ method: 'POST', ...block });
      expect((await get(bob, id, waiting)).json().code).toBe('file.not_found');
      await server.app.inject({ method: 'DELETE', ...block });
      expect((await server.app.inject({ url: `/api/v1/calls/${id}/files/${waiting}` })).statusCode).toBe(401);
    });

    it('[CHAT-15] with its message or with its time a file goes, and that there was one stays', async () => {
      const id = await call();
      const taken = await sent(alice, id, 'secret.txt', 'secret');
      const old = await sent(alice, id, 'old.txt', 'old');
      await server.app.inject({
        method: 'DELETE',
        url: `/api/v1/calls/${id}/messages/1`,
        headers: alice.headers,
      });
      expect((await get(alice, id, taken)).json().code).toBe('file.not_found');
      await sql`update chat.file set at = at - interval '11 days' where id = ${old}`.execute(server.db);
      await server.caughtUp();
      expect(lying()).toEqual([]);
      const items = await read(bob, id);
      expect(items[0]).toMatchObject({ text: '', files: [], deletedAt: expect.any(String) });
      expect(items[1].files).toMatchObject([{ name: '', bytes: 3, removedAt: expect.any(String) }]);
      const { rows: traces } = await sql<{
        name: string;
        removedBy: string | null;
        bytes: bigint;
        erased: boolean;
      }>`
        select name, removed_by as "removedBy", bytes, erased_at is not null as erased from chat.file
        where call_id = ${id} order by seq`.execute(server.db);
      expect(traces.map((each) => ({ ...each, bytes: Number(each.bytes) }))).toEqual([
        { name: '', removedBy: alice.personId, bytes: 6, erased: true },
        { name: '', removedBy: null, bytes: 3, erased: true },
      ]);
    });

    it('[CHAT-16] the files of one person take so much at most, however many come at once, and room comes back', async () => {
      const id = await call();
      const file = { name: 'x.bin', body: Buffer.alloc(14 * MB, 1) };
      const all = await Promise.all([1, 2, 3, 4].map(() => upload(alice, id, file)));
      expect(all.map(({ status }) => status).toSorted()).toEqual([201, 201, 409, 409]);
      expect(all.find(({ status }) => status === 409)?.body.code).toBe('file.too_many');
      expect((await upload(bob, id, file)).status).toBe(201);
      const { id: kept } = all.find(({ status }) => status === 201)?.body ?? {};
      await say(alice, id, { files: [kept] });
      await server.app.inject({
        method: 'DELETE',
        url: `/api/v1/calls/${id}/messages/1`,
        headers: alice.headers,
      });
      expect((await upload(alice, id, file)).status).toBe(201);
    });

    it('[FILE-3] a folder that cannot be written is told; text goes on, and files do once it can', async () => {
      const id = await call();
      rmSync(dir, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      // What stands where the folder should be takes no files.
      symlinkSync('/dev/full', dir);
      const refused = await upload(alice, id, { name: 'a.txt', body: 'a' });
      expect([refused.status, refused.body.code]).toEqual([503, 'file.store_unavailable']);
      expect(await rows()).toEqual([]);
      expect((await say(alice, id, { text: 'Hello' })).status).toBe(201);
      rmSync(dir);
      expect((await upload(alice, id, { name: 'a.txt', body: 'a' })).status).toBe(201);
    });
  });
}
