import type { ParticipantView } from '@latido/testkit';
import { sql } from 'kysely';
import { TokenVerifier } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`tokens on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let carol: Guest;
    let dora: Guest;
    let eve: Guest;
    let rooms = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
      carol = await server.person('carol', ['collector']);
      dora = await server.person('dora', ['mentor']);
      eve = await server.person('eve', ['mentee'], 5n);
    });
    afterAll(() => server.close());

    /** Who was told that somebody calls, the last one last. */
    const invitations = async (): Promise<object[]> => {
      const { rows } = await sql<{ recipientId: string; payload: object }>`
        select recipient_id as "recipientId", payload from notifications.inbox where type = 'call.invited'
        order by created_at, recipient_id, seq`.execute(server.db);
      return rows.map(({ recipientId, payload }) => ({ recipientId, ...payload }));
    };
    const newRoom = () => `room-${(rooms += 1)}`;
    const post = (url: string, who: Guest | null, payload: object) =>
      server.app.inject({ method: 'POST', url, payload, headers: who?.headers ?? {} });
    const token = (who: Guest | null, payload: object) => post('/api/livekit/token', who, payload);
    const secure = (who: Guest | null, payload: object) => post('/api/livekit/token-secure', who, payload);
    const claimsOf = (text: string) =>
      new TokenVerifier('devkey', 'a-secret-of-at-least-32-characters-xx').verify(text);
    const call = async (who: Guest, id: string) =>
      (await server.app.inject({ url: `/api/v1/calls/${id}`, headers: who.headers })).json();

    it('[TOKEN-1] /token: one room, two hours, publish, subscribe and data, the name that was given, another identity each time', async () => {
      const roomName = newRoom();
      const answer = await token(alice, { roomName, participantName: 'Ali' });
      expect(answer.statusCode, answer.body).toBe(200);
      const body = answer.json();
      expect(body).toMatchObject({ roomName, wsUrl: server.fake.wsUrl, server_url: server.fake.wsUrl });
      expect(body.participant_token).toBe(body.token);
      expect(body.callId).toBeUndefined();
      expect(body.presence).toMatchObject({ url: 'ws://localhost:80/api/v1/presence', beatEveryMs: 2_000 });
      expect(server.presence.readTicket(body.presence.ticket)).toMatchObject({
        personId: alice.personId,
        identity: body.identity,
        callId: null,
      });
      const claims = await claimsOf(body.token);
      expect(claims.video).toEqual({
        roomJoin: true,
        room: roomName,
        canPublish: true,
        canSubscribe: true,
        canPublishData: true,
      });
      expect(claims).toMatchObject({ name: 'Ali', sub: body.identity });
      expect(claims.attributes).toBeUndefined();
      expect((claims.exp ?? 0) - (claims.nbf ?? 0)).toBe(7_200);
      expect(body.identity).toMatch(new RegExp(`^${alice.personId}~\\w{8}$`));
      expect((await token(alice, { roomName })).json().identity).not.toBe(body.identity);
      expect(server.fake.rooms().map((room) => room.name)).toContain(roomName);
    });

    it("[TOKEN-2] LiveKit's standard body is taken; its identity, metadata and attributes are not believed", async () => {
      const answer = await token(bob, {
        room_name: newRoom(),
        participant_name: 'Bobby',
        participant_identity: alice.personId,
        participant_metadata: 'x',
        participant_attributes: { 'latido.person': alice.personId, 'latido.call': 'call_x' },
        room_config: { agents: [] },
      });
      const claims = await claimsOf(answer.json().participant_token);
      expect(claims.sub).toMatch(new RegExp(`^${bob.personId}~`));
      expect(claims).toMatchObject({ name: 'Bobby' });
      expect(claims.attributes).toBeUndefined();
      expect(claims.metadata).toBeUndefined();
      const unnamed = (await token(bob, { room_name: newRoom() })).json();
      expect(await claimsOf(unnamed.token)).toMatchObject({ name: 'bob' });
    });

    it('[TOKEN-3] nobody without a sign-in; a body without a room, and one with control characters, is a 400', async () => {
      for (const ask of [token, secure]) {
        expect((await ask(null, { roomName: 'x' })).statusCode).toBe(401);
        expect((await ask(alice, {})).json()).toMatchObject({ status: 400, code: 'request.invalid' });
        expect((await ask(alice, { roomName: 'a\0b' })).statusCode).toBe(400);
        expect((await ask(alice, { roomName: 'x'.repeat(129) })).statusCode).toBe(400);
      }
    });

    it('[TOKEN-4] token-secure: who comes first opens the call, the payer holds, the earner joins, a third person is refused', async () => {
      const roomName = newRoom();
      const before = await server.wallet(alice.personId);
      const first = await secure(bob, { roomName });
      expect(first.statusCode, first.body).toBe(200);
      const { callId } = first.json();
      expect(await call(bob, callId)).toMatchObject({
        status: 'waiting',
        people: [{ personId: bob.personId, role: 'earner' }],
      });
      expect((await server.wallet(alice.personId))?.held).toBe(before?.held);
      const second = (await secure(alice, { roomName })).json();
      expect(second).toMatchObject({ callId, identity: alice.personId, presence: { beatEveryMs: 500 } });
      expect((await server.wallet(alice.personId))?.held).toBe((before?.held ?? 0n) + 10n);
      expect(second.roomName).toBe(roomName);
      const claims = await claimsOf(second.token);
      expect(claims.sub).toBe(alice.personId);
      expect(claims.video?.room).toMatch(/^room-\w{32}$/);
      expect((await claimsOf(first.json().token)).video?.room).toBe(claims.video?.room);
      expect((await secure(alice, { roomName })).json().callId).toBe(callId);
      expect((await server.wallet(alice.personId))?.held).toBe((before?.held ?? 0n) + 10n);
      for (const third of [dora, eve]) {
        expect((await secure(third, { roomName })).json()).toMatchObject({
          status: 403,
          code: 'call.not_yours',
        });
      }
      expect((await call(alice, callId)).people).toHaveLength(2);
    });

    it('[TOKEN-5] who neither pays nor earns is told so', async () => {
      const answer = await secure(carol, { roomName: newRoom() });
      expect(answer.json()).toMatchObject({ status: 403, code: 'room.forbidden' });
      expect(answer.json().detail).toContain('Your account is neither');
    });

    it('[TOKEN-6] without the coins for a unit: 402 with what is missing, and no call', async () => {
      const roomName = newRoom();
      const answer = await secure(eve, { roomName });
      expect(answer.json()).toMatchObject({
        status: 402,
        code: 'balance.insufficient',
        required: 10,
        available: 5,
        missing: 5,
      });
      const list = await server.app.inject({ url: `/api/v1/calls?room=${roomName}`, headers: eve.headers });
      expect(list.json()).toEqual({ items: [], nextCursor: null });
    });

    it("[TOKEN-7] /token for a room with a call is refused to others, by either name; its people get the call's room", async () => {
      const roomName = newRoom();
      const { callId, token: first } = (await secure(alice, { roomName })).json();
      const { room } = (await claimsOf(first)).video ?? {};
      expect((await token(bob, { roomName: room })).json()).toMatchObject({ code: 'room.forbidden' });
      expect((await token(bob, { roomName })).json()).toMatchObject({ status: 403, code: 'room.forbidden' });
      const own = (await token(alice, { roomName })).json();
      expect(own).toMatchObject({ callId, roomName });
      expect((await claimsOf(own.token)).video?.room).toBe(room);
    });

    it('[TOKEN-8] a call by person: the parts follow from the roles, the other is told', async () => {
      const answer = await post('/api/v1/calls', alice, { with: 'BOB@demo.test' });
      expect(answer.statusCode, answer.body).toBe(201);
      const made = answer.json();
      expect(made).toMatchObject({
        status: 'waiting',
        people: [
          { personId: alice.personId, role: 'payer' },
          { personId: bob.personId, role: 'earner' },
        ],
      });
      expect(made.roomName).toMatch(/^call-\w{20}$/);
      expect((await invitations()).at(-1)).toEqual({
        recipientId: bob.personId,
        callId: made.callId,
        roomName: made.roomName,
        personId: alice.personId,
        name: 'alice',
        url: `/video?room=${made.roomName}`,
      });
      expect((await secure(bob, { roomName: made.roomName })).json().callId).toBe(made.callId);
      const byEarner = (await post('/api/v1/calls', bob, { with: alice.personId })).json();
      expect(byEarner.people[0]).toMatchObject({ personId: alice.personId, role: 'payer' });
    });

    it('[METER-21] a call is started once: Enter three times, a key again, both at once hold and ring once', async () => {
      const rich = await server.person(`rich${newRoom()}`, ['client'], 1_000n);
      const headers = { ...rich.headers, 'idempotency-key': 'once' };
      const start = (payload: object, by: object = rich.headers) =>
        server.app.inject({ method: 'POST', url: '/api/v1/calls', payload, headers: { ...by } });
      const before = (await invitations()).length;
      const same = await Promise.all([1, 2, 3].map(() => start({ with: bob.personId })));
      const keyed = [
        await start({ with: bob.personId }, headers),
        await start({ with: bob.personId }, headers),
        // By the policy of its plan, and by the plan.
        await start({ with: bob.personId, plan: 'completed-minute' }),
        await start({ with: bob.personId, plan: 'standard' }),
      ];
      const back = await start({ with: rich.personId }, bob.headers);
      const ids = [...same, ...keyed, back].map((answer) => answer.json().callId);
      expect(new Set(ids).size, JSON.stringify(ids)).toBe(1);
      const wallet = await server.app.inject({ url: '/api/v1/wallet', headers: rich.headers });
      expect(wallet.json()).toMatchObject({ held: 10 });
      const rings = (await invitations())
        .slice(before)
        .filter((ring) => 'recipientId' in ring && ring.recipientId === bob.personId);
      expect(rings).toHaveLength(1);
      const other = await start({ with: dora.personId }, headers);
      expect(other.json()).toMatchObject({ status: 409, code: 'idempotency.mismatch' });
    });

    it('[METER-21] of two who both pay and earn, whoever calls back comes into the call that waits', async () => {
      const [one, two] = [
        await server.person(`both1${newRoom()}`, ['client', 'model'], 100n),
        await server.person(`both2${newRoom()}`, ['client', 'model'], 100n),
      ];
      const [first, ...others] = await Promise.all([
        post('/api/v1/calls', one, { with: two.personId }),
        post('/api/v1/calls', two, { with: one.personId }),
        post('/api/v1/calls', two, { with: one.personId }),
      ]);
      expect(first.statusCode, first.body).toBe(201);
      for (const each of others) expect(each.json().callId).toBe(first.json().callId);
      const holds = [one, two].map((who) =>
        server.app.inject({ url: '/api/v1/wallet', headers: who.headers }),
      );
      const held = (await Promise.all(holds)).map((answer) => answer.json().held);
      expect(held.toSorted()).toEqual([0, 10]);
    });

    it('[METER-21] whoever calls and ends again and again rings six times, and a key outlives the end', async () => {
      const rich = await server.person(`rich${newRoom()}`, ['client'], 1_000n);
      const start = (key?: string) =>
        server.app.inject({
          method: 'POST',
          url: '/api/v1/calls',
          payload: { with: bob.personId },
          headers: { ...rich.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) },
        });
      const first = (await start('first')).json();
      for (let n = 0; n < 6; n += 1) {
        const { roomName } = n === 0 ? first : (await start()).json();
        await post('/api/livekit/end-coin-session', rich, { roomName });
      }
      expect((await start()).json()).toMatchObject({ status: 429, code: 'request.rate_limited' });
      expect((await start('first')).json()).toMatchObject({ callId: first.callId, status: 'ended' });
    });

    it.each<[string, () => [Guest, string], object]>([
      ['two who pay', () => [alice, 'eve@demo.test'], { status: 403, code: 'auth.forbidden' }],
      ['two who earn', () => [bob, dora.personId], { status: 403, code: 'auth.forbidden' }],
      ['one who does neither', () => [alice, 'carol@demo.test'], { status: 403, code: 'auth.forbidden' }],
      ['oneself', () => [alice, alice.personId], { status: 400, code: 'request.invalid' }],
      ['nobody', () => [alice, 'nobody@demo.test'], { status: 404, code: 'person.not_found' }],
      ['a payer without coins', () => [eve, dora.personId], { status: 402, missing: 5 }],
    ])('[TOKEN-8] %s cannot call', async (_title, who, expected) => {
      const [caller, called] = who();
      const told = await invitations();
      expect((await post('/api/v1/calls', caller, { with: called })).json()).toMatchObject(expected);
      expect(await invitations()).toEqual(told);
    });

    it('[TOKEN-9] ending is idempotent, in either spelling, and shows the same figures for ever', async () => {
      const roomName = newRoom();
      const { callId } = (await secure(alice, { roomName })).json();
      await secure(bob, { roomName });
      const meter = await post('/api/livekit/periodic-deduction', bob, { room_name: roomName, amount: 99 });
      expect(meter.json()).toMatchObject({ success: true, callId, status: 'waiting', coins: 0 });
      const both = await Promise.all([
        post('/api/livekit/end-coin-session', alice, { room_name: roomName }),
        post('/api/livekit/end-coin-session', bob, { roomName }),
      ]);
      const { endedBy } = both[0].json();
      expect([alice.personId, bob.personId]).toContain(endedBy);
      const expected = { success: true, callId, status: 'ended', endReason: 'hung_up', endedBy };
      for (const answer of both) expect(answer.json()).toMatchObject(expected);
      const later = await post('/api/livekit/end-coin-session', bob, { roomName });
      expect(later.statusCode).toBe(200);
      expect(later.json()).toMatchObject({ ...expected, endedAt: both[0].json().endedAt });
      expect((await post('/api/livekit/periodic-deduction', alice, { roomName })).json()).toMatchObject(
        expected,
      );
      expect((await secure(alice, { roomName })).json().callId).not.toBe(callId);
    });

    it('[TOKEN-9] an unknown room and the room of others are a 404', async () => {
      const roomName = newRoom();
      await secure(alice, { roomName });
      for (const url of ['/api/livekit/periodic-deduction', '/api/livekit/end-coin-session']) {
        expect((await post(url, dora, { roomName })).json()).toMatchObject({
          status: 404,
          code: 'call.not_found',
        });
        expect((await post(url, alice, { roomName: 'nowhere' })).statusCode).toBe(404);
        expect((await post(url, alice, {})).statusCode).toBe(400);
        expect((await post(url, null, { roomName })).statusCode).toBe(401);
      }
    });

    it("[TOKEN-10] calls of others are a 404 on every route; its people's end route hangs up", async () => {
      const { callId } = (await secure(alice, { roomName: newRoom() })).json();
      for (const path of ['', '/facts', '/intervals']) {
        const url = `/api/v1/calls/${callId}${path}`;
        expect((await server.app.inject({ url, headers: bob.headers })).json()).toMatchObject({
          status: 404,
        });
        expect((await server.app.inject({ url, headers: alice.headers })).statusCode).toBe(200);
        expect((await server.app.inject({ url })).statusCode).toBe(401);
      }
      expect((await post(`/api/v1/calls/${callId}/end`, dora, {})).statusCode).toBe(404);
      const ended = await post(`/api/v1/calls/${callId}/end`, alice, {});
      expect(ended.json()).toMatchObject({ status: 'ended', endReason: 'hung_up', endedBy: alice.personId });
      const facts = (
        await server.app.inject({ url: `/api/v1/calls/${callId}/facts`, headers: alice.headers })
      ).json();
      expect(facts.nextCursor).toBeNull();
      // LiveKit has said meanwhile that it made the call's room.
      const ours = facts.items.filter((fact: { source: string }) => fact.source === 'api');
      expect(ours).toMatchObject([{ type: 'hang_up', callId }]);
    });

    it('[TOKEN-11] an admin sees live calls and webhooks, nobody else does', async () => {
      const admin = await server.person(`admin-${kind.name}`, ['admin']);
      const { callId } = (await secure(alice, { roomName: newRoom() })).json();
      const live = (
        await server.app.inject({ url: '/api/v1/admin/live-calls', headers: admin.headers })
      ).json();
      expect(live.items.map((each: { callId: string }) => each.callId)).toContain(callId);
      expect(live.items.at(-1)).toMatchObject({ connections: [], status: 'waiting' });
      await server.fake.webhooksIdle();
      const hooks = await server.app.inject({ url: '/api/v1/admin/webhooks', headers: admin.headers });
      expect(hooks.json()).toMatchObject({
        received: expect.arrayContaining([expect.objectContaining({ event: 'room_started' })]) as unknown,
        badSignatures: { total: 0 },
        livekit: { isUp: true },
      });
      for (const url of ['/api/v1/admin/live-calls', '/api/v1/admin/webhooks']) {
        expect((await server.app.inject({ url, headers: alice.headers })).statusCode).toBe(403);
      }
      const ended = await post(`/api/v1/calls/${callId}/end`, admin, {});
      expect(ended.json()).toMatchObject({ status: 'ended', endReason: 'removed', endedBy: admin.personId });
    });

    it('[ROOM-1] rooms are made, listed, emptied and closed; what is gone is no error', async () => {
      const name = newRoom();
      const { sid, createdAt } = await server.rooms.createRoom(name);
      expect(await server.rooms.createRoom(name)).toEqual({ sid, createdAt });
      const joined = server.fake.join({ room: name, identity: 'someone', name: 'Some One' });
      const people = (): ParticipantView[] =>
        server.fake.rooms().find((room) => room.name === name)?.participants ?? [];
      expect(await server.rooms.pollRoom(name)).toMatchObject({
        status: 'ok',
        participants: [
          { sid: joined.sid, identity: 'someone', state: 'ACTIVE', participant: { name: 'Some One' } },
        ],
      });
      await server.rooms.removeParticipant(name, 'someone');
      await server.rooms.removeParticipant(name, 'someone');
      expect(people()).toEqual([]);
      await server.rooms.deleteRoom(name);
      await server.rooms.deleteRoom(name);
      expect(await server.rooms.pollRoom(name)).toEqual({ status: 'ok', participants: [] });
      expect(await server.rooms.existing([name])).toEqual(new Set());
    });

    it('[ROOM-2] the room of an ended call is closed; the next call of that name is in another', async () => {
      const roomName = newRoom();
      const roomOf = async () =>
        (await claimsOf((await secure(alice, { roomName })).json().token)).video?.room;
      const first = (await roomOf()) ?? '';
      await post('/api/livekit/end-coin-session', alice, { roomName });
      const next = (await roomOf()) ?? '';
      expect(next).not.toBe(first);
      await server.caughtUp();
      const names = server.fake.rooms().map((room) => room.name);
      expect([names.includes(first), names.includes(next)]).toEqual([false, true]);
    });

    it('[ROOM-3] while LiveKit is away a token is signed all the same, a poll is unknown, a command fails to be tried again', async () => {
      const roomName = newRoom();
      await server.fake.kill();
      const away = (await secure(alice, { roomName })).json();
      expect(away).toMatchObject({ roomName, callId: expect.any(String), token: expect.any(String) });
      expect(await server.rooms.pollRoom(roomName)).toEqual({ status: 'unknown' });
      expect(await server.rooms.existing([roomName])).toBeNull();
      await expect(server.rooms.deleteRoom(roomName)).rejects.toThrow('livekit answered: unreachable');
      await server.fake.restart();
      expect((await secure(alice, { roomName })).statusCode).toBe(200);
    });
  });
}
