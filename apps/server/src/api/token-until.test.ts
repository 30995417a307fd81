import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`tickets that a bearer asks for, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client']);
    });
    afterAll(() => server.close());

    const claimsBy = async (headers: Record<string, string>) => {
      const payload = { roomName: 'salon' };
      const answer = await server.app.inject({ method: 'POST', url: '/api/livekit/token', payload, headers });
      return server.presence.readTicket(answer.json().presence.ticket);
    };

    it('[PRES-R44] a ticket knows when the bearer that asked for it runs out; that of a session does not', async () => {
      const { personId } = alice;
      const expiresAt = new Date(Date.now() + 60_000);
      const of = { personId, scopes: ['calls' as const], createdBy: personId, expiresAt };
      const { token } = await server.access.createClientToken(of);
      expect((await claimsBy({ authorization: `Bearer ${token}` }))?.renewUntil).toBe(expiresAt.getTime());
      expect((await claimsBy(alice.headers))?.renewUntil).toBeUndefined();
    });
  });
}
