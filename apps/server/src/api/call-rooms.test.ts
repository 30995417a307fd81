import { sql } from 'kysely';
import { TokenVerifier } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who gets into the room of a call, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let eve: Guest;
    let names = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
      eve = await server.person('eve', ['client'], 5n);
    });
    afterAll(() => server.close());

    const newName = () => `salon-${(names += 1)}`;
    const post = async (url: string, who: Guest, payload: object) =>
      (await server.app.inject({ method: 'POST', url, payload, headers: who.headers })).json();
    /** A token as somebody gets it, and the room of LiveKit that it opens. */
    const tokenFor = async (who: Guest, roomName: string, path = 'token-secure') => {
      const { token, identity, callId } = await post(`/api/livekit/${path}`, who, { roomName });
      const claims = await new TokenVerifier('devkey', 'a-secret-of-at-least-32-characters-xx').verify(token);
      return { identity, callId, room: claims.video?.room ?? '' };
    };
    const join = (token: { room: string; identity: string }, more: object = {}) =>
      server.fake.join({ room: token.room, identity: token.identity, ...more });
    const settled = async () => {
      await server.fake.webhooksIdle();
      await server.caughtUp();
    };
    const identitiesIn = (room: string) =>
      server.fake
        .rooms()
        .flatMap(({ name, participants }) =>
          name === room ? participants.map(({ identity }) => identity) : [],
        );
    const call = async (id: string) =>
      (await server.app.inject({ url: `/api/v1/calls/${id}`, headers: bob.headers })).json();
    const notices = async () => {
      const { rows } = await sql<{ who: string; payload: object }>`
        select recipient_id as who, payload from notifications.inbox where type = 'call.stranger_removed'
        order by seq, recipient_id`.execute(server.db);
      return rows;
    };

    it('[PRES-F14] a call says how far its people are proven, also by proofs that are no facts yet', async () => {
      const name = newName();
      const [a, b] = [await tokenFor(alice, name), await tokenFor(bob, name)];
      const [joined] = [join(a), join(b)];
      await settled();
      const at = new Date(Date.now() + 4_000);
      await sql`insert into presence.proof (participant_sid, via, from_at, to_at, node, call_id, room_name, identity)
        values (${joined.sid}, 'beat', ${at}, ${at}, 'node_x', ${a.callId}, ${a.room}, ${a.identity})
        on conflict (participant_sid) do update set to_at = excluded.to_at`.execute(server.db);
      const { people } = await call(a.callId);
      const of = (id: string) =>
        people.find(({ personId }: { personId: string }) => personId === id).lastProofAt;
      expect(of(alice.personId)).toBe(at.toISOString());
      expect(Date.parse(of(bob.personId))).toBeLessThan(at.getTime());
      await post(`/api/v1/calls/${a.callId}/end`, alice, {});
    });

    it('[CALL-18] a token that was taken for the name beforehand does not lead into the call', async () => {
      const name = newName();
      const early = await tokenFor(eve, name, 'token');
      const [a, b] = [await tokenFor(alice, name), await tokenFor(bob, name)];
      for (const token of [early, a, b]) join(token);
      await settled();
      expect(identitiesIn(a.room)).toEqual([alice.personId, bob.personId]);
      expect(identitiesIn(early.room)).toEqual([early.identity]);
      expect(await call(a.callId)).toMatchObject({ roomName: name, status: 'live' });
      await post('/api/livekit/end-coin-session', alice, { roomName: name });
    });

    it('[CALL-20] the token of an earlier call of that name leads into no later one, and its room is closed again', async () => {
      const name = newName();
      const old = await tokenFor(alice, name);
      await tokenFor(bob, name);
      await post('/api/livekit/end-coin-session', alice, { roomName: name });
      const next = await tokenFor(bob, name);
      expect(next.callId).not.toBe(old.callId);
      await settled();
      join(next);
      // As a LiveKit with auto_create does.
      await server.rooms.createRoom(old.room);
      join(old);
      await settled();
      expect(await call(next.callId)).toMatchObject({ status: 'waiting' });
      expect(identitiesIn(next.room)).toEqual([bob.personId]);
      expect(identitiesIn(old.room)).toEqual([]);
    });

    it('[CALL-19] whoever LiveKit names in the room without being of the call is removed at once, and its people are told', async () => {
      const name = newName();
      const [a, b] = [await tokenFor(alice, name), await tokenFor(bob, name)];
      for (const token of [a, b]) join(token);
      join({ room: a.room, identity: 'mallory' }, { name: 'Support' });
      join({ room: a.room, identity: eve.personId });
      join({ room: a.room, identity: 'EG_1' }, { kind: 'EGRESS' });
      await settled();
      await settled();
      expect(identitiesIn(a.room)).toEqual([alice.personId, bob.personId, 'EG_1']);
      const told = (await notices()).filter(({ who }) => who === alice.personId);
      expect(told.map(({ payload }) => payload)).toMatchObject([
        { callId: a.callId, roomName: name, identity: 'mallory', name: 'Support' },
        { callId: a.callId, roomName: name, identity: eve.personId },
      ]);
      expect((await notices()).map(({ who }) => who)).not.toContain(eve.personId);
      // Again is again: removed, and told of the new one.
      join({ room: a.room, identity: 'mallory' });
      await settled();
      expect(identitiesIn(a.room)).not.toContain('mallory');
      expect(await notices()).toHaveLength(6);
    });

    it('[PRES-R14] attributes that a participant of another room gives itself make nobody present in a call', async () => {
      const name = newName();
      const [a, b] = [await tokenFor(alice, name), await tokenFor(bob, name)];
      join(a);
      const attributes = { 'latido.person': bob.personId, 'latido.call': a.callId };
      await server.rooms.createRoom('an app of others');
      join({ room: 'an app of others', identity: 'mallory' }, { attributes });
      await settled();
      expect(await call(b.callId)).toMatchObject({
        status: 'waiting',
        people: [{ state: 'present' }, { state: 'absent' }],
      });
    });

    it("[CALL-18] the answers call a room by the name that people gave, also where LiveKit's stands in the facts", async () => {
      const name = newName();
      const a = await tokenFor(alice, name);
      join(a);
      await settled();
      for (const path of [`/api/v1/calls/${a.callId}`, `/api/v1/rooms/${name}`]) {
        for (const what of ['intervals', 'facts']) {
          const { items } = (
            await server.app.inject({ url: `${path}/${what}`, headers: alice.headers })
          ).json() as { items: { roomName: string }[] };
          expect(new Set(items.map(({ roomName }) => roomName))).toEqual(new Set([name]));
        }
      }
      const attendance = await server.app.inject({
        url: `/api/v1/rooms/${name}/attendance`,
        headers: alice.headers,
      });
      expect(attendance.json()).toMatchObject({ items: [{ personId: alice.personId }] });
    });

    it('[METER-30] a payer gets a token for a paid call only with the hold, on every route', async () => {
      const name = newName();
      const byEarner = await post('/api/v1/calls', bob, { with: eve.personId });
      expect(byEarner).toMatchObject({ status: 'waiting' });
      for (const path of ['token', 'token-secure']) {
        expect(await post(`/api/livekit/${path}`, eve, { roomName: byEarner.roomName })).toMatchObject({
          status: 402,
          code: 'balance.insufficient',
          missing: 5,
        });
      }
      expect(await post('/api/livekit/token', bob, { roomName: byEarner.roomName })).toMatchObject({
        callId: byEarner.callId,
      });
      await tokenFor(bob, name);
      const held = (await server.wallet(alice.personId))?.held ?? 0n;
      const made = await post('/api/v1/calls', bob, { with: alice.personId });
      expect((await server.wallet(alice.personId))?.held).toBe(held);
      expect((await tokenFor(alice, made.roomName, 'token')).callId).toBe(made.callId);
      expect((await server.wallet(alice.personId))?.held).toBe(held + 10n);
    });
  });
}
