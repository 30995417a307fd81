import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type TestServer } from './server.testing.ts';

const PASSWORD = 'correct horse';

for (const kind of await openTestDatabases()) {
  describe(`what hangs on a session, on ${kind.name}`, () => {
    let server: TestServer;
    let count = 0;
    beforeAll(async () => {
      server = await startTestServer(kind);
    });
    afterAll(() => server.close());

    const post = (url: string, payload: object, headers: Record<string, string>) =>
      server.app.inject({ method: 'POST', url, payload, headers });
    const opened = async (socket: WebSocket): Promise<WebSocket> => {
      await once(socket, 'message');
      return socket;
    };
    const closed = async (socket: WebSocket): Promise<number> =>
      socket.readyState === WebSocket.CLOSED ? 0 : ((await once(socket, 'close')) as [number])[0];
    const ws = () => server.url.replace('http', 'ws');

    /** Somebody with a socket of each kind, and a ticket that they have not used yet. */
    async function guest() {
      const name = `guest${(count += 1)}`;
      const { personId, headers } = await server.person(name, ['client']);
      const token = async () =>
        (await post('/api/livekit/token', { roomName: `room-${name}` }, headers)).json().presence
          .ticket as string;
      const presence = await opened(new WebSocket(`${ws()}/api/v1/presence?ticket=${await token()}`));
      const pending = await token();
      const realtime = new WebSocket(`${ws()}/app/latido?protocol=7`);
      const [raw] = (await once(realtime, 'message')) as [Buffer];
      const { socket_id } = JSON.parse(JSON.parse(String(raw)).data) as { socket_id: string };
      const channel_name = `private-inbox-${personId}`;
      const signed = await post('/broadcasting/auth', { socket_id, channel_name }, headers);
      expect(signed.statusCode, signed.body).toBe(200);
      const data = { channel: channel_name, auth: signed.json().auth };
      realtime.send(JSON.stringify({ event: 'pusher:subscribe', data }));
      await once(realtime, 'message');
      return { personId, email: `${name}@demo.test`, headers, presence, realtime, pending };
    }
    type Guest = Awaited<ReturnType<typeof guest>>;
    const refused = async (ticket: string) => {
      const socket = new WebSocket(`${ws()}/api/v1/presence?ticket=${ticket}`);
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    const isAllOver = async ({ presence, realtime, pending }: Guest) => {
      expect(await Promise.all([closed(presence), closed(realtime)])).toEqual([4401, 4009]);
      expect(await refused(pending)).toContain('401');
    };
    const isOpen = ({ presence, realtime }: Guest) =>
      [presence, realtime].every(({ readyState }) => readyState === WebSocket.OPEN);

    it('[ACCESS-13] signing out closes the sockets of that session and its pending tickets, of no other', async () => {
      const [alice, bob] = [await guest(), await guest()];
      expect((await post('/api/auth/sign-out', {}, alice.headers)).statusCode).toBe(200);
      await isAllOver(alice);
      expect(isOpen(bob)).toBe(true);
      for (const socket of [bob.presence, bob.realtime]) socket.terminate();
    });

    it('[ACCESS-13] a poll that is held back ends with its session, and with what is told after it unread', async () => {
      const { headers } = await server.person('waiting', ['client']);
      const held = fetch(`${server.url}/api/v1/inbox?wait=55`, { headers });
      // Asked after it, answered after it is held.
      await fetch(`${server.url}/api/v1/inbox/count`, { headers });
      expect((await post('/api/auth/sign-out', {}, headers)).statusCode).toBe(200);
      expect((await held).status).toBe(401);
    });

    it('[ACCESS-13] a new password closes those of the other sessions, and leaves its own', async () => {
      const alice = await guest();
      const credentials = { email: alice.email, password: PASSWORD };
      const other = await post('/api/auth/sign-in/email', credentials, {});
      const headers = { authorization: `Bearer ${String(other.headers['set-auth-token'])}` };
      const ticket = (await post('/api/livekit/token', { roomName: 'mine' }, headers)).json().presence.ticket;
      const own = await opened(new WebSocket(`${ws()}/api/v1/presence?ticket=${ticket}`));
      const change = { currentPassword: PASSWORD, newPassword: 'another horse, another day' };
      expect((await post('/api/auth/change-password', change, headers)).statusCode).toBe(200);
      await isAllOver(alice);
      expect(own.readyState).toBe(WebSocket.OPEN);
      own.terminate();
    });

    it('[ACCESS-13] so does a ban, and a change of roles, whoever writes it, wherever', async () => {
      for (const change of [
        sql`update access.person set banned_at = now() where id = `,
        sql`insert into access.person_role (role, person_id) select 'model', `,
        sql`delete from access.person_role where person_id = `,
      ]) {
        const alice = await guest();
        await sql`${change}${alice.personId}`.execute(server.db);
        await isAllOver(alice);
      }
    });
  });
}
