import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCall } from '../calls/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`chat on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let carol: Guest;
    let calls = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
      carol = await server.person('carol', ['client']);
    });
    afterAll(() => server.close());

    const ask = async (
      method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
      url: string,
      who: Guest,
      payload?: object | string,
    ) => {
      const headers = {
        ...who.headers,
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const answer = await server.app.inject({
        method,
        url: `/api/v1${url}`,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const call = async (): Promise<string> => {
      calls += 1;
      const payload = { roomName: `chat-${calls}` };
      for (const { headers } of [alice, bob])
        await server.app.inject({ method: 'POST', url: '/api/livekit/token-secure', payload, headers });
      const { items } = (await ask('GET', `/calls?room=chat-${calls}`, alice)).body;
      return items[0].callId;
    };
    const typed = (who: Guest, callId: string, payload?: object) =>
      server.app.inject({
        method: 'POST',
        url: `/api/v1/calls/${callId}/typing`,
        headers: who.headers,
        ...(payload ? { payload } : {}),
      });
    const say = (who: Guest, callId: string, id: string, text: string) =>
      ask('POST', `/calls/${callId}/messages`, who, { id, text });
    const read = async (who: Guest, callId: string, query = '') =>
      (await ask('GET', `/calls/${callId}/messages${query}`, who)).body;

    it('[CHAT-2] a message is written once, in a row without a gap, however often and at once it is sent', async () => {
      const id = await call();
      const answers = await Promise.all([1, 2, 3].map(() => say(alice, id, 'message-1', 'Hello')));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 201]);
      await say(bob, id, 'message-1', 'Mine has the same id');
      expect((await say(alice, id, 'message-1', 'Another text')).body.code).toBe('idempotency.mismatch');
      const { items, isAll } = await read(bob, id);
      expect(items).toMatchObject([
        { seq: 1, name: 'alice', text: 'Hello', id: 'message-1' },
        { seq: 2, name: 'bob', text: 'Mine has the same id' },
      ]);
      expect(isAll).toBe(true);
      expect(await read(bob, id, '?after=1&limit=1')).toMatchObject({
        items: [{ seq: 2 }],
        nextAfter: 2,
        isAll: true,
      });
      expect(await read(bob, id, '?limit=1')).toMatchObject({
        items: [{ seq: 1 }],
        nextAfter: 1,
        isAll: false,
      });
    });

    it('[CHAT-2] of many at once each is judged by itself, and all are in one row', async () => {
      const id = await call();
      await say(alice, id, 'message-0', 'First');
      const wishes: [Guest, object, number][] = [
        [alice, { id: 'message-1', text: 'One' }, 201],
        [carol, { id: 'message-1', text: 'A stranger' }, 404],
        [bob, { id: 'message-1', text: 'Two', replyTo: 1 }, 201],
        [bob, { id: 'message-2', text: 'To nobody', replyTo: 99 }, 404],
        [alice, { id: 'message-0', text: 'Another text' }, 409],
        [alice, { id: 'message-1', text: 'One' }, 200],
        [alice, { id: 'message-2', text: '', files: ['file_x'] }, 404],
        [bob, { id: 'message-3', text: 'Three', replyTo: 1 }, 201],
      ];
      const answers = await Promise.all(
        wishes.map(([who, message]) => ask('POST', `/calls/${id}/messages`, who, message)),
      );
      const statuses = answers.map(({ status }) => status);
      // Of the two that say the same one is new, whichever comes first.
      if (statuses[0] === 200) [statuses[0], statuses[5]] = [statuses[5]!, statuses[0]];
      expect(statuses).toEqual(wishes.map(([, , status]) => status));
      const { items } = await read(alice, id);
      const seqs = items.map(({ seq }: { seq: number }) => seq);
      expect([seqs, items.map(({ text }: { text: string }) => text).toSorted()]).toEqual([
        [1, 2, 3, 4],
        ['First', 'One', 'Three', 'Two'],
      ]);
    });

    it('[CHAT-3] only people of the call write and read; after the end it is read, and a retry is still known', async () => {
      const id = await call();
      await say(alice, id, 'message-1', 'Hello');
      expect((await say(carol, id, 'message-2', 'Let me in')).status).toBe(404);
      expect((await ask('GET', `/calls/${id}/messages`, carol)).status).toBe(404);
      const admin = await server.person('admin', ['admin']);
      expect((await say(admin, id, 'message-2', 'I am staff')).body.code).toBe('call.not_yours');
      await ask('POST', `/calls/${id}/end`, alice, {});
      await server.caughtUp();
      expect((await say(bob, id, 'message-3', 'Too late')).body.code).toBe('call.ended');
      expect((await say(alice, id, 'message-1', 'Hello')).status).toBe(200);
      expect((await read(bob, id)).items).toHaveLength(1);
    });

    it('[CHAT-4] whoever has the call open is told, once it is stored', async () => {
      const id = await call();
      const heard: unknown[] = [];
      const stop = server.hints.subscribe('realtime.broadcast', (text) => heard.push(JSON.parse(text)));
      await say(alice, id, 'message-1', '<script>alert(1)</script>');
      await say(alice, id, 'message-1', '<script>alert(1)</script>');
      await new Promise((resolve) => setImmediate(resolve));
      stop();
      const told = heard.filter((each) => (each as { event: string }).event === 'chat.message');
      expect(told).toMatchObject([{ channel: `presence-call-${id}` }]);
      expect(JSON.parse((told[0] as { data: string }).data)).toMatchObject({
        seq: 1,
        text: '<script>alert(1)</script>',
      });
    });

    it('[CHAT-5] too long, too large, empty, and no id are refused, and the next one is written', async () => {
      const id = await call();
      expect((await say(alice, id, 'message-1', 'x'.repeat(4_001))).body.code).toBe('request.invalid');
      expect((await say(alice, id, 'message-1', 'x'.repeat(1_048_000))).body.code).toBe('request.too_large');
      expect((await say(alice, id, 'message-1', ' \n ')).body.code).toBe('request.invalid');
      expect((await say(alice, id, 'message-1', '\u0000\u0001')).body.code).toBe('request.invalid');
      for (const none of ['', 'a b', 'x'.repeat(65)])
        expect((await say(alice, id, none, 'no id')).body.code).toBe('request.invalid');
      expect((await say(alice, id, 'message-1', 'ñ'.repeat(4_000))).status).toBe(201);
    });

    it('[CHAT-6] whoever blocked somebody does not read them', async () => {
      const id = await call();
      await say(alice, id, 'message-1', 'Hello');
      const url = `/api/v1/people/${alice.personId}/block`;
      await server.app.inject({ method: 'POST', url, headers: bob.headers });
      expect((await read(bob, id)).items).toEqual([]);
      expect((await read(alice, id)).items).toHaveLength(1);
      await server.app.inject({ method: 'DELETE', url, headers: bob.headers });
    });

    it('[CHAT-7] an answer says whose message it answers, and how that begins now', async () => {
      const id = await call();
      await say(alice, id, 'message-1', 'x'.repeat(200));
      const at = `/calls/${id}/messages`;
      const answer = await ask('POST', at, bob, { id: 'message-2', text: 'Yes', replyTo: 1 });
      expect(answer.body.replyTo).toEqual({ seq: 1, name: 'alice', text: 'x'.repeat(120) });
      const wrong = await ask('POST', at, bob, { id: 'message-3', text: 'No', replyTo: 9 });
      expect([wrong.status, wrong.body.code]).toEqual([404, 'message.not_found']);
      await ask('PATCH', `${at}/1`, alice, { text: 'short' });
      expect((await read(bob, id)).items[1].replyTo.text).toBe('short');
    });

    it('[CHAT-8] its author edits and takes back within five minutes, nobody else, and the text is gone', async () => {
      const id = await call();
      await say(alice, id, 'message-1', 'Helo');
      await say(alice, id, 'message-2', 'Secret');
      const at = `/calls/${id}/messages`;
      expect((await ask('PATCH', `${at}/1`, alice, { text: 'Hello' })).body).toMatchObject({
        text: 'Hello',
        editedAt: expect.any(String),
      });
      expect((await ask('PATCH', `${at}/1`, bob, { text: 'Mine' })).body.code).toBe('message.unchangeable');
      expect((await ask('DELETE', `${at}/1`, bob)).body.code).toBe('message.unchangeable');
      expect((await ask('DELETE', `${at}/1`, carol)).body.code).toBe('call.not_found');
      await ask('POST', `/calls/${id}/end`, alice, {});
      await server.caughtUp();
      for (let n = 0; n < 2; n += 1)
        expect((await ask('DELETE', `${at}/2`, alice)).body).toMatchObject({
          text: '',
          deletedAt: expect.any(String),
        });
      expect((await ask('PATCH', `${at}/2`, alice, { text: 'Again' })).body.code).toBe(
        'message.unchangeable',
      );
      // A retry of what was said before is still known, and brings nothing back.
      expect((await say(alice, id, 'message-2', 'Secret')).body.text).toBe('');
      await sql`update chat.message set at = at - interval '6 minutes' where call_id = ${id}`.execute(
        server.db,
      );
      expect((await ask('PATCH', `${at}/1`, alice, { text: 'Late' })).body.code).toBe('message.unchangeable');
      expect((await read(bob, id)).items.map(({ text }: { text: string }) => text)).toEqual(['Hello', '']);
      expect((await ask('DELETE', `${at}/99`, alice)).body.code).toBe('message.not_found');
    });

    it('[CHAT-9] one reaction of each kind a person, six kinds at most, and nothing but an emoji', async () => {
      const id = await call();
      await say(alice, id, 'message-1', 'Hello');
      const react = (who: Guest, emoji: string, method: 'PUT' | 'DELETE' = 'PUT') =>
        ask(method, `/calls/${id}/messages/1/reactions/${encodeURIComponent(emoji)}`, who);
      await Promise.all([react(bob, '👍'), react(bob, '👍'), react(bob, '👍')]);
      expect((await react(alice, '👍')).body.reactions).toEqual([
        { emoji: '👍', personIds: [bob.personId, alice.personId] },
      ]);
      expect((await react(bob, '👍', 'DELETE')).body.reactions).toEqual([
        { emoji: '👍', personIds: [alice.personId] },
      ]);
      for (const emoji of ['😀', '😁', '😂', '😃', '😄', '😅'])
        expect((await react(bob, emoji)).status).toBe(200);
      expect((await react(bob, '😆')).body.code).toBe('message.unchangeable');
      expect((await react(bob, 'no')).body.code).toBe('request.invalid');
      expect((await react(bob, '<b>')).body.code).toBe('request.invalid');
    });

    it('[CHAT-10] whoever asks for changes is given each message once, as it is now, new ones among them', async () => {
      const id = await call();
      for (const n of [1, 2, 3]) await say(alice, id, `message-${n}`, `${n}`);
      const { changes } = await read(bob, id);
      const at = `/calls/${id}/messages`;
      await ask('PATCH', `${at}/2`, alice, { text: 'two' });
      await ask('PUT', `${at}/2/reactions/${encodeURIComponent('👍')}`, bob);
      await ask('DELETE', `${at}/1`, alice);
      await say(bob, id, 'message-4', '4');
      const first = await read(bob, id, `?changes=${changes}&limit=2`);
      const rest = await read(bob, id, `?changes=${first.changes}`);
      const seqs = [...first.items, ...rest.items].map(({ seq }: { seq: number }) => seq);
      expect([seqs, first.isAll, rest.isAll]).toEqual([[2, 1, 4], false, true]);
      expect((await read(bob, id, `?changes=${rest.changes}`)).items).toEqual([]);
    });

    it('[CHAT-17] who types is told by the server, of the one who asks and nobody else, and is kept nowhere', async () => {
      const id = await call();
      const heard: { event: string; data: string; channel: string }[] = [];
      const stop = server.hints.subscribe('realtime.broadcast', (text) => heard.push(JSON.parse(text)));
      const types = (who: Guest, payload?: object) => ask('POST', `/calls/${id}/typing`, who, payload);
      // Whatever the body says, the name is that of whoever asks.
      expect((await typed(alice, id, { personId: bob.personId, name: 'bob' })).statusCode).toBe(204);
      expect((await types(carol)).body.code).toBe('call.not_found');
      await new Promise((resolve) => setImmediate(resolve));
      const told = heard.filter(({ event }) => event === 'chat.typing');
      expect(told.map(({ channel, data }) => [channel, JSON.parse(data)])).toEqual([
        [`presence-call-${id}`, { callId: id, personId: alice.personId, name: 'alice' }],
      ]);
      const flood = await Promise.all(Array.from({ length: 20 }, () => typed(alice, id)));
      expect(flood.filter(({ statusCode }) => statusCode === 429)).toHaveLength(11);
      stop();
      await ask('POST', `/calls/${id}/end`, alice, {});
      await server.caughtUp();
      expect((await types(bob)).body.code).toBe('call.ended');
      expect(await read(bob, id)).toMatchObject({ items: [], changes: 0 });
    });

    it('[CHAT-6] of several, only who blocked somebody does not read them, and is told whom they do not read', async () => {
      // None of those who have written so much by now that they have to wait.
      const erin = await server.person('erin', ['mentor']);
      const frank = await server.person('frank', ['client']);
      const dave = await server.person('dave', ['client']);
      const people = [erin, frank, dave].map(({ personId }, at) => ({
        personId,
        role: at === 0 ? ('host' as const) : ('guest' as const),
      }));
      const { id } = await server.db.transaction().execute((tx) =>
        createCall(tx, {
          roomName: 'session-of-three',
          kind: 'mentoring',
          people,
          createdBy: erin.personId,
        }),
      );
      await say(frank, id, 'message-1', 'From frank');
      await say(erin, id, 'message-2', 'From erin');
      const url = `/api/v1/people/${frank.personId}/block`;
      await server.app.inject({ method: 'POST', url, headers: erin.headers });
      const erins = await read(erin, id);
      expect([erins.items.map(({ seq }: { seq: number }) => seq), erins.blocked]).toEqual([
        [2],
        [frank.personId],
      ]);
      expect((await read(frank, id)).blocked).toEqual([]);
      expect((await read(dave, id)).items).toHaveLength(2);
      await server.app.inject({ method: 'DELETE', url, headers: erin.headers });
    });

    it('[CHAT-5] a hundred in a second are stopped, and nobody else is', async () => {
      const id = await call();
      const flood = await Promise.all(
        Array.from({ length: 100 }, (_, n) => say(bob, id, `message-${n}`, 'again')),
      );
      expect(flood.filter(({ status }) => status === 429).length).toBeGreaterThan(60);
      expect(flood.find(({ status }) => status === 429)?.body.code).toBe('request.rate_limited');
      const written = flood.filter(({ status }) => status === 201).length;
      const { items } = await read(alice, id, '?limit=200');
      expect(items.map(({ seq }: { seq: number }) => seq)).toEqual(
        Array.from({ length: written }, (_, n) => n + 1),
      );
    });
  });
}
