import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

const jwtSecret = 'k3Jw9vQz7Lx2Rt5Yb8Nd1Fg4Hs6Pm0Ac';

for (const kind of await openTestDatabases()) {
  describe(`a team's own backend on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let keys: HttpServer;
    let privateKey: CryptoKey;

    beforeAll(async () => {
      const pair = await generateKeyPair('ES256');
      ({ privateKey } = pair);
      const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'ES256', kid: 'one' };
      keys = createHttp((_request, answer) => answer.end(JSON.stringify({ keys: [jwk] })));
      await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
      const { port } = keys.address() as AddressInfo;
      server = await startTestServer(kind, {
        LATIDO_JWT_SECRET: jwtSecret,
        LATIDO_JWT_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
        LATIDO_JWT_ISSUER: 'team',
      });
      admin = await server.person('admin', ['admin']);
    });
    afterAll(async () => {
      await server.close();
      keys.close();
    });

    type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
    const ask = async (method: Method, url: string, headers: Record<string, string>, payload?: object) => {
      const answer = await server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
      return { status: answer.statusCode, body: answer.json() };
    };
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    const keyWith = async (...scopes: string[]): Promise<Record<string, string>> => {
      const { body } = await ask('POST', '/api/v1/api-keys', admin.headers, { name: 'backend', scopes });
      return bearer(body.key);
    };
    const put = (key: Record<string, string>, externalId: string, payload: object) =>
      ask('PUT', `/api/v1/people/by-external-id/${externalId}`, key, payload);

    it('[TEAM-1] a person is made by the id of the team’s system, and brought up to date by it', async () => {
      const key = await keyWith('people:write');
      const [one, two] = await Promise.all([
        put(key, '7', { name: 'Rosa' }),
        put(key, '7', { name: 'Rosa' }),
      ]);
      expect([one.status, two.status].sort()).toEqual([200, 201]);
      expect(two.body.personId).toBe(one.body.personId);
      expect(one.body).toMatchObject({
        externalId: '7',
        name: 'Rosa',
        roles: ['client'],
        locale: 'en',
        email: null,
      });
      const later = await put(key, '7', {
        name: 'Rosa M',
        locale: 'es',
        roles: ['collector'],
        email: 'R@x.test',
      });
      expect(later).toMatchObject({
        status: 200,
        body: { name: 'Rosa M', locale: 'es', roles: ['collector'], email: 'r@x.test' },
      });
      expect((await put(key, '7', { name: 'Rosa N' })).body).toMatchObject({
        locale: 'es',
        roles: ['collector'],
      });
    });

    it('[TEAM-1] an e-mail that is somebody else’s is refused, and nothing of it is written', async () => {
      const key = await keyWith('people:write');
      await put(key, '8', { name: 'Sam', email: 'sam@x.test' });
      expect(await put(key, '9', { name: 'Tom', email: 'SAM@x.test' })).toMatchObject({
        status: 409,
        body: { code: 'person.exists' },
      });
      const tom = await put(key, '9', { name: 'Tom' });
      expect(tom.status).toBe(201);
      expect((await put(key, '9', { name: 'Tim', email: 'sam@x.test' })).status).toBe(409);
      expect((await put(key, '9', { name: 'Tom' })).body).toMatchObject({ email: null });
    });

    it('[TEAM-1] what is refused in part is refused wholly: of the last admin nothing is changed', async () => {
      const [all] = [await keyWith('admin')];
      const roles = ['admin'];
      const { personId } = (await put(all, 'boss', { name: 'Boss', roles, email: 'boss@x.test' })).body;
      // Whoever else is one steps down, so that nobody would be left.
      const others = await ask('PATCH', `/api/v1/people/${admin.personId}`, all, { roles: ['client'] });
      expect(others.status).toBe(200);
      const change = { name: 'Other', roles: ['client'], email: 'o@x.test', locale: 'es' };
      expect((await put(all, 'boss', change)).body.code).toBe('person.last_admin');
      expect((await ask('GET', `/api/v1/people/${personId}`, all)).body).toMatchObject({
        name: 'Boss',
        email: 'boss@x.test',
        locale: 'en',
        roles: ['admin'],
      });
      await ask('PATCH', `/api/v1/people/${admin.personId}`, all, { roles: ['admin'] });
      // A name that comes with an e-mail of somebody else is not taken either.
      await put(all, 'eva', { name: 'Eva', email: 'eva@x.test' });
      const taken = await put(all, 'boss', { ...change, roles: ['client'], email: 'eva@x.test' });
      expect(taken.body.code).toBe('person.exists');
      expect((await put(all, 'boss', { name: 'Boss' })).body).toMatchObject({
        locale: 'en',
        roles: ['admin'],
      });
    });

    it('[TEAM-8] a key is rotated: a new secret for the same key, whose client tokens go on; the old one dies', async () => {
      const scopes = ['people:write', 'tokens:mint'];
      const made = (await ask('POST', '/api/v1/api-keys', admin.headers, { name: 'rotates', scopes })).body;
      const old = bearer(made.key);
      const { personId } = (await put(old, '30', { name: 'Rosa' })).body;
      const { token } = (await ask('POST', `/api/v1/people/${personId}/tokens`, old, {})).body;
      const path = `/api/v1/api-keys/${made.id}/rotate`;
      const since = Date.now();
      const [one, two] = await Promise.all([
        ask('POST', path, admin.headers),
        ask('POST', path, admin.headers),
      ]);
      const good = [];
      for (const { status, body } of [one, two]) {
        expect({ status, ...body }).toMatchObject({ status: 200, id: made.id, name: 'rotates', scopes });
        expect(body).toMatchObject({ createdAt: made.createdAt, lastUsedAt: null });
        expect(body.key.startsWith(`lat_${body.prefix}_`)).toBe(true);
        if ((await put(bearer(body.key), '30', { name: 'Rosa' })).status === 200) good.push(body.key);
      }
      expect(good).toHaveLength(1);
      expect((await put(old, '30', { name: 'Rosa' })).status).toBe(401);
      expect((await ask('GET', '/api/v1/me', bearer(token))).body).toMatchObject({ personId });
      // What hung on the old secret is over.
      await server.access.endings.look();
      expect(server.access.endings.isEnded({ personId: made.id, since })).toBe(true);
      const listed = (await ask('GET', '/api/v1/api-keys', admin.headers)).body.items;
      expect(listed.filter(({ id }: { id: string }) => id === made.id)).toHaveLength(1);
      expect(JSON.stringify(listed)).not.toContain(good[0]);
    });

    it('[TEAM-8] no key rotates keys, nobody but an admin does, and none that was revoked', async () => {
      const made = (await ask('POST', '/api/v1/api-keys', admin.headers, { name: 'x', scopes: ['admin'] }))
        .body;
      const path = `/api/v1/api-keys/${made.id}/rotate`;
      expect((await ask('POST', path, bearer(made.key))).status).toBe(403);
      const bob = await server.person('rob', ['manager']);
      expect((await ask('POST', path, bob.headers)).status).toBe(403);
      expect((await ask('POST', path, {})).status).toBe(401);
      expect((await ask('POST', '/api/v1/api-keys/key_none/rotate', admin.headers)).status).toBe(404);
      await server.app.inject({
        method: 'DELETE',
        url: `/api/v1/api-keys/${made.id}`,
        headers: admin.headers,
      });
      expect((await ask('POST', path, admin.headers)).status).toBe(404);
    });

    it('[TEAM-2] a key makes no staff, touches no staff, and does only what its scopes say', async () => {
      const people = await keyWith('people:write');
      const mint = await keyWith('tokens:mint');
      expect((await put(people, '10', { name: 'Eve', roles: ['admin'] })).status).toBe(403);
      expect((await put(mint, '10', { name: 'Eve' })).status).toBe(403);
      const { body: rosa } = await put(people, '11', { name: 'Rosa' });
      expect((await ask('POST', `/api/v1/people/${rosa.personId}/tokens`, people, {})).status).toBe(403);
      expect((await ask('POST', `/api/v1/people/${admin.personId}/tokens`, mint, {})).status).toBe(403);
      const onBehalf = { roomName: 'x', personId: admin.personId };
      expect((await ask('POST', '/api/livekit/token', mint, onBehalf)).status).toBe(403);
      expect((await ask('POST', `/api/v1/people/person_none/tokens`, mint, {})).body.code).toBe(
        'person.not_found',
      );
    });

    it('[TEAM-2] a key with channels:publish sends events as Pusher’s API takes them, and asks nothing else there', async () => {
      const key = await keyWith('channels:publish');
      const event = { name: 'moved', channels: ['cache-prices'], data: '{"coins":7}' };
      const send = (by: Record<string, string>) => ask('POST', '/apps/1/events', by, event);
      expect((await send(await keyWith('people:write'))).status).toBe(403);
      expect((await send({ authorization: 'Bearer lat_nobody_nothing' })).status).toBe(401);
      const last = () => server.realtime.hub.lastEvent('cache-prices');
      expect(await last()).toBeNull();
      expect(await send(key)).toEqual({ status: 200, body: {} });
      await expect.poll(last).toMatchObject({ data: '{"coins":7}' });
      const batch = { batch: [{ name: 'moved', channel: 'cache-prices', data: '{"coins":8}' }] };
      expect((await ask('POST', '/apps/1/batch_events', key, batch)).status).toBe(200);
      await expect.poll(last).toMatchObject({ data: '{"coins":8}' });
      expect((await ask('GET', '/apps/1/channels', key)).status).toBe(401);
      const forged = '/apps/1/events?auth_key=x&auth_signature=00';
      expect((await ask('POST', forged, key, event)).status).toBe(401);
    });

    it('[TEAM-3] a client token is its person, for what it is good for, until it is revoked', async () => {
      const people = await keyWith('people:write');
      const mint = await keyWith('tokens:mint');
      const { personId } = (await put(people, '12', { name: 'Ana' })).body;
      const make = async (payload: object) =>
        (await ask('POST', `/api/v1/people/${personId}/tokens`, mint, payload)).body;
      const all = await make({});
      const inbox = await make({ scopes: ['inbox'], ttlMs: 60_000 });
      expect((await ask('GET', '/api/v1/me', bearer(all.token))).body).toMatchObject({
        personId,
        name: 'Ana',
      });
      expect((await ask('GET', '/api/v1/inbox/count', bearer(inbox.token))).body).toEqual({ unread: 0 });
      expect((await ask('GET', '/api/v1/calls', bearer(all.token))).status).toBe(200);
      expect((await ask('GET', '/api/v1/calls', bearer(inbox.token))).status).toBe(403);
      expect((await ask('PATCH', '/api/auth/none', bearer(all.token), {})).status).toBe(404);
      const path = `/api/v1/people/${personId}/tokens`;
      expect((await ask('DELETE', `${path}/${inbox.tokenId}`, mint)).body).toEqual({ tokens: 1 });
      expect((await ask('GET', '/api/v1/inbox/count', bearer(inbox.token))).status).toBe(401);
      await server.access.endings.look();
      const hangs = { sessionId: inbox.tokenId, personId, since: Date.now() };
      expect(server.access.endings.isEnded(hangs)).toBe(true);
      expect((await ask('DELETE', path, mint)).body).toEqual({ tokens: 1 });
      expect((await ask('GET', '/api/v1/me', bearer(all.token))).status).toBe(401);
    });

    it.each([{ ttlMs: 1 }, { ttlMs: 31 * 86_400_000 }, { scopes: ['admin'] }, { scopes: [] }, { all: true }])(
      '[TEAM-3] a token of %j is not made',
      async (payload) => {
        const people = await keyWith('people:write', 'tokens:mint');
        const { personId } = (await put(people, '13', { name: 'Ana' })).body;
        expect((await ask('POST', `/api/v1/people/${personId}/tokens`, people, payload)).status).toBe(400);
      },
    );

    it('[TEAM-4] a backend gets LiveKit’s token for its people, and nobody gets one for another', async () => {
      const key = await keyWith('people:write', 'tokens:mint');
      const { personId } = (await put(key, '14', { name: 'Luz' })).body;
      const byExternal = await ask('POST', '/api/livekit/token', key, { roomName: 'hall', externalId: '14' });
      expect(byExternal.body.identity).toMatch(new RegExp(`^${personId}~`));
      expect((await ask('POST', '/api/livekit/token', key, { roomName: 'hall' })).body.code).toBe(
        'request.invalid',
      );
      const nobody = await ask('POST', '/api/livekit/token', key, { roomName: 'hall', externalId: 'none' });
      expect(nobody.body.code).toBe('person.not_found');
      const bob = await server.person('bob', ['model']);
      const forOther = await ask('POST', '/api/livekit/token', bob.headers, { roomName: 'hall', personId });
      expect(forOther.body.code).toBe('auth.forbidden');
      const own = await ask('POST', '/api/livekit/token', bob.headers, {
        roomName: 'hall',
        personId: bob.personId,
      });
      expect(own.status).toBe(200);
    });

    const hmac = (secret: string) => new TextEncoder().encode(secret);
    const jwt = (claims: object, issuer = 'team') =>
      new SignJWT({ name: 'Jo', ...claims }).setSubject('jo').setIssuer(issuer).setIssuedAt();
    const meBy = (token: string) => ask('GET', '/api/v1/me', bearer(token));

    it('[TEAM-5] a team’s JWT signs its person in, made on first sight, by secret or by published key', async () => {
      const bySecret = jwt({ roles: ['mentor', 'admin'] })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('1h');
      const tokens = [
        await bySecret.sign(hmac(jwtSecret)),
        await jwt({})
          .setProtectedHeader({ alg: 'ES256', kid: 'one' })
          .setExpirationTime('1h')
          .sign(privateKey),
      ];
      const [one, two] = await Promise.all(tokens.map(meBy));
      expect(one?.body).toMatchObject({ name: 'Jo' });
      expect(one?.body.roles).not.toContain('admin');
      expect(two?.body.personId).toBe(one?.body.personId);
    });

    it.each([
      [
        'has run out',
        () => jwt({}).setExpirationTime('-1m').setProtectedHeader({ alg: 'HS256' }).sign(hmac(jwtSecret)),
      ],
      ['never runs out', () => jwt({}).setProtectedHeader({ alg: 'HS256' }).sign(hmac(jwtSecret))],
      [
        'another secret signed',
        () =>
          jwt({})
            .setExpirationTime('1h')
            .setProtectedHeader({ alg: 'HS256' })
            .sign(hmac('x'.repeat(32))),
      ],
      [
        'another issuer sent',
        () =>
          jwt({}, 'other').setExpirationTime('1h').setProtectedHeader({ alg: 'HS256' }).sign(hmac(jwtSecret)),
      ],
      [
        'nobody signed',
        async () =>
          `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"jo","iss":"team","exp":9999999999}').toString('base64url')}.`,
      ],
    ])('[TEAM-5] a JWT that %s signs nobody in', async (_what, token) => {
      expect((await meBy(await token())).status).toBe(401);
    });

    it('[TEAM-5] a JWT that was good until now signs nobody in once it has run out', async () => {
      const token = await jwt({})
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime('30s')
        .sign(hmac(jwtSecret));
      expect((await meBy(token)).status).toBe(200);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 36_000 });
      try {
        expect((await meBy(token)).status).toBe(401);
      } finally {
        vi.useRealTimers();
      }
    });

    const signed = (claims: object) =>
      new SignJWT({ iss: 'team', ...claims })
        .setExpirationTime('1h')
        .setProtectedHeader({ alg: 'HS256' })
        .sign(hmac(jwtSecret));

    it.each([
      ['no name', { sub: 'n1', name: null }, { name: 'n1' }],
      ['an empty name', { sub: 'n2', name: ' ' }, { name: 'n2' }],
      ['a long name', { sub: 'n3', name: 'x'.repeat(101) }, { name: 'x'.repeat(100) }],
      ['a name that is none', { sub: 'n4', name: { first: 'Jo' } }, { name: 'n4' }],
      ['half a character in its name', { sub: 'n5', name: 'Jo\ud83d' }, { name: 'n5' }],
      [
        'a long name that would be cut in two',
        { sub: 'n6', name: `${'x'.repeat(99)}🙂x` },
        { name: 'x'.repeat(99) },
      ],
      ['a locale of a land', { sub: 'n7', locale: 'es-MX' }, { locale: 'es' }],
      ['a locale as PHP writes it', { sub: 'n8', locale: 'es_AR' }, { locale: 'es' }],
      ['another locale', { sub: 'n9', locale: 'fr' }, { locale: 'en' }],
      ['roles that are no list', { sub: 'n10', roles: 'mentor' }, { roles: ['client'] }],
      ['an e-mail that is none', { sub: 'n11', name: 'Jo', email: 'no e-mail' }, { name: 'Jo', email: null }],
    ])('[TEAM-7] a JWT with %s is good all the same', async (_what, claims, is) => {
      expect(await meBy(await signed(claims))).toMatchObject({ status: 200, body: is });
    });

    it('[TEAM-7] a numeric id in a JWT is that id', async () => {
      const key = await keyWith('people:write');
      const { personId } = (await put(key, '4711', { name: 'Rosa' })).body;
      expect((await meBy(await signed({ sub: 4711 }))).body).toMatchObject({ personId, name: 'Rosa' });
      expect((await meBy(await signed({ sub: '4711' }))).body).toMatchObject({ personId });
      for (const sub of [1.5, Number.MAX_SAFE_INTEGER + 2, true, null, '', 'x'.repeat(201)])
        expect([sub, (await meBy(await signed({ sub }))).status]).toEqual([sub, 401]);
    });

    it('[TEAM-5] an e-mail in a JWT gives nobody another’s account', async () => {
      const key = await keyWith('people:write');
      await put(key, '15', { name: 'Ida', email: 'ida@x.test' });
      const token = await new SignJWT({ email: 'ida@x.test' })
        .setSubject('mallory')
        .setIssuer('team')
        .setExpirationTime('1h')
        .setProtectedHeader({ alg: 'HS256' })
        .sign(hmac(jwtSecret));
      expect((await meBy(token)).body).toMatchObject({ name: 'mallory', email: null });
    });
  });
}
