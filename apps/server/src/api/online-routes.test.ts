import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { giveVerdicts } from '../calls/index.ts';
import { systemClock } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who is there, and how the service does, on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let alice: Guest;
    let bob: Guest;
    const sockets: WebSocket[] = [];

    beforeAll(async () => {
      server = await startTestServer(kind);
      admin = await server.person('admin', ['admin']);
      alice = await server.person('alice', ['client'], 100n);
      bob = await server.person('bob', ['model']);
    });
    afterAll(async () => {
      for (const socket of sockets) socket.terminate();
      await server.close();
    });

    const get = async (url: string, who: Guest) =>
      (await server.app.inject({ url, headers: who.headers })).json();
    const post = async (url: string, who: Guest, payload: object) =>
      (await server.app.inject({ method: 'POST', url, payload, headers: who.headers })).json();
    /** Opens somebody's inbox, as a page of theirs does. */
    const comesOnline = async (who: Guest) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/app/latido?protocol=7`);
      sockets.push(socket);
      const [raw] = (await once(socket, 'message')) as [Buffer];
      const { socket_id } = JSON.parse(JSON.parse(String(raw)).data) as { socket_id: string };
      const channel_name = `private-inbox-${who.personId}`;
      const { auth } = await post('/broadcasting/auth', who, { socket_id, channel_name });
      socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel: channel_name, auth } }));
      await once(socket, 'message');
    };

    it('[PEOPLE-8] who earns and has a page open can be called now; who pays is told of nobody else', async () => {
      expect((await get('/api/v1/people/online', alice)).items).toEqual([]);
      await comesOnline(bob);
      await comesOnline(alice);
      const online = { items: [{ personId: bob.personId, name: 'bob', inCall: false }], nextCursor: null };
      expect(await get('/api/v1/people/online', alice)).toEqual(online);
      expect(await get('/api/v1/people/online', admin)).toEqual(online);
      expect((await get('/api/v1/people/online', bob)).code).toBe('auth.forbidden');
      // Somebody else: a ban ends the sockets of that person, also those of the second after it.
      const carol = await server.person('carol', ['model']);
      await comesOnline(carol);
      expect((await get('/api/v1/people/online', alice)).items).toHaveLength(2);
      await sql`update access.person set banned_at = now() where id = ${carol.personId}`.execute(server.db);
      expect(await get('/api/v1/people/online', alice)).toEqual(online);
    });

    it('[CALL-23] the caller sees whether it rings; unanswered nothing is held, and who was called has missed it', async () => {
      await comesOnline(bob);
      const call = await post('/api/v1/calls', alice, { with: bob.personId });
      expect(call).toMatchObject({ called: bob.personId, status: 'waiting' });
      const ringing = () => get(`/api/v1/calls/${call.callId}/ringing`, alice);
      expect(await ringing()).toEqual({
        personId: bob.personId,
        name: 'bob',
        online: true,
        inCall: false,
        ringsUntil: call.ringsUntil,
      });
      expect(
        (await get(`/api/v1/calls/${call.callId}/ringing`, await server.person('eve', ['client']))).code,
      ).toBe('call.not_found');
      expect((await get('/api/v1/wallet', alice)).held).toBeGreaterThan(0);
      const clock = { ...systemClock, now: () => Date.parse(call.ringsUntil) };
      await giveVerdicts({ ...server, ...server.config, clock });
      await server.caughtUp();
      expect(await get(`/api/v1/calls/${call.callId}`, alice)).toMatchObject({
        status: 'ended',
        endReason: 'no_answer',
        coins: 0,
        settled: true,
        ringsUntil: null,
      });
      expect(await get('/api/v1/wallet', alice)).toMatchObject({ held: 0, balance: 100 });
      const { items } = await get('/api/v1/inbox', bob);
      expect(items.at(-1)).toMatchObject({
        type: 'call.missed',
        payload: { personId: alice.personId, name: 'alice', at: call.ringsUntil, reason: 'no_answer' },
      });
    });

    it('[ADMIN-1] staff take one identity out of a call; nobody else may, and who is not there is not found', async () => {
      const { token, callId } = await post('/api/livekit/token-secure', alice, { roomName: 'salon' });
      await post('/api/livekit/token-secure', bob, { roomName: 'salon' });
      const { video } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      for (const { personId } of [alice, bob]) server.fake.join({ room: video.room, identity: personId });
      await server.fake.webhooksIdle();
      await server.caughtUp();
      const url = `/api/v1/calls/${callId}/remove`;
      const body = { identity: bob.personId };
      expect((await post(url, alice, body)).code).toBe('auth.forbidden');
      expect((await post(url, admin, { identity: 'nobody' })).code).toBe('person.not_found');
      expect((await post('/api/v1/calls/call_x/remove', admin, body)).code).toBe('call.not_found');
      expect(await post(url, admin, body)).toEqual(body);
      const there = server.fake.rooms().find(({ name }) => name === video.room)?.participants ?? [];
      expect(there.map(({ identity }) => identity)).toEqual([alice.personId]);
    });

    it('[ADMIN-2] how soon partners were told, false alarms, and joins that no webhook told of', async () => {
      const levels = () => get('/api/v1/admin/service-levels', admin);
      const before = await levels();
      await sql`insert into notifications.inbox_head (recipient_id, epoch) values ('person_x', 'e')`.execute(
        server.db,
      );
      expect(before.joins.count).toBeGreaterThanOrEqual(2);
      const notice = async (seq: number, type: string, payload: object, tookMs: number) =>
        await sql`insert into notifications.inbox (recipient_id, seq, dedup_key, type, payload, created_at)
          values ('person_x', ${seq}, ${`k${seq}`}, ${type}, ${JSON.stringify(payload)}::jsonb,
            now() + ${tookMs} * interval '1 ms')`.execute(server.db);
      const at = new Date().toISOString();
      const of = { callId: 'call_1', personId: 'person_y' };
      await notice(1, 'call.partner_left', { ...of, state: 'unreachable', at }, 2_900);
      await notice(
        2,
        'call.partner_back',
        { ...of, at: new Date(Date.parse(at) + 3_000).toISOString() },
        3_000,
      );
      await notice(3, 'call.partner_left', { ...of, state: 'left', at }, 60_000);
      const after = await levels();
      expect(after.told).toMatchObject({ count: before.told.count + 1, p99Ms: null, falseAlarms: 1 });
      expect(after.told.worstMs).toBeGreaterThanOrEqual(2_900);
      expect(after.told.worstMs).toBeLessThan(60_000);
      expect((await get('/api/v1/admin/service-levels', alice)).code).toBe('auth.forbidden');
    });
  });
}
