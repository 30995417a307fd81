import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

const ROOT = new URL('../../../', import.meta.url);
const [embedded] = await openTestDatabases();

/** The path as it stands: fetch would resolve dots before it asks. */
async function rawGet(origin: string, path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(origin);
  const [answer] = await once(get({ hostname, port, path }), 'response');
  answer.resume();
  return answer.statusCode;
}

/** What a module imports or exports from elsewhere, by the parser's word: bundles have such words in their strings, too. */
function importsOf(path: string, code: string): string[] {
  const { staticImports, staticExports } = parseSync(
    path.endsWith('.mjs') ? path : 'module.mjs',
    code,
  ).module;
  const exported = staticExports.flatMap(({ entries }) =>
    entries.map(({ moduleRequest }) => moduleRequest?.value),
  );
  const imported = staticImports.map(({ moduleRequest }) => moduleRequest.value);
  return [...imported, ...exported].filter((name) => name !== undefined);
}

describe('the example of one HTML page', () => {
  let child: ChildProcess;
  let page: string;
  beforeAll(async () => {
    const serve = fileURLToPath(new URL('examples/plain-html/serve.mjs', ROOT));
    const env = { PATH: process.env['PATH'] ?? '', PORT: '0', LATIDO_URL: 'https://latido.example/' };
    child = spawn(process.execPath, [serve], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout! })) {
      page = /Open (http:\S+)\. /.exec(line)?.[1] ?? '';
      if (page !== '') break;
    }
  }, 120_000);
  afterAll(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  it('[EXAMPLE-3] the page, and every module that it imports however far down, can be had', async () => {
    const html = await (await fetch(page)).text();
    expect(html).toContain('<meta name="latido" content="https://latido.example" />');
    const [, map = ''] = /<script type="importmap">([^]*?)<\/script>/.exec(html) ?? [];
    const { imports } = JSON.parse(map) as { imports: Record<string, string> };

    const seen = new Set<string>();
    const queue = [`${page}/call.js`];
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      if (seen.has(url)) continue;
      seen.add(url);
      const answer = await fetch(url);
      expect([url, answer.status, answer.headers.get('content-type')]).toEqual([url, 200, 'text/javascript']);
      for (const name of importsOf(url, await answer.text())) {
        const from = name.startsWith('.') ? name : imports[name];
        expect(from, `${name}, which ${url} imports`).toBeDefined();
        queue.push(new URL(from!, url).href);
      }
    }
    expect([...seen].some((url) => url.includes('livekit-client'))).toBe(true);
  });

  it.each([
    '/serve.mjs',
    '/npm/zod/../../package.json',
    '/npm/zod/package.json',
    '/npm/vite/dist/node/index.js',
  ])('[EXAMPLE-3] nothing else can: %s', async (path) => {
    expect(await rawGet(page, path)).toBe(404);
  });
});

interface Person {
  readonly id: string;
  readonly name: string;
}
/** What of an answer is read here: a token's, or a refusal's. */
interface Answer {
  readonly token: string;
  readonly identity: string;
}
type TokenFor = (person: Person | null, request: Request) => Promise<Response>;

describe('the token route of the example for Next.js', () => {
  let server: TestServer;
  let admin: Guest;
  let tokenFor: TokenFor;
  const rosa: Person = { id: '4711', name: 'Rosa' };

  beforeAll(async () => {
    server = await startTestServer(embedded!);
    admin = await server.person('mara', ['admin']);
    ({ tokenFor } = (await import(new URL('examples/next-js/lib/token.ts', ROOT).href)) as {
      tokenFor: TokenFor;
    });
    const payload = { name: 'next-js', scopes: ['people:write', 'tokens:mint'] };
    const asked = { method: 'POST', url: '/api/v1/api-keys', headers: admin.headers, payload } as const;
    const key: string = (await server.app.inject(asked)).json().key;
    await server.app.inject({
      method: 'PUT',
      url: `/api/v1/people/by-external-id/${rosa.id}`,
      headers: { authorization: `Bearer ${key}` },
      payload: { name: rosa.name },
    });
    vi.stubEnv('LATIDO_URL', server.url);
    vi.stubEnv('LATIDO_KEY', key);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  const ask = async (person: Person | null, body: unknown = { roomName: 'blue' }) => {
    const request = new Request('http://app.example/api/livekit/token', {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const answer = await tokenFor(person, request);
    return { status: answer.status, body: (await answer.json()) as Answer };
  };

  it('[EXAMPLE-4] gives who is signed in a token of their own, whomever the body names', async () => {
    const body = {
      roomName: 'blue',
      externalId: 'somebody',
      personId: admin.personId,
      participantName: 'Mara',
    };
    const { status, body: answer } = await ask(rosa, body);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      roomName: 'blue',
      token: expect.any(String),
      presence: expect.any(Object),
    });
    const claims = JSON.parse(Buffer.from(answer.token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims.name).toBe('Rosa');
    expect(answer.identity).not.toContain(admin.personId);
  });

  it('[EXAMPLE-4] refuses who is not signed in, a body without a room, and whom Latido does not know', async () => {
    expect((await ask(null)).status).toBe(401);
    for (const body of ['{', 'null', {}, { roomName: '' }, { roomName: 7 }, { roomName: 'x'.repeat(129) }])
      expect((await ask(rosa, body)).status).toBe(400);
    expect(await ask({ id: 'nobody', name: 'Nobody' })).toMatchObject({
      status: 404,
      body: { code: 'person.not_found' },
    });
  });

  it('[EXAMPLE-4] a key that is refused, or a Latido that is away, is no fault of the person’s', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    vi.stubEnv('LATIDO_KEY', 'lat_none_of_ours');
    expect(await ask(rosa)).toMatchObject({ status: 502, body: { detail: 'Calls are not available now.' } });
    vi.stubEnv('LATIDO_URL', 'http://127.0.0.1:9');
    expect((await ask(rosa)).status).toBe(502);
    expect(logged).toHaveBeenCalledTimes(2);
    logged.mockRestore();
  });

  it('[EXAMPLE-4] its versions are exact, and those that the SDK is built with', () => {
    const read = (path: string) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
    const { dependencies, devDependencies } = read('examples/next-js/package.json');
    const built = {
      ...read('packages/react/package.json').devDependencies,
      ...read('apps/web/package.json').devDependencies,
    };
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      if (name.startsWith('@latido/')) continue;
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
      if (name in built) expect(version, name).toBe(built[name]);
    }
  });
});
