import { afterAll, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer } from '../server.testing.ts';

const [store] = await openTestDatabases();
const server = await startTestServer(store!, { LATIDO_NOTICES_PER_MINUTE: '3' });
afterAll(() => server.close());

it('[TELL-8] one key sends so many notices in a minute; another one takes nothing from it', async () => {
  const admin = await server.person('admin', ['admin']);
  const post = async (url: string, headers: Record<string, string>, payload: object) =>
    await server.app.inject({ method: 'POST', url, headers, payload });
  const made = async (name: string) => {
    const answer = await post('/api/v1/api-keys', admin.headers, { name, scopes: ['notices:send'] });
    return { authorization: `Bearer ${answer.json().key}` };
  };
  const [busy, other] = [await made('busy'), await made('other')];
  const send = async (by: Record<string, string>) =>
    (await post('/api/v1/notices', by, { to: [admin.personId], title: 'x' })).statusCode;
  for (let n = 0; n < 3; n += 1) expect(await send(busy)).toBe(201);
  expect(await send(busy)).toBe(429);
  expect(await send(other)).toBe(201);
});
