import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ERRORS } from '@latido/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from './config.ts';
import { registerDocs } from './docs.ts';
import { problem } from './errors.ts';
import { registerHealth, type Health } from './health.ts';
import { buildHttp, type App } from './http.ts';
import { silentLog } from './log.ts';
import { registerWeb } from './web.ts';

describe('HTTP', () => {
  const webDir = mkdtempSync(join(tmpdir(), 'latido-web-'));
  const state: Record<'database' | 'livekit', Health> = { database: 'ok', livekit: 'starting' };
  let app: App;
  beforeAll(async () => {
    app = await buildHttp({ config: loadConfig({}), log: silentLog, webDir });
    const body = z.object({ name: z.string().min(1), count: z.number().int() });
    app.post('/named', { schema: { body } }, async (request) => request.body);
    app.get('/limited', { config: { rateLimit: { max: 1, timeWindow: 60_000 } } }, async () => ({
      ok: true,
    }));
    app.get('/known', async () => {
      throw problem('balance.insufficient', 'There are 3 coins.', { missing: 7, status: 200 });
    });
    app.get('/broken', async () => {
      throw new Error('the password is tulip');
    });
    app.get('/away', async () => {
      throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    });
    app.get('/unstorable', async () => {
      throw Object.assign(new Error('invalid byte sequence'), { code: '22021' });
    });
    app.get<{ Params: { name: string } }>('/of/:name', async ({ params }) => ({
      letters: params.name.length,
    }));
    registerDocs(app);
    registerHealth(app, {
      livekitClockIsOff: () => false,
      database: async () => state.database,
      livekit: async () => state.livekit,
      stuck: async () => [],
    });
    await registerWeb(app, webDir);
  });
  afterAll(() => app.close());

  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/named', payload, headers: { 'content-type': type } });

  const faults: [string, () => Promise<{ statusCode: number; json(): unknown }>, string, RegExp][] = [
    [
      'a field that is missing',
      () => post('{"name":"x"}'),
      'request.invalid',
      /body\.count: .*expected number, received undefined/,
    ],
    [
      'a field of another type',
      () => post('{"name":"x","count":"7"}'),
      'request.invalid',
      /body\.count: .*expected number, received string/,
    ],
    ['text that is no JSON', () => post('{'), 'request.malformed_json', /JSON/],
    ['an empty body', () => post(''), 'request.malformed_json', /empty/i],
    ['5 MiB', () => post(`"${'x'.repeat(5 * 1024 * 1024)}"`), 'request.too_large', /large/],
    [
      'an unknown type',
      () => post('<a/>', 'application/xml'),
      'request.unsupported_type',
      /application\/xml/,
    ],
    [
      'JSON without its type',
      () => post('{"name":"x","count":7}', 'text/plain'),
      'request.unsupported_type',
      /text\/plain/,
    ],
    [
      'an unknown address',
      () => app.inject({ url: '/api/nothing' }),
      'route.not_found',
      /GET \/api\/nothing/,
    ],
    ['an error of our table', () => app.inject({ url: '/known' }), 'balance.insufficient', /3 coins/],
    ['a lost database', () => app.inject({ url: '/away' }), 'database.unavailable', /database/],
    [
      'our own fault, without its words',
      () => app.inject({ url: '/broken' }),
      'internal.unexpected',
      /^(?!.*tulip)/,
    ],
  ];
  it.each(faults)('[HTTP-1] %s is a problem+json of the table', async (_name, ask, code, detail) => {
    const answer = await ask();
    const body = answer.json() as Record<string, unknown>;
    const { status, title, retry } = ERRORS[code as keyof typeof ERRORS];
    expect(answer.statusCode).toBe(status);
    expect(body).toMatchObject({ code, status, title, retry, type: `/docs#${code}` });
    expect(body['requestId']).toMatch(/^request_/);
    expect(body['detail']).toMatch(detail);
  });

  it.each([
    ['NUL', '{"name":"a\\u0000b","count":1}', 'request.invalid', /^body\.name: NUL/],
    [
      'half of a character',
      '{"name":"\\ud83d","count":1}',
      'request.invalid',
      /^body\.name: half of a character/,
    ],
    ['its other half', '{"name":"\\ude00!","count":1}', 'request.invalid', /^body\.name: half/],
    ['deep in', '{"name":"x","count":1,"a":[{"b":"\\ud83d"}]}', 'request.invalid', /^body\.a\.0\.b: half/],
    ['in a name', '{"name":"x","count":1,"a":{"\\u0000":1}}', 'request.invalid', /^body\.a: a name/],
    [
      'bytes that are no UTF-8',
      Buffer.from('{"name":"Jos\xe9","count":1}', 'latin1'),
      'request.malformed_json',
      /UTF-8/,
    ],
  ])(
    '[HTTP-18] %s is refused by its place, and not kept as something else',
    async (_what, payload, code, says) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await app.inject({ method: 'POST', url: '/named', payload, headers });
      expect(answer.json()).toMatchObject({ status: 400, code, detail: expect.stringMatching(says) });
    },
  );

  it('[HTTP-18] whole characters of every kind are kept, and NUL in an address is refused', async () => {
    const sent = { name: '\uFEFF😀 José 𝒳 \uFFFD', count: 1 };
    expect((await post(JSON.stringify(sent))).json()).toEqual(sent);
    const { detail } = (await app.inject({ url: '/of/a%00b' })).json();
    expect(detail).toMatch(/^params\.name: NUL/);
    const deep = `{"name":"x","count":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await post(deep)).json()).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^body: .* deep/),
    });
  });

  it('[HTTP-2] members of an error’s own come along and replace no standard one', async () => {
    const answer = await app.inject({ url: '/known' });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['x-request-id']).toBe(answer.json().requestId);
    expect(answer.json()).toMatchObject({ missing: 7, status: 402 });
  });

  it('[HTTP-3] too many requests are told when to come again', async () => {
    expect((await app.inject({ url: '/limited' })).statusCode).toBe(200);
    const answer = await app.inject({ url: '/limited' });
    expect([answer.statusCode, answer.json().code]).toEqual([429, 'request.rate_limited']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('[HTTP-4] scripts, frames and styles come from us only; media and sockets may', async () => {
    // A document's rules: with an answer of the API they would say nothing to anybody.
    const { headers } = await app.inject({ url: '/', headers: { accept: 'text/html' } });
    const answer = await app.inject({ url: '/healthz' });
    expect(answer.headers).not.toHaveProperty('content-security-policy');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
    expect(policy).toMatch(/connect-src 'self' ws: wss:/);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('[HTTP-5] ready is 503 while something starts, and when the database is away; not for LiveKit', async () => {
    const ready = async (set: Partial<typeof state>) => {
      Object.assign(state, set);
      const answer = await app.inject({ url: '/readyz' });
      return [answer.statusCode, answer.json().database, answer.json().livekit];
    };
    expect(await ready({})).toEqual([503, 'ok', 'starting']);
    expect(await ready({ livekit: 'ok' })).toEqual([200, 'ok', 'ok']);
    expect(await ready({ livekit: 'unavailable' })).toEqual([200, 'ok', 'unavailable']);
    expect(await ready({ database: 'unavailable' })).toEqual([503, 'unavailable', 'unavailable']);
    expect((await app.inject({ url: '/healthz' })).json()).toEqual({ alive: true });
  });

  it('[HTTP-6] the routes are described as OpenAPI 3.1 and on a page', async () => {
    const openapi = (await app.inject({ url: '/docs/openapi.json' })).json();
    expect(openapi.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.paths)).toContain('/named');
    const page = await app.inject({ url: '/docs' });
    expect(page.body).toContain('id="call.not_found"');
    expect(page.body).toContain('LATIDO_GRACE_MS');
  });

  it('[HTTP-7] a browser gets the web app at any address of a page; programs and files do not', async () => {
    const open = (url: string, accept = 'text/html,*/*') => app.inject({ url, headers: { accept } });
    const unbuilt = await open('/video');
    expect([unbuilt.statusCode, unbuilt.body]).toEqual([503, expect.stringContaining('npm start')]);
    mkdirSync(join(webDir, 'assets'));
    writeFileSync(join(webDir, 'index.html'), '<title>the app</title>');
    writeFileSync(join(webDir, 'assets', 'app-1a2b3c.js'), 'export {}');
    for (const url of ['/', '/video', '/calls/call_1?x=1']) {
      const page = await open(url);
      expect([page.statusCode, page.body, page.headers['cache-control']], url).toEqual([
        200,
        '<title>the app</title>',
        'no-cache',
      ]);
    }
    const asset = await open('/assets/app-1a2b3c.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    for (const url of ['/assets/gone-1.js', '/api/v1/nothing', '/logo.png', '/../../package.json']) {
      expect((await open(url)).statusCode, url).toBe(404);
    }
    expect((await open('/video', 'application/json')).json().code).toBe('route.not_found');
  });

  it('[HTTP-17] a file of the web app comes packed as the browser takes it, and is kept for ever if its name has a hash', async () => {
    const packed = { '': 'plain', '.br': 'brotli', '.gz': 'gzip' };
    for (const [ending, content] of Object.entries(packed)) {
      writeFileSync(join(webDir, 'assets', `packed-1a2b3c.js${ending}`), content);
      writeFileSync(join(webDir, `index.html${ending}`), content);
    }
    for (const [asked, content, encoding] of [
      ['gzip, deflate, br', 'brotli', 'br'],
      ['gzip', 'gzip', 'gzip'],
      ['identity', 'plain', undefined],
    ] as const) {
      const headers = { accept: 'text/html,*/*', 'accept-encoding': asked };
      const asset = await app.inject({ url: '/assets/packed-1a2b3c.js', headers });
      expect([asset.body, asset.headers['content-encoding']]).toEqual([content, encoding]);
      expect(asset.headers).toMatchObject({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': expect.stringContaining('javascript'),
        vary: expect.stringContaining('accept-encoding'),
        'x-content-type-options': 'nosniff',
      });
      expect(asset.headers).not.toHaveProperty('content-security-policy');
      for (const url of ['/', '/calls']) {
        const page = await app.inject({ url, headers });
        expect([page.body, page.headers['content-encoding']], url).toEqual([content, encoding]);
        expect(page.headers).toMatchObject({
          'cache-control': 'no-cache',
          'content-type': expect.stringContaining('text/html'),
        });
      }
    }
    for (const ending of Object.keys(packed)) rmSync(join(webDir, `index.html${ending}`));
  });

  it('[HTTP-8] what no route ever sees is a problem+json, too: no HTTP, endless headers, an address that is none', async () => {
    const raw = async (text: string) => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(text);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return { head: answer.split('\r\n\r\n')[0], body: JSON.parse(answer.split('\r\n\r\n')[1] ?? '') };
    };
    await app.listen({ host: '127.0.0.1', port: 0 });
    const cases: [string, number, string][] = [
      ['NONSENSE\r\n\r\n', 400, 'request.invalid'],
      [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'request.headers_too_large'],
      ['GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'request.invalid'],
      ['GET /api/% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400, 'request.invalid'],
    ];
    for (const [text, status, code] of cases) {
      const { head, body } = await raw(text);
      expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(head).toContain('application/problem+json');
      expect(body).toMatchObject({ status, code, requestId: expect.stringMatching(/^request_/) });
    }
  });

  it('[HTTP-9] who sends too much gets to read that it was: the rest is taken before the connection closes', async () => {
    const { port } = app.server.address() as AddressInfo;
    const body = `"${'x'.repeat(8 * 1024 * 1024)}"`;
    const headers = { 'content-type': 'application/json' };
    for (let time = 0; time < 5; time++) {
      const answer = await fetch(`http://127.0.0.1:${port}/named`, { method: 'POST', body, headers });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        413,
        'request.too_large',
      ]);
    }
  });

  it('[HTTP-14] whoever sends slowly is let go: headers within 15 s, nothing takes longer than ten minutes', () => {
    const { headersTimeout, requestTimeout } = app.server;
    expect({ headersTimeout, requestTimeout }).toEqual({ headersTimeout: 15_000, requestTimeout: 600_000 });
  });

  it('[HTTP-14] a route that takes files gives them longer', async () => {
    const patient = await buildHttp({
      config: loadConfig({}),
      log: silentLog,
      webDir,
      within: { headersMs: 15_000, requestMs: 1 },
    });
    const told = new Promise<void>((resolve) => patient.addHook('preParsing', async () => resolve()));
    patient.post('/file', { config: { bodyWithinMs: 60_000 } }, async (request) => request.body);
    patient.post('/other', async (request) => request.body);
    await patient.listen({ host: '127.0.0.1', port: 0 });
    const { port } = patient.server.address() as AddressInfo;
    const begun = (path: string) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n"be`,
      );
      return socket;
    };
    const file = begun('/file');
    await told;
    // The other one was cut by its time; this one came before it.
    expect(await text(begun('/other'))).toMatch(/^HTTP\/1.1 408/);
    file.write('gun"');
    expect(await text(file)).toMatch(/^HTTP\/1.1 200[\s\S]*begun/);
    await patient.close();
  });

  it('[HTTP-14] nor does a route that takes files give them longer to whom it has refused', async () => {
    const strict = await buildHttp({
      config: loadConfig({}),
      log: silentLog,
      webDir,
      within: { headersMs: 15_000, requestMs: 100 },
    });
    await strict.register(async (scope) => {
      scope.addContentTypeParser('*', (_request, _body, done) => done(null));
      scope.post('/file', { config: { bodyWithinMs: 600_000 } }, async (_request, reply) =>
        reply.code(401).send({ code: 'auth.required' }),
      );
    });
    await strict.listen({ host: '127.0.0.1', port: 0 });
    const { port } = strict.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      'POST /file HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ncontent-length: 1000000\r\n\r\nid',
    );
    // It ends though the body never does.
    expect(await text(socket)).toMatch(/^HTTP\/1.1 401/);
    await strict.close();
  });

  it('[HTTP-14] slow sockets and slow bodies end with a 408, or without a word, and nothing of them stays', async () => {
    const slow = await buildHttp({
      config: loadConfig({}),
      log: silentLog,
      webDir,
      within: { headersMs: 50, requestMs: 100 },
    });
    slow.post('/named', async (request) => request.body);
    await slow.listen({ host: '127.0.0.1', port: 0 });
    const { port } = slow.server.address() as AddressInfo;
    const head = 'POST /named HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const answerTo = async (sent: string) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(sent);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return /^HTTP\/1.1 (\d+)/.exec(answer)?.[1];
    };
    const sockets = Array.from({ length: 200 }, (_, n) => answerTo(n % 2 === 0 ? head : ''));
    const bodies = Array.from({ length: 100 }, () =>
      answerTo(`${head}content-length: 900000\r\n\r\n"${'x'.repeat(64_000)}`),
    );
    const answers = await Promise.all([...sockets, ...bodies]);
    expect(new Set(answers)).toEqual(new Set(['408']));
    const open = () =>
      new Promise((resolve) => slow.server.getConnections((_error, count) => resolve(count)));
    expect(await open()).toBe(0);
    await slow.close();
  });

  it('[HTTP-10] text that the database cannot hold is the caller’s mistake, and a long name is none', async () => {
    const answer = await app.inject({ url: '/unstorable' });
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid']);
    const name = encodeURIComponent('😀'.repeat(128));
    expect((await app.inject({ url: `/of/${name}` })).json()).toEqual({ letters: 256 });
  });
});
