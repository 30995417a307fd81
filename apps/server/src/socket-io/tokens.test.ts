import { SignJWT } from 'jose';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type TestServer } from '../server.testing.ts';

const jwtSecret = 'k3Jw9vQz7Lx2Rt5Yb8Nd1Fg4Hs6Pm0Ac';
const [store] = await openTestDatabases();

describe('tokens over Socket.IO', () => {
  let server: TestServer;
  let key: Record<string, string>;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    server = await startTestServer(store!, { LATIDO_JWT_SECRET: jwtSecret });
    const { headers } = await server.person('admin', ['admin']);
    const made = await ask('POST', '/api/v1/api-keys', headers, {
      name: 'backend',
      scopes: ['people:write', 'tokens:mint'],
    });
    key = { authorization: `Bearer ${made.key}` };
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.disconnect();
  });
  afterAll(() => server.close());

  const ask = async (method: 'POST' | 'PUT', url: string, headers: Record<string, string>, payload: object) =>
    (await server.app.inject({ method, url, headers, payload })).json();
  /** A token of somebody new, and their id. */
  const tokenFor = async (externalId: string, payload: object) => {
    const { personId } = await ask('PUT', `/api/v1/people/by-external-id/${externalId}`, key, {
      name: externalId,
    });
    const { token } = await ask('POST', `/api/v1/people/${personId}/tokens`, key, payload);
    return { personId: String(personId), token: String(token) };
  };
  const open = (auth: object): Socket => {
    const socket = io(server.url, { transports: ['websocket'], auth, forceNew: true });
    sockets.push(socket);
    return socket;
  };
  /** The code that a connection is refused with; `connected` when it is not. */
  const outcome = (auth: object): Promise<string> =>
    new Promise((resolve) => {
      const socket = open(auth);
      socket.on('connect', () => resolve('connected'));
      socket.on('connect_error', (error) => resolve((error as Error & { data: { code: string } }).data.code));
    });

  test('[SIO-9] a client token opens this door where it is good for the inbox', async () => {
    const all = await tokenFor('all', {});
    const calls = await tokenFor('calls', { scopes: ['calls'] });
    const inbox = await tokenFor('inbox', { scopes: ['inbox'] });
    expect(await outcome({ token: all.token })).toBe('connected');
    expect(await outcome({ token: inbox.token })).toBe('connected');
    expect(await outcome({ token: calls.token })).toBe('auth.forbidden');
    const channel = `private-inbox-${calls.personId}`;
    const headers = { Authorization: `Bearer ${calls.token}` };
    const answer: unknown = await open({}).emitWithAck('subscribe', { channel, auth: { headers } });
    expect(answer).toEqual({ ok: false, code: 'auth.forbidden' });
  });

  test.each([
    'a\0b',
    '\ud83d',
    'ñandú',
    'a b',
    'x\r\ny: z',
    'lct_x',
    'lat_',
    '.',
    'e30.e30.',
    'x'.repeat(60_000),
  ])('[SIO-9] the token %j is refused as none of ours', async (token) => {
    expect(await outcome({ token })).toBe('auth.refused');
    const headers = { Authorization: `Bearer ${token}` };
    const socket = open({});
    const asked = { channel: 'private-inbox-person_x', auth: { headers } };
    expect(await socket.emitWithAck('subscribe', asked)).toEqual({ ok: false, code: 'auth.required' });
  });

  test.each(['a\0b', '\ud83d'])(
    '[TEAM-5] a JWT for %j signs nobody in; whoever has it for a name has none',
    async (odd) => {
      const sign = (claims: object, subject: string): Promise<string> =>
        new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject(subject)
          .setExpirationTime('1h')
          .sign(new TextEncoder().encode(jwtSecret));
      expect(await outcome({ token: await sign({}, odd) })).toBe('auth.refused');
      expect(await outcome({ token: await sign({ name: odd }, 'named oddly') })).toBe('connected');
    },
  );
});
