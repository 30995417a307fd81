import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { buildHttp, loadConfig, silentLog, type App, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { createAccess, type Access } from './index.ts';

const config = { ...loadConfig({ LATIDO_AUTH_SECRET: 'x'.repeat(40) }), origins: ['http://localhost:3000'] };
const alice = { name: 'Alice', email: 'Alice@Example.test', password: 'correct horse', role: 'client' };

for (const store of await openTestDatabases()) {
  describe(`access on ${store.name}`, () => {
    let database: Database;
    let access: Access;
    let app: App;
    const created: string[] = [];

    beforeAll(async () => {
      database = await store.open({ poolSize: 1 });
      app = await buildHttp({ config, log: silentLog });
      access = createAccess({
        database,
        config,
        log: silentLog,
        onPersonCreated: async (tx, person) => {
          const { rows } = await sql<{ n: bigint }>`select count(*) as n from access.person_role
            where person_id = ${person.id}`.execute(tx);
          created.push(`${person.name} ${person.roles.join()} ${rows[0]?.n}`);
        },
      });
      access.routes(app);
      app.get('/only-admin', async (request) => await access.require(request, 'admin'));
      app.get('/scoped', async (request) => await access.requireScope(request, 'attendance:read', 'mentor'));
    });
    afterAll(async () => {
      await app.close();
      // The last test has closed it already.
      await database.close().catch(() => undefined);
    });

    const post = (url: string, payload: object, headers: Record<string, string> = {}) =>
      app.inject({ method: 'POST', url, payload, headers });
    const me = (headers: Record<string, string>) => app.inject({ url: '/api/v1/me', headers });
    const cookieOf = (answer: { headers: Record<string, unknown> }) =>
      String([answer.headers['set-cookie']].flat()[0]).split(';')[0] ?? '';

    it('[ACCESS-1] a sign-up makes the person, the role and what belongs to them, and signs in', async () => {
      const answer = await post('/api/auth/sign-up/email', alice);
      expect(answer.statusCode, answer.body).toBe(200);
      expect(created).toEqual(['Alice client 1']);
      const cookie = String([answer.headers['set-cookie']].flat()[0]);
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
      const token = String(answer.headers['set-auth-token']);
      const known = { name: 'Alice', email: 'alice@example.test', roles: ['client'], locale: 'en' };
      expect((await me({ authorization: `Bearer ${token}` })).json()).toMatchObject(known);
      expect((await me({ cookie: cookieOf(answer) })).json()).toMatchObject(known);
      expect((await me({ cookie: cookieOf(answer) })).json().personId).toMatch(/^person_[0-9a-z]{26}$/);
    });

    it('[ACCESS-14] who is signed in may be asked by somebody who is not, and is no error', async () => {
      const session = (headers = {}) => app.inject({ url: '/api/v1/session', headers });
      const nobody = await session();
      expect([nobody.statusCode, nobody.json()]).toEqual([200, { person: null }]);
      const signedUp = await post('/api/auth/sign-up/email', { ...alice, email: 'session@example.test' });
      const known = await session({ cookie: cookieOf(signedUp) });
      expect(known.json().person).toMatchObject({ email: 'session@example.test', roles: ['client'] });
    });

    it('[ACCESS-17] a guest has a name alone, reaches what is open to guests, and their account goes two days later', async () => {
      const before = created.length;
      const { person, cookies, token } = await access.createGuest('Eva');
      expect(person).toMatchObject({ name: 'Eva', email: null, roles: [], isGuest: true });
      expect(created.slice(before)).toEqual(['Eva  0']);
      const cookie = { cookie: String(cookies[0]).split(';')[0] ?? '' };
      for (const headers of [cookie, { authorization: `Bearer ${token}` }]) {
        expect((await me(headers)).json()).toMatchObject({ personId: person.id, isGuest: true });
        expect((await app.inject({ url: '/only-admin', headers })).json().code).toBe('auth.forbidden');
        expect((await app.inject({ url: '/scoped', headers })).json().code).toBe('auth.forbidden');
      }
      // Who was signed up but not made a person, because something broke, is made a guest and no client.
      await sql`update access.person set auth_user_id = null where id = ${person.id}`.execute(database.db);
      const { personId, ...again } = (await me(cookie)).json();
      expect(again).toMatchObject({ name: 'Eva', email: null, roles: [], isGuest: true });
      const forget = access.jobs.find(({ name }) => name === 'old guests');
      await forget?.run();
      expect((await me(cookie)).statusCode).toBe(200);
      await sql`update access.person set created_at = created_at - interval '49 hours' where id = ${personId}`.execute(
        database.db,
      );
      await forget?.run();
      expect((await me(cookie)).statusCode).toBe(401);
      expect((await access.personByIdOrEmail(database.db, personId))?.name).toBe('Eva');
    });

    it('[ACCESS-2] nobody takes a role that is given, or an e-mail that is taken', async () => {
      const admin = await post('/api/auth/sign-up/email', { ...alice, email: 'a@b.test', role: 'admin' });
      expect(admin.statusCode).toBe(400);
      expect(admin.json()).toMatchObject({
        code: 'request.invalid',
        detail: expect.stringContaining('body.role'),
      });
      const twice = await post('/api/auth/sign-up/email', alice);
      expect(twice.statusCode).toBe(409);
      expect(twice.json().code).toBe('person.exists');
    });

    it('[ACCESS-3] a wrong password is a problem+json of 401, and the eleventh try in a minute is one of 429', async () => {
      const wrong = { email: alice.email, password: 'wrong horse' };
      const first = await post('/api/auth/sign-in/email', wrong);
      expect(first.statusCode).toBe(401);
      expect(first.headers['content-type']).toContain('application/problem+json');
      expect(first.json()).toMatchObject({
        code: 'auth.refused',
        requestId: expect.stringMatching(/^request_/),
      });
      let last = first;
      for (let i = 0; i < 10; i++) last = await post('/api/auth/sign-in/email', wrong);
      expect(last.statusCode).toBe(429);
      expect(last.json().code).toBe('request.rate_limited');
      expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    });

    it('[ACCESS-9] whoever knows the password may sign in as often as they like', async () => {
      const known = { ...alice, email: 'often@example.test' };
      await post('/api/auth/sign-up/email', known);
      const statuses = new Set<number>();
      for (let i = 0; i < 12; i++) statuses.add((await post('/api/auth/sign-in/email', known)).statusCode);
      expect([...statuses]).toEqual([200]);
    });

    it('[ACCESS-4] a cookie from a foreign page changes nothing', async () => {
      const signedUp = await post('/api/auth/sign-up/email', { ...alice, email: 'csrf@example.test' });
      const cookie = cookieOf(signedUp);
      const patch = (headers: Record<string, string>) =>
        app.inject({
          method: 'PATCH',
          url: '/api/v1/me',
          payload: { name: 'Mallory' },
          headers: { cookie, ...headers },
        });
      const forged = await patch({ origin: 'https://evil.test' });
      expect([forged.statusCode, forged.json().code]).toEqual([403, 'auth.origin_refused']);
      expect((await patch({ 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
      expect((await patch({ origin: 'null' })).statusCode).toBe(403);
      expect((await patch({ origin: 'http://localhost:3000' })).statusCode).toBe(200);
      // Node's fetch: a program that says a mode, and no site.
      expect((await patch({ 'sec-fetch-mode': 'cors' })).statusCode).toBe(200);
      expect((await patch({ origin: 'https://own.test', host: 'own.test' })).json().name).toBe('Mallory');
    });

    it('[ACCESS-5] a person who is banned is refused, signed in or signing in', async () => {
      const bob = { ...alice, email: 'bob@example.test', role: 'model' };
      const signedUp = await post('/api/auth/sign-up/email', bob);
      const authorization = `Bearer ${String(signedUp.headers['set-auth-token'])}`;
      await sql`update access.person set banned_at = now() where email = 'bob@example.test'`.execute(
        database.db,
      );
      expect((await me({ authorization })).statusCode).toBe(403);
      const again = await post('/api/auth/sign-in/email', { email: bob.email, password: bob.password });
      expect([again.statusCode, again.headers['set-auth-token']]).toEqual([403, undefined]);
    });

    it('[ACCESS-6] a sign-up that broke before the person was made is finished at the next request', async () => {
      const answer = await post('/api/auth/sign-up/email', {
        ...alice,
        email: 'eve@example.test',
        role: 'mentee',
      });
      await sql`delete from access.person_role where person_id in (select id from access.person where email = 'eve@example.test')`.execute(
        database.db,
      );
      await sql`delete from access.person where email = 'eve@example.test'`.execute(database.db);
      const known = await me({ authorization: `Bearer ${String(answer.headers['set-auth-token'])}` });
      expect(known.json()).toMatchObject({ email: 'eve@example.test', roles: ['mentee'] });
    });

    it('[ACCESS-7] an API key is shown once, works within its scopes and ends when it is revoked', async () => {
      const made = {
        name: 'Ada',
        email: 'ada@example.test',
        password: 'long enough',
        roles: ['admin' as const],
      };
      const ada = await access.createAccount(made);
      expect(await access.createAccount(made)).toEqual(ada);
      const signedIn = await post('/api/auth/sign-in/email', { email: made.email, password: made.password });
      const authorization = `Bearer ${String(signedIn.headers['set-auth-token'])}`;
      const body = { name: 'reports', scopes: ['attendance:read'] };
      const key = await post('/api/v1/api-keys', body, { authorization });
      expect(key.statusCode, key.body).toBe(201);
      const get = (url: string, headers: Record<string, string>) => app.inject({ url, headers });
      const bearer = { authorization: `Bearer ${key.json().key}` };
      expect((await get('/scoped', bearer)).json()).toMatchObject({
        via: 'api_key',
        scopes: ['attendance:read'],
      });
      expect((await get('/scoped', { 'x-api-key': key.json().key })).statusCode).toBe(200);
      expect((await get('/only-admin', bearer)).statusCode).toBe(403);
      expect((await get('/scoped', { 'x-api-key': `${key.json().key.slice(0, -1)}!` })).statusCode).toBe(401);
      const { rows } = await sql<{ hash: string }>`select hash from access.api_key`.execute(database.db);
      expect(JSON.stringify(rows)).not.toContain(key.json().key);
      const expiresAt = new Date(Date.now() + 3_600_000);
      const tokenBy = async (createdBy: string) => {
        const of = { personId: ada.id, scopes: ['inbox' as const], createdBy, expiresAt };
        return { authorization: `Bearer ${(await access.createClientToken(of)).token}` };
      };
      const [ofKey, other] = [await tokenBy(key.json().id), await tokenBy('key_other')];
      expect((await me(ofKey)).statusCode).toBe(200);
      const listed = await get('/api/v1/api-keys', { authorization });
      expect(listed.json().items[0].key).toBeUndefined();
      await app.inject({
        method: 'DELETE',
        url: `/api/v1/api-keys/${key.json().id}`,
        headers: { authorization },
      });
      expect((await get('/scoped', bearer)).statusCode).toBe(401);
      expect((await me(ofKey)).statusCode).toBe(401);
      expect((await me(other)).statusCode).toBe(200);
      // So does what hangs on it.
      await access.endings.look();
      expect(access.endings.isEnded({ personId: key.json().id, since: Date.now() })).toBe(true);
    });

    it('[ACCESS-8] signed out is signed out; nobody is 401', async () => {
      const answer = await post('/api/auth/sign-up/email', { ...alice, email: 'out@example.test' });
      const authorization = `Bearer ${String(answer.headers['set-auth-token'])}`;
      expect((await post('/api/auth/sign-out', {}, { authorization })).statusCode).toBe(200);
      const after = await me({ authorization });
      expect([after.statusCode, after.json().code]).toEqual([401, 'auth.required']);
      expect((await app.inject({ url: '/api/auth/get-session' })).json()).toBeNull();
    });

    it('[ACCESS-11] a password has ten characters and is not what everybody tries, also when it is changed', async () => {
      const zoe = { ...alice, name: 'Zoe', email: 'zoe.moon@example.test' };
      const signUp = (password: string) => post('/api/auth/sign-up/email', { ...zoe, password });
      expect((await signUp('too short')).json().code).toBe('request.invalid');
      for (const password of ['Password2026!', 'zoe.moon2026'])
        expect([password, (await signUp(password)).json().code]).toEqual([password, 'password.weak']);
      const signedUp = await signUp('a moon over the bay');
      const authorization = `Bearer ${String(signedUp.headers['set-auth-token'])}`;
      const change = (currentPassword: string, newPassword: string) =>
        post('/api/auth/change-password', { currentPassword, newPassword }, { authorization });
      expect((await change('a moon over the bay', 'short')).json().code).toBe('request.invalid');
      expect((await change('a moon over the bay', 'qwertyuiop12')).json().code).toBe('password.weak');
      expect((await change('not the password', 'another moon, another bay')).json().code).toBe(
        'auth.refused',
      );
      expect((await change('a moon over the bay', 'another moon, another bay')).statusCode).toBe(200);
    });

    it('[ACCESS-12] changing the password ends the other sessions and leaves this one', async () => {
      const yan = { ...alice, name: 'Yan', email: 'yan@example.test' };
      const bearerOf = (answer: { headers: Record<string, unknown> }) => ({
        authorization: `Bearer ${String(answer.headers['set-auth-token'])}`,
      });
      const first = bearerOf(await post('/api/auth/sign-up/email', yan));
      const other = bearerOf(await post('/api/auth/sign-in/email', yan));
      expect((await me(other)).statusCode).toBe(200);
      const change = { currentPassword: yan.password, newPassword: 'another horse, another day' };
      expect((await post('/api/auth/change-password', change, first)).statusCode).toBe(200);
      expect([(await me(first)).statusCode, (await me(other)).statusCode]).toEqual([200, 401]);
      // As whoever runs the server sets it: nobody stays.
      await access.setPassword(yan.email, 'set by the operator');
      expect((await me(first)).statusCode).toBe(401);
    });

    it('[ACCESS-10] while the database is away a sign-in cannot be read: 503, not 500, so that callers come again', async () => {
      const answer = await post('/api/auth/sign-up/email', { ...alice, email: 'late@example.test' });
      const authorization = `Bearer ${String(answer.headers['set-auth-token'])}`;
      await database.close();
      const away = await me({ authorization });
      expect([away.statusCode, away.json().code]).toEqual([503, 'database.unavailable']);
      const credentials = { email: 'late@example.test', password: alice.password };
      const refused = await post('/api/auth/sign-in/email', credentials);
      expect([refused.statusCode, refused.json().code]).toEqual([503, 'database.unavailable']);
    });
  });
}
