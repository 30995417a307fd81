import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`doors of the whole server on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let alice: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind, { LATIDO_ORIGINS: 'https://front.example' });
      admin = await server.person('ada', ['admin']);
      alice = await server.person('alice', ['client'], 50n);
    });
    afterAll(() => server.close());

    const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
      server.app.inject({ url, headers, remoteAddress });

    it('[HTTP-11] the figures are read by this machine, and from elsewhere with a key only', async () => {
      expect((await get('/metrics')).body).toContain('latido_process_cpu');
      expect((await get('/metrics', {}, '::1')).statusCode).toBe(200);
      const far = '203.0.113.7';
      expect((await get('/metrics', {}, far)).json().code).toBe('auth.required');
      expect((await get('/metrics', alice.headers, far)).json().code).toBe('auth.forbidden');
      // A proxy on this machine speaks for anybody.
      for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'])
        expect([name, (await get('/metrics', { [name]: '127.0.0.1' })).statusCode]).toEqual([name, 401]);
      const made = async (scope: string) => {
        const payload = { name: scope, scopes: [scope] };
        const answer = await server.app.inject({
          method: 'POST',
          url: '/api/v1/api-keys',
          payload,
          headers: admin.headers,
        });
        return { authorization: `Bearer ${answer.json().key}` };
      };
      expect((await get('/metrics', await made('metrics:read'), far)).statusCode).toBe(200);
      expect((await get('/metrics', await made('attendance:read'), far)).statusCode).toBe(403);
    });

    it('[HTTP-13] limits count whoever is signed in by who they are: neighbours at one address take nothing from each other', async () => {
      const ask = async (headers: Record<string, string>) =>
        (await server.app.inject({ method: 'POST', url: '/api/livekit/token', payload: {}, headers }))
          .statusCode;
      const times = Array.from({ length: 121 });
      const statuses = [];
      for (const _ of times) statuses.push(await ask(alice.headers));
      expect([statuses.filter((status) => status === 400).length, statuses.at(-1)]).toEqual([120, 429]);
      expect(await ask(admin.headers)).toBe(400);
      for (const _ of times) await ask({});
      expect([await ask({}), await ask(admin.headers)]).toEqual([429, 400]);
      // A cookie that is none of ours makes nobody somebody else.
      expect(await ask({ authorization: 'Bearer forged' })).toBe(429);
    });

    it('[HTTP-15] a query parameter that is none is a 400 that names it, on every route of the API', async () => {
      const paths = [
        'calls?rooom=x',
        'me?x=1',
        'wallet/statement?limit=5&cursr=7',
        'rooms/salon/attendance?form=2026-01-05',
      ];
      for (const path of paths) {
        const answer = await get(`/api/v1/${path}`, admin.headers);
        const name = /(\w+)=[^&]*$/.exec(path)?.[1];
        expect([path, answer.statusCode, answer.json().code]).toEqual([path, 400, 'request.invalid']);
        expect(answer.json().detail).toContain(`"${name}"`);
      }
      expect((await get('/api/v1/calls?room=x&limit=5', admin.headers)).statusCode).toBe(200);
      // Whoever is behind it: the names of other people's parameters are theirs.
      expect((await get('/healthz?probe=1')).statusCode).toBe(200);
    });

    it('[HTTP-15] an empty cursor is the first page, in every list', async () => {
      const lists = ['wallet/statement', 'calls', 'earnings', 'topups', 'bookings', 'wallet/lots'];
      for (const list of lists) {
        const answer = await get(`/api/v1/${list}?cursor=`, alice.headers);
        expect([list, answer.statusCode]).toEqual([list, 200]);
      }
      expect((await get('/api/v1/wallet/statement?cursor=x', alice.headers)).statusCode).toBe(400);
    });

    it('[HTTP-16] a page of LATIDO_ORIGINS asks first, sends credentials and reads headers and errors; others may not', async () => {
      const origin = 'https://front.example';
      const ask = async (headers: Record<string, string>, method: 'OPTIONS' | 'GET' = 'OPTIONS') => {
        const answer = await server.app.inject({ method, url: '/api/v1/me', headers });
        const { headers: said } = answer;
        return {
          status: answer.statusCode,
          origin: said['access-control-allow-origin'],
          credentials: said['access-control-allow-credentials'],
          methods: said['access-control-allow-methods'],
          sent: said['access-control-allow-headers'],
          exposed: said['access-control-expose-headers'],
          vary: said['vary'],
        };
      };
      const preflight = {
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization',
      };
      expect(await ask({ ...preflight, origin })).toMatchObject({
        status: 204,
        origin,
        credentials: 'true',
        methods: expect.stringContaining('PATCH'),
        sent: expect.stringContaining('authorization'),
        vary: expect.stringMatching(/origin/i),
      });
      const read = { origin, credentials: 'true', exposed: expect.stringContaining('set-auth-token') };
      expect(await ask({ ...alice.headers, origin }, 'GET')).toMatchObject({ status: 200, ...read });
      expect(await ask({ origin }, 'GET')).toMatchObject({ status: 401, ...read });
      for (const foreign of [
        'https://evil.example',
        'https://front.example.evil.test',
        'http://front.example',
        'null',
      ]) {
        expect(await ask({ ...preflight, origin: foreign })).toMatchObject({
          origin: undefined,
          credentials: undefined,
        });
        expect(await ask({ ...alice.headers, origin: foreign }, 'GET')).toMatchObject({ origin: undefined });
      }
    });

    it('[HTTP-19] whatever headers a page of LATIDO_ORIGINS asks for it may send; no other page may any', async () => {
      // Echo's token against forgery, what axios says of itself, where a stream goes on, what tracing adds.
      const asked = 'authorization,last-event-id,sentry-trace,x-csrf-token,x-requested-with,x-socket-id';
      const ask = async (origin: string, headers: string) => {
        const preflight = {
          'access-control-request-method': 'POST',
          'access-control-request-headers': headers,
        };
        const answer = await server.app.inject({
          method: 'OPTIONS',
          url: '/broadcasting/auth',
          headers: { ...preflight, origin },
        });
        return answer.headers['access-control-allow-headers'];
      };
      expect(await ask('https://front.example', asked)).toBe(asked);
      expect(await ask('https://evil.example', asked)).toBeUndefined();
      // What is no list of names is not said back.
      expect(await ask('https://front.example', 'a b; <script>')).toContain('authorization');
      expect(await ask('https://front.example', 'a b; <script>')).not.toContain('script');
    });

    it('[HTTP-12] no cache keeps what somebody was answered', async () => {
      const asked = ['me', 'wallet', 'calls', 'notifications', 'statement', 'calls/call_none', 'nothing'];
      for (const path of asked) {
        const answer = await get(`/api/v1/${path}`, alice.headers);
        expect([path, answer.headers['cache-control']]).toEqual([path, 'no-store']);
      }
      expect((await get('/api/auth/get-session', alice.headers)).headers['cache-control']).toBe('no-store');
    });
  });
}
