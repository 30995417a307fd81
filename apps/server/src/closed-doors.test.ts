import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`doors of the whole server on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let alice: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind);
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
