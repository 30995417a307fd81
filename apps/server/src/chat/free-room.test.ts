import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`chat in free rooms, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let carol: Guest;
    let admin: Guest;
    let rooms = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 100n);
      bob = await server.person('bob', ['model']);
      carol = await server.person('carol', ['client']);
      admin = await server.person('admin', ['admin']);
    });
    afterAll(() => server.close());

    const ask = async (
      method: 'GET' | 'POST' | 'PATCH' | 'PUT',
      url: string,
      who: Guest,
      payload?: object,
    ) => {
      const body = payload === undefined ? {} : { payload };
      const answer = await server.app.inject({ method, url: `/api/v1${url}`, headers: who.headers, ...body });
      return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
    };
    const settled = async () => {
      await server.fake.webhooksIdle();
      await server.caughtUp();
    };
    const enters = async (who: Guest, roomName: string) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/livekit/token',
        payload: { roomName },
        headers: who.headers,
      });
      const inRoom = server.fake.join({ room: roomName, identity: answer.json().identity });
      await settled();
      return inRoom;
    };
    const name = () => `hall-${(rooms += 1)}`;
    /** The id of the newest meeting in a room: LiveKit's sid. */
    const idOf = async (roomName: string): Promise<string> =>
      (await ask('GET', `/meetings?room=${roomName}`, admin)).body.items[0].id;
    const say = (who: Guest, id: string, text: string, message = `message-${text.replaceAll(/\W/g, '')}`) =>
      ask('POST', `/calls/${id}/messages`, who, { id: message, text });
    const read = async (who: Guest, id: string) => {
      const { status, body } = await ask('GET', `/calls/${id}/messages`, who);
      return status === 200 ? body.items.map(({ text }: { text: string }) => text) : [status, body.code];
    };
    const code = ({ status, body }: Awaited<ReturnType<typeof ask>>) => [status, body.code];
    const UNKNOWN = [404, 'call.not_found'];

    it('[CHAT-19] who is in it writes; who was in it reads; to others there is no such room', async () => {
      const hall = name();
      await enters(alice, hall);
      const bobs = await enters(bob, hall);
      const id = await idOf(hall);
      expect(id).toMatch(/^RM_/);
      expect((await say(alice, id, 'Hello')).status).toBe(201);
      expect((await say(bob, id, '<b>Hi</b>')).status).toBe(201);
      expect(code(await say(carol, id, 'Let me in'))).toEqual(UNKNOWN);
      expect(await read(carol, id)).toEqual(UNKNOWN);
      expect((await ask('POST', `/calls/${id}/typing`, carol)).status).toBe(404);
      expect(code(await say(admin, id, 'I am staff'))).toEqual([403, 'call.not_yours']);
      expect(await read(admin, id)).toEqual(['Hello', '<b>Hi</b>']);
      // A token alone is no stay.
      const payload = { roomName: hall };
      await server.app.inject({ method: 'POST', url: '/api/livekit/token', payload, headers: carol.headers });
      expect(await read(carol, id)).toEqual(UNKNOWN);
      bobs.leave();
      await settled();
      expect(code(await say(bob, id, 'From outside'))).toEqual([403, 'call.not_yours']);
      expect((await ask('POST', `/calls/${id}/typing`, bob)).status).toBe(403);
      expect((await ask('PATCH', `/calls/${id}/messages/2`, bob, { text: 'Hi' })).status).toBe(200);
      expect(await read(bob, id)).toEqual(['Hello', 'Hi']);
      const of = `/rooms/${hall}/attendance`;
      const { items } = (await ask('GET', of, admin)).body;
      expect(items.map(({ messages }: { messages: number }) => messages)).toEqual([1, 1]);
    });

    it('[CHAT-19] once everybody has gone it is read by who was there; the next of that name begins anew', async () => {
      const hall = name();
      const first = await enters(alice, hall);
      const id = await idOf(hall);
      await say(alice, id, 'Hello');
      first.leave();
      await server.rooms.deleteRoom(hall);
      await settled();
      expect(code(await say(alice, id, 'Too late'))).toEqual([409, 'call.ended']);
      expect((await say(alice, id, 'Hello')).status).toBe(200);
      await enters(carol, hall);
      const next = await idOf(hall);
      expect(next).not.toBe(id);
      expect(await read(carol, next)).toEqual([]);
      expect([await read(carol, id), await read(alice, next)]).toEqual([UNKNOWN, UNKNOWN]);
      expect(await read(alice, id)).toEqual(['Hello']);
    });

    it('[CHAT-19] its channel is for who has been in it', async () => {
      const hall = name();
      await enters(alice, hall);
      const channel = `presence-call-${await idOf(hall)}`;
      const joins = ({ personId }: Guest) =>
        server.realtime.mayJoin({ personId, externalId: null, roles: [] } as never, channel);
      expect([await joins(alice), await joins(bob), await joins(admin)]).toEqual([true, false, false]);
    });

    it('[CHAT-19] the room of a call has the chat of its call alone', async () => {
      const payload = { roomName: name() };
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/livekit/token-secure',
        payload,
        headers: alice.headers,
      });
      const { token } = answer.json();
      const { video } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      server.fake.join({ room: video.room, identity: alice.personId });
      server.fake.join({ room: video.room, identity: `${carol.personId}~stranger` });
      await settled();
      const [stay] = (await ask('GET', `/rooms/${payload.roomName}/intervals`, admin)).body.items;
      expect(stay.roomSid).toMatch(/^RM_/);
      expect([await read(alice, stay.roomSid), await read(carol, stay.roomSid)]).toEqual([UNKNOWN, UNKNOWN]);
    });

    it('[CHAT-5] a megabyte is refused, and of a hundred a second what is too many', async () => {
      const hall = name();
      await enters(bob, hall);
      const id = await idOf(hall);
      expect((await say(bob, id, 'x'.repeat(1_000_000), 'message-big')).status).toBe(413);
      const all = await Promise.all(
        Array.from({ length: 100 }, (_, n) => say(bob, id, `m${n}`, `message-${n}`)),
      );
      const statuses = new Set(all.map(({ status }) => status));
      expect([...statuses].toSorted()).toEqual([201, 429]);
      expect(await read(bob, id)).toHaveLength(all.filter(({ status }) => status === 201).length);
    });

    it('[CHAT-6] who blocked a writer does not read them in a free room either', async () => {
      const hall = name();
      const eve = await server.person('eve', ['client']);
      for (const who of [carol, eve]) await enters(who, hall);
      const id = await idOf(hall);
      await ask('POST', `/people/${carol.personId}/block`, eve);
      await say(carol, id, 'Read me');
      expect([await read(eve, id), await read(carol, id)]).toEqual([[], ['Read me']]);
    });
  });
}
