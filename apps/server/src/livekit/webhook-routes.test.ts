import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { participantJoined, signWebhook, webhookBody } from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App, Database } from '../platform/index.ts';
import { buildHttp, memoryHints, silentLog } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { appendFacts, keepUnreadable, LivekitClocks } from '../presence/index.ts';
import { WebhookCounters } from './webhook-counters.ts';
import type { WebhookStore } from './webhook-inbox.ts';
import { createWebhookInbox } from './webhook-inbox.ts';
import { allowList, webhookRoutes } from './webhook-routes.ts';

const KEY = 'devkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const url = '/api/livekit/webhook';
const clock = new ManualClock();

for (const kind of await openTestDatabases()) {
  describe(`POST ${url} on ${kind.name}`, () => {
    let database: Database;
    let app: App;
    let counters: WebhookCounters;
    let storeFails = false;
    const hinted: string[] = [];
    const hints = memoryHints(silentLog);
    const store: WebhookStore = {
      keepUnreadable,
      appendFacts: async (tx, facts) => {
        if (storeFails) throw new Error('the database is away');
        return await appendFacts(tx, facts);
      },
    };

    beforeAll(async () => {
      database = await kind.open();
      hints.subscribe('presence.fact', () => hinted.push('grown'));
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      storeFails = false;
      hinted.length = 0;
      counters = new WebhookCounters();
      app = await build([]);
    });

    async function build(
      webhookAllow: string[],
      within = { headersMs: 15_000, requestMs: 30_000 },
    ): Promise<App> {
      const config = {
        livekitKeys: new Map([[KEY, [SECRET]]]),
        webhookAllow,
        trustProxy: [],
        publicUrl: 'http://localhost:3000',
        development: true,
      };
      const http = await buildHttp({ config, log: silentLog, within });
      const clocks = new LivekitClocks(silentLog);
      const inbox = createWebhookInbox({
        db: database.db,
        hints,
        clock,
        log: silentLog,
        counters,
        store,
        clocks,
      });
      await webhookRoutes(http, { config, clock, log: silentLog, counters, inbox });
      return http;
    }

    const sign = (body: string | Buffer) => signWebhook(body, KEY, SECRET, { at: clock.now() });
    const post = (body: string | Buffer, authorization?: string, type = 'application/webhook+json') =>
      app.inject({
        method: 'POST',
        url,
        payload: body,
        headers: { 'content-type': type, ...(authorization === undefined ? {} : { authorization }) },
      });
    const send = (body: string | Buffer) => post(body, sign(body));
    const event = (id: string) =>
      webhookBody(participantJoined({ room: 'a room', participant: 'alice', id, at: clock.now() }));
    const stored = async (id: string) =>
      (
        await sql`select type, room_name from presence.fact_told where source_event_id = ${id}`.execute(
          database.db,
        )
      ).rows;
    const count = async (table: 'fact' | 'unreadable_webhook') => {
      const { rows } = await sql<{
        n: number;
      }>`select count(*)::int as n from ${sql.table(`presence.${table}`)}`.execute(database.db);
      return rows[0]?.n ?? 0;
    };

    it('[WEBHOOK-15] 200 once it is stored, the followers are told, five times the same is one fact', async () => {
      const body = event('EV_five');
      for (let n = 0; n < 5; n += 1) expect((await send(body)).statusCode).toBe(200);
      const together = await Promise.all(Array.from({ length: 5 }, () => send(body)));
      expect(together.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200, 200]);
      expect(await stored('EV_five')).toEqual([{ type: 'participant_joined', room_name: 'a room' }]);
      expect(counters.health(clock.now())).toMatchObject({
        received: [{ event: 'participant_joined', lastHour: 10, total: 10 }],
        duplicates: 9,
        lastReceivedAt: new Date(clock.now()).toISOString(),
      });
      expect(hinted).toHaveLength(1);
    });

    it('[WEBHOOK-15] many at once are all stored, in few commits', async () => {
      const ids = Array.from({ length: 100 }, (_, n) => `EV_many_${n}`);
      const answers = await Promise.all(ids.map((id) => send(event(id))));
      expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([200]));
      const { rows } = await sql`select 1 from presence.fact where source_event_id like 'EV_many_%'`.execute(
        database.db,
      );
      expect(rows).toHaveLength(100);
      expect(counters.health(clock.now()).commit.batches).toBeLessThan(50);
    });

    it.each<[string, (body: string) => string | undefined]>([
      ['no signature', () => undefined],
      ['an altered body', (body) => signWebhook(body, KEY, SECRET, { at: clock.now(), altered: true })],
      ['another issuer', (body) => signWebhook(body, KEY, SECRET, { at: clock.now(), iss: 'x' })],
      ['another secret', (body) => signWebhook(body, KEY, 'x', { at: clock.now() })],
      ['an expired one', (body) => signWebhook(body, KEY, SECRET, { at: clock.now(), expired: true })],
      ['alg none', (body) => signWebhook(body, KEY, SECRET, { at: clock.now(), alg: 'none' })],
      ['HS512', (body) => signWebhook(body, KEY, SECRET, { at: clock.now(), alg: 'HS512' })],
      ['Bearer', (body) => `Bearer ${sign(body)}`],
    ])('[WEBHOOK-16] %s: 401, no row, counted', async (_title, authorize) => {
      const before = await count('fact');
      const body = event('EV_forged');
      const answer = await post(body, authorize(body));
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toMatchObject({
        code: 'webhook.signature',
        status: 401,
        requestId: answer.headers['x-request-id'],
      });
      expect(answer.body).not.toContain('eyJ');
      expect(await count('fact')).toBe(before);
      expect(counters.health(clock.now()).badSignatures.total).toBe(1);
    });

    it('[WEBHOOK-17] what cannot be stored is a 503 without Retry-After, and is stored when it comes again', async () => {
      storeFails = true;
      const answer = await send(event('EV_later'));
      expect(answer.statusCode).toBe(503);
      expect(answer.headers['retry-after']).toBeUndefined();
      expect(answer.json()).toMatchObject({ code: 'webhook.not_stored' });
      expect(counters.notStored).toBe(1);
      storeFails = false;
      expect((await send(event('EV_later'))).statusCode).toBe(200);
      expect(await stored('EV_later')).toHaveLength(1);
    });

    it.each(['application/json', 'text/plain', 'garbage', ''])(
      '[WEBHOOK-15] content type "%s": the signature over the bytes is what counts',
      async (type) => {
        const body = event(`EV_type_${type.replace('/', '_')}`);
        expect((await post(body, sign(body), type)).statusCode).toBe(200);
        expect(await stored(`EV_type_${type.replace('/', '_')}`)).toHaveLength(1);
      },
    );

    it('[WEBHOOK-9] malformed JSON with a good signature is kept raw, 200, counted', async () => {
      const before = await count('fact');
      const bodies = ['{"event": ', '', '[]', Buffer.from([0, 255, 1])];
      for (const body of bodies) expect((await send(body)).statusCode).toBe(200);
      expect(await count('fact')).toBe(before);
      expect(counters.unreadable).toBe(4);
      const { rows } = await sql<{ body: Uint8Array }>`
        select body from presence.unreadable_webhook order by id desc limit 4`.execute(database.db);
      expect(rows.map((row) => Buffer.from(row.body).toString('hex'))).toContain('00ff01');
    });

    it('[WEBHOOK-13] what the database cannot hold as a fact is kept raw, and its neighbours are stored', async () => {
      const deep = `{"event":"deep","id":"EV_deep","x":${'['.repeat(9_000)}${']'.repeat(9_000)}}`;
      const long = JSON.stringify({
        event: 'long',
        id: 'EV_long',
        room: { sid: 'x', name: randomText(20_000) },
      });
      const before = await count('unreadable_webhook');
      const answers = await Promise.all([
        send(event('EV_beside')),
        send(deep),
        send(long),
        send(event('EV_beside_2')),
      ]);
      expect(answers.map((answer) => answer.statusCode)).toEqual([200, 200, 200, 200]);
      expect(await stored('EV_beside')).toHaveLength(1);
      expect(await stored('EV_beside_2')).toHaveLength(1);
      const kept = [...(await stored('EV_deep')), ...(await stored('EV_long'))].length;
      expect(kept + (await count('unreadable_webhook')) - before).toBe(2);
    });

    it('[WEBHOOK-7] an unknown event is kept, whatever the content type says', async () => {
      const body = '{"event":"moon_risen","id":"EV_moon"}';
      expect((await post(body, sign(body), 'application/json')).statusCode).toBe(200);
      expect(await stored('EV_moon')).toEqual([{ type: 'moon_risen', room_name: '' }]);
    });

    it('[WEBHOOK-18] 4 MiB are taken, 5 MiB are a 413', async () => {
      const big = (bytes: number) =>
        JSON.stringify({ event: 'big', id: `EV_${bytes}`, pad: 'x'.repeat(bytes) });
      expect((await send(big(4 * 1024 * 1024 - 100))).statusCode).toBe(200);
      const answer = await send(big(5 * 1024 * 1024));
      expect(answer.statusCode).toBe(413);
      expect(answer.json()).toMatchObject({ code: 'request.too_large' });
      expect(await stored(`EV_${5 * 1024 * 1024}`)).toEqual([]);
    });

    it('[WEBHOOK-20] a slash too many in the address is the same address', async () => {
      for (const [n, path] of [`${url}/`, `/${url}`, '//api//livekit/webhook', `${url}//`].entries()) {
        const body = event(`EV_slash_${n}`);
        const headers = { 'content-type': 'application/webhook+json', authorization: sign(body) };
        const answer = await app.inject({ method: 'POST', url: path, payload: body, headers });
        expect([path, answer.statusCode, await stored(`EV_slash_${n}`)]).toEqual([
          path,
          200,
          [{ type: 'participant_joined', room_name: 'a room' }],
        ]);
      }
      expect(counters.health(clock.now()).lost.total).toBe(0);
    });

    it('[WEBHOOK-21] what LiveKit takes for delivered and we did not store is counted as lost, wherever it came', async () => {
      const body = event('EV_lost');
      const headers = { 'content-type': 'application/webhook+json', authorization: sign(body) };
      const to = (path: string) => app.inject({ method: 'POST', url: path, payload: body, headers });
      expect((await to('/livekit/webhooks')).statusCode).toBe(404);
      expect((await post(body)).statusCode).toBe(401);
      expect((await send('x'.repeat(5 * 1024 * 1024))).statusCode).toBe(413);
      storeFails = true;
      // This one comes again.
      expect((await send(body)).statusCode).toBe(503);
      expect(counters.health(clock.now()).lost).toEqual({ total: 3, byStatus: { 401: 1, 404: 1, 413: 1 } });
    });

    it('[WEBHOOK-23] one whose address cannot be read, or whose body comes late, is lost as well, and counted once', async () => {
      const body = event('EV_early');
      const headers = { 'content-type': 'application/webhook+json', authorization: sign(body) };
      const answer = await app.inject({ method: 'POST', url: `${url}/%E0%A4%A`, payload: body, headers });
      expect(answer.statusCode).toBe(400);
      const json = { ...headers, 'content-type': 'application/json' };
      await app.inject({ method: 'POST', url: '/%E0%A4%A', payload: body, headers: json });
      expect(counters.health(clock.now()).lost).toEqual({ total: 1, byStatus: { 400: 1 } });
      counters = new WebhookCounters();
      const hasty = await build([], { headersMs: 15_000, requestMs: 1 });
      await hasty.listen({ host: '127.0.0.1', port: 0 });
      const { port } = hasty.server.address() as AddressInfo;
      for (const path of [url, `//api/livekit//webhook/`]) {
        const socket = connect(port, '127.0.0.1');
        const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${sign(body)}\r\ncontent-length: 3000\r\n\r\n`;
        socket.write(`${head}{`);
        expect(await text(socket)).toMatch(/^HTTP\/1\.1 408/);
      }
      await hasty.close();
      expect(counters.health(clock.now()).lost).toEqual({ total: 2, byStatus: { 408: 2 } });
    });

    it('[WEBHOOK-22] of a body that nobody signed for 256 KB are read, then the connection ends', async () => {
      await app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = app.server.address() as AddressInfo;
      // Announces more than it ever sends: only who stops reading can answer.
      const upload = async (authorization?: string) => {
        const socket = connect(port, '127.0.0.1');
        let answer = '';
        socket.on('data', (data) => (answer += String(data)));
        socket.on('error', () => undefined);
        const signature = authorization === undefined ? '' : `authorization: ${authorization}\r\n`;
        socket.write(`POST ${url} HTTP/1.1\r\nhost: x\r\n${signature}content-length: 3000000\r\n\r\n`);
        socket.write(Buffer.alloc(320 * 1024, 'x'));
        await once(socket, 'close');
        return [/^HTTP\/1.1 (\d+)/.exec(answer)?.[1], /^connection: (.*)\r$/m.exec(answer)?.[1]];
      };
      expect(await upload(undefined)).toEqual(['401', 'close']);
      expect(await upload('nonsense')).toEqual(['401', 'close']);
      expect(await upload(signWebhook('x', KEY, SECRET, { at: clock.now(), iss: 'x' }))).toEqual([
        '401',
        'close',
      ]);
      await app.close();
    });

    it('[WEBHOOK-19] with a list of addresses nobody else gets in', async () => {
      app = await build(['10.0.0.0/8']);
      const answer = await send(event('EV_elsewhere'));
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({ code: 'webhook.address' });
      expect(counters.refusedAddresses).toBe(1);
      app = await build(['127.0.0.1']);
      expect((await send(event('EV_here'))).statusCode).toBe(200);
    });
  });
}

function randomText(length: number): string {
  let text = '';
  for (let seed = 7; text.length < length; seed = (seed * 48_271) % 2_147_483_647) text += seed.toString(36);
  return text.slice(0, length);
}

describe('the list of addresses', () => {
  it.each<[string[], string, boolean]>([
    [[], '1.2.3.4', true],
    [['1.2.3.4'], '1.2.3.4', true],
    [['1.2.3.4'], '::ffff:1.2.3.4', true],
    [['1.2.3.4'], '1.2.3.5', false],
    [['10.0.0.0/8', '2001:db8::/32'], '10.9.9.9', true],
    [['10.0.0.0/8', '2001:db8::/32'], '2001:db8::7', true],
    [['10.0.0.0/8', '2001:db8::/32'], '2001:db9::7', false],
  ])('[WEBHOOK-19] %j lets %s in: %s', (entries, ip, expected) => {
    expect(allowList(entries)(ip)).toBe(expected);
  });

  it('[WEBHOOK-19] says what is no address', () => {
    expect(() => allowList(['example.com'])).toThrow('"example.com" is no address');
  });
});
