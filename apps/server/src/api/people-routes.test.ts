import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

interface Person {
  personId: string;
  name: string;
  roles: string[];
}

for (const kind of await openTestDatabases()) {
  describe(`looking after people, on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let manager: Guest;
    let alice: Guest;

    beforeAll(async () => {
      server = await startTestServer(kind);
      admin = await server.person('admin', ['admin']);
      manager = await server.person('marta', ['manager']);
      alice = await server.person('alice', ['client'], 40n);
    });
    afterAll(() => server.close());

    const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, who: Guest, more: object = {}) =>
      await server.app.inject({ method, url, headers: who.headers, ...more });
    const get = async (url: string, who: Guest) => (await ask('GET', url, who)).json();
    const patch = (id: string, payload: object, by: Guest) =>
      ask('PATCH', `/api/v1/people/${id}`, by, { payload });
    const keyOf = async (scopes: string[]): Promise<Guest> => {
      const made = await ask('POST', '/api/v1/api-keys', admin, { payload: { name: 'k', scopes } });
      return { personId: '', headers: { authorization: `Bearer ${made.json().key}` } };
    };

    it('[PEOPLE-1] people are found by a part of their name or address, a role, a ban, page by page', async () => {
      for (const name of ['per_cent', 'percent', 'nandu']) await server.person(name, ['mentee']);
      const names = async (query: string) =>
        (await get(`/api/v1/people?${query}`, admin)).items.map((one: Person) => one.name);
      expect(await names('q=PERCENT')).toEqual(['percent']);
      expect(await names('q=per_')).toEqual(['per_cent']);
      expect(await names('q=%25')).toEqual([]);
      expect(await names(`q=${alice.personId}`)).toEqual(['alice']);
      expect(await names('role=mentee&q=r')).toEqual(['percent', 'per_cent']);
      expect(await names('banned=true')).toEqual([]);
      const first = await get('/api/v1/people?limit=2', admin);
      const next = await get(`/api/v1/people?limit=100&cursor=${first.nextCursor}`, admin);
      const all = [...first.items, ...next.items].map((one: Person) => one.personId);
      expect([all.length, new Set(all).size, next.nextCursor]).toEqual([6, 6, null]);
      const wrong = await ask('GET', '/api/v1/people?cursor=x', admin);
      expect(wrong.json()).toMatchObject({ status: 400, code: 'cursor.invalid' });
      expect(await get('/api/v1/people/alice@demo.test', manager)).toMatchObject({
        personId: alice.personId,
        roles: ['client'],
        balance: 40,
        sessions: 1,
        bannedAt: null,
        asksSince: null,
      });
    });

    it('[PEOPLE-2] who only calls sees no list of people, and changes nobody', async () => {
      for (const url of ['/api/v1/people', `/api/v1/people/${admin.personId}`])
        expect((await ask('GET', url, alice)).statusCode).toBe(403);
      expect((await patch(alice.personId, { roles: ['admin'] }, alice)).statusCode).toBe(403);
      expect((await patch(alice.personId, { roles: [] }, manager)).statusCode).toBe(403);
      expect((await ask('POST', `/api/v1/people/${admin.personId}/sign-out`, alice)).statusCode).toBe(403);
      expect((await patch('nobody@demo.test', { banned: true }, admin)).json().code).toBe('person.not_found');
    });

    it('[PEOPLE-3] a key for people makes nobody an admin or a manager, and touches none', async () => {
      const key = await keyOf(['people:write']);
      const zoe = await server.person('zoe', ['client']);
      expect((await patch(zoe.personId, { roles: ['client', 'model'] }, key)).json().roles).toEqual([
        'client',
        'model',
      ]);
      for (const [id, body] of [
        [zoe.personId, { roles: ['admin'] }],
        [zoe.personId, { roles: ['manager'] }],
        [admin.personId, { banned: true }],
        [manager.personId, { roles: [] }],
      ] as const)
        expect((await patch(id, body, key)).json()).toMatchObject({ status: 403, code: 'auth.forbidden' });
      expect((await ask('POST', `/api/v1/people/${admin.personId}/sign-out`, key)).statusCode).toBe(403);
      expect((await get('/api/v1/people', await keyOf(['calls:read']))).code).toBe('auth.forbidden');
    });

    it('[PEOPLE-4] another role brings the account that it needs, and ends the sign-in that an older role opened', async () => {
      const yan = await server.person('yan', ['model']);
      expect((await get('/api/v1/people/yan@demo.test', admin)).balance).toBeNull();
      const changed = await patch(yan.personId, { roles: ['model', 'client'] }, admin);
      expect(changed.json()).toMatchObject({ roles: ['client', 'model'], balance: 0 });
    });

    it('[PEOPLE-5] the last admin stays one, also when two take the role from each other at once', async () => {
      expect((await patch(admin.personId, { banned: true }, admin)).json()).toMatchObject({
        status: 409,
        code: 'person.last_admin',
      });
      const other = await server.person('second', ['admin']);
      const answers = await Promise.all([
        patch(other.personId, { roles: [] }, admin),
        patch(admin.personId, { roles: ['client'] }, other),
      ]);
      const { items } = await get('/api/v1/people?role=admin', await keyOfWhoeverIsAdmin([admin, other]));
      expect(items).toHaveLength(1);
      expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
      if (items[0].personId !== admin.personId) await patch(admin.personId, { roles: ['admin'] }, other);
    });

    const keyOfWhoeverIsAdmin = async (of: Guest[]) => {
      for (const one of of) if ((await ask('GET', '/api/v1/people', one)).statusCode === 200) return one;
      throw new Error('nobody is admin');
    };

    it('[PEOPLE-6] a ban ends the calls of that person, and is taken back by the same way', async () => {
      const [payer, earner] = [
        await server.person('paula', ['client'], 100n),
        await server.person('ernie', ['model']),
      ];
      const call = (await ask('POST', '/api/v1/calls', payer, { payload: { with: earner.personId } })).json();
      expect((await patch(earner.personId, { banned: true }, admin)).json().bannedAt).not.toBeNull();
      await server.caughtUp();
      expect(await get(`/api/v1/calls/${call.callId}`, payer)).toMatchObject({
        status: 'ended',
        endReason: 'removed',
        endedBy: admin.personId,
      });
      expect((await ask('GET', '/api/v1/me', earner)).statusCode).toBe(403);
      expect((await get('/api/v1/people?banned=true', admin)).items).toMatchObject([{ name: 'ernie' }]);
      expect((await patch(earner.personId, { banned: false }, admin)).json().bannedAt).toBeNull();
      expect((await ask('GET', '/api/v1/me', earner)).statusCode).toBe(200);
    });

    it('[CALL-24] who is banned is taken out of a free room, and again when they come back with their token', async () => {
      const frida = await server.person('frida', ['client']);
      const { identity } = (
        await ask('POST', '/api/livekit/token', frida, { payload: { roomName: 'free' } })
      ).json();
      const there = () =>
        server.fake
          .rooms()
          .find(({ name }) => name === 'free')
          ?.participants.map((one) => one.identity) ?? [];
      server.fake.join({ room: 'free', identity });
      server.fake.join({ room: 'free', identity: 'of-another-app' });
      await server.fake.webhooksIdle();
      await server.caughtUp();
      expect(there()).toContain(identity);
      await patch(frida.personId, { banned: true }, admin);
      await server.caughtUp();
      expect(there()).toEqual(['of-another-app']);
      server.fake.join({ room: 'free', identity });
      await server.fake.webhooksIdle();
      await server.caughtUp();
      expect(there()).toEqual(['of-another-app']);
    });

    it('[CALL-37] a ban of before takes nobody out who is back since it was lifted', async () => {
      const gerda = await server.person('gerda', ['client']);
      const joined = async () => {
        const there = server.fake.join({ room: 'free', identity: `${gerda.personId}~one` });
        await server.fake.webhooksIdle();
        await server.caughtUp();
        return there;
      };
      await patch(gerda.personId, { banned: true }, admin);
      expect((await joined()).state).toBe('DISCONNECTED');
      await patch(gerda.personId, { banned: false }, admin);
      const back = await joined();
      // Whoever carried it out died before they could write that it is done.
      await sql`update platform.outbox set done_at = null, due_at = 'epoch' where key like 'banned:%'`.execute(
        server.db,
      );
      await server.caughtUp();
      expect(back.state).toBe('ACTIVE');
    });

    it('[PEOPLE-7] signing somebody out ends all their sign-ins and nobody else’s', async () => {
      const rita = await server.person('rita', ['client']);
      await server.app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email: 'rita@demo.test', password: 'correct horse' },
      });
      const out = await ask('POST', `/api/v1/people/${rita.personId}/sign-out`, admin);
      expect(out.json()).toEqual({ sessions: 2 });
      expect((await ask('GET', '/api/v1/me', rita)).statusCode).toBe(401);
      expect((await ask('GET', '/api/v1/me', alice)).statusCode).toBe(200);
      expect((await get('/api/v1/people/rita@demo.test', admin)).sessions).toBe(0);
    });

    it('[LEDGER-10] whoever asks for coins is seen asking, once, until coins are given; the reason stands in the statement', async () => {
      const first = (await ask('POST', '/api/v1/wallet/requests', alice, { payload: {} })).json();
      const again = await ask('POST', '/api/v1/wallet/requests', alice, { payload: { memo: 'for Friday' } });
      expect(again.json()).toEqual({ askedAt: first.askedAt, memo: 'for Friday' });
      const asking = () => get('/api/v1/people?asking=true', manager);
      expect((await asking()).items).toMatchObject([
        { name: 'alice', asksSince: first.askedAt, asksFor: 'for Friday' },
      ]);
      const given = await ask('POST', `/api/v1/wallets/${alice.personId}/grants`, manager, {
        payload: { coins: 25, memo: 'For your call with Bob' },
        headers: { ...manager.headers, 'idempotency-key': 'first' },
      });
      expect(given.statusCode).toBe(201);
      expect((await asking()).items).toEqual([]);
      expect((await get('/api/v1/wallet/requests', alice)).items).toEqual([]);
      expect((await get('/api/v1/wallet/statement', alice)).items[0]).toMatchObject({
        coins: 25,
        balance: 65,
        memo: 'For your call with Bob',
      });
      expect((await get('/api/v1/wallet/lots', alice)).items).toMatchObject([
        { kind: 'gift', coins: 40, left: 40 },
        { kind: 'gift', coins: 25, left: 25, expiresAt: null },
      ]);
    });
  });
}
