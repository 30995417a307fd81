import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly responses?: Readonly<Record<string, unknown>>;
  readonly requestBody?: { readonly content?: Record<string, { readonly example?: unknown }> };
}

const [embedded] = await openTestDatabases();

describe('the description of the API', () => {
  let server: TestServer;
  let operations: [name: string, operation: Operation][];
  let document: Record<string, never>;
  const who: Record<string, Guest> = {};
  const places: Record<string, string> = {};

  beforeAll(async () => {
    server = await startTestServer(embedded!);
    who['admin'] = await server.person('admin', ['admin']);
    who['payer'] = await server.person('payer', ['client'], 1_000n);
    who['earner'] = await server.person('earner', ['model']);
    places['payer'] = who['payer'].personId;
    places['earner'] = who['earner'].personId;
    await server.rooms.createRoom('standup');
    server.fake.join({ room: 'standup', identity: 'ann' });
    await server.fake.webhooksIdle();
    await server.caughtUp();
    const made = await server.app.inject({
      method: 'POST',
      url: '/api/v1/calls',
      payload: { with: who['earner'].personId },
      headers: who['payer'].headers,
    });
    places['call'] = made.json().callId;
    const key = await server.app.inject({
      method: 'POST',
      url: '/api/v1/api-keys',
      payload: { name: 'to be revoked', scopes: ['calls:read'] },
      headers: who['admin'].headers,
    });
    places['key'] = key.json().id;
    document = (await server.app.inject({ url: '/docs/openapi.json' })).json();
    const { paths } = document as unknown as { paths: Record<string, Record<string, Operation>> };
    operations = Object.entries(paths).flatMap(([path, of]) =>
      Object.entries(of).map(([method, operation]): [string, Operation] => [
        `${method.toUpperCase()} ${path}`,
        operation,
      ]),
    );
  });
  afterAll(() => server.close());

  it('[DOCS-1] every operation says in words what it does, where it belongs and how it refuses', () => {
    const bare = operations.filter(
      ([name, { summary, description, tags, responses }]) =>
        !summary || summary === name || !description || !tags?.length || !responses?.['429'],
    );
    expect(bare.map(([name]) => name)).toEqual([]);
    const names = new Set(operations.map(([name]) => name));
    expect(Object.keys(OPERATIONS).filter((name) => !names.has(name))).toEqual([]);
    expect(document).toMatchObject({
      components: { securitySchemes: { bearer: {}, cookie: {}, apiKey: {} } },
      security: [{ bearer: [] }, { cookie: [] }, { apiKey: [] }],
    });
  });

  it('[DOCS-2] each example is a request that the server takes', async () => {
    const failed: string[] = [];
    for (const [name, { as, body, params = {}, status = 200 }] of Object.entries(OPERATIONS)) {
      if (!as) continue;
      const [method, path] = name.split(' ') as ['GET', string];
      const url = path.replaceAll(/\{(\w+)\}/g, (_, place: string) => {
        const given = params[place] ?? '';
        return encodeURIComponent(places[given] ?? given);
      });
      const answer = await server.app.inject({
        method,
        url,
        headers: { ...who[as]?.headers, 'idempotency-key': name },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      if (answer.statusCode !== status)
        failed.push(`${name}: ${answer.statusCode} ${answer.body.slice(0, 200)}`);
    }
    expect(failed).toEqual([]);
  });

  it('[DOCS-3] whoever sends a body finds an example of it', () => {
    const without = operations.filter(([, { requestBody }]) => {
      const json = requestBody?.content?.['application/json'];
      return json !== undefined && json.example === undefined;
    });
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it('[DOCS-4] the page comes whole from here: nothing inline that runs, nothing from elsewhere', async () => {
    const page = (await server.app.inject({ url: '/docs' })).body;
    expect(page).not.toMatch(/<script>|\son\w+=|(?:src|href)="https?:/);
    const files = [...page.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const url of files) expect([url, (await server.app.inject({ url })).statusCode]).toEqual([url, 200]);
    const packed = await server.app.inject({
      url: '/docs/swagger-ui-bundle.js',
      headers: { 'accept-encoding': 'gzip' },
    });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.rawPayload.length).toBeLessThan(500_000);
    expect(page).toContain('id="call.not_found"');
  });
});
