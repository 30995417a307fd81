import { once } from 'node:events';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

type Headers = Record<string, string>;

/** The day so many days from today. */
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

for (const kind of await openTestDatabases()) {
  describe(`collectors of a team on ${kind.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let key: Headers;
    /** Of the collector whom the team calls 7, and of another one. */
    let carol: { personId: string; headers: Headers; token: string };
    let carlos: typeof carol;
    let creditId: string;
    let otherCreditId: string;
    const sockets: Socket[] = [];

    beforeAll(async () => {
      server = await startTestServer(kind);
      admin = await server.person('admin', ['admin']);
      const made = await post('api-keys', admin.headers, {
        name: 'backend',
        scopes: ['people:write', 'tokens:mint', 'notices:send', 'collections:write'],
      });
      key = bearer(made.body.key);
      [carol, carlos] = [await collector('7'), await collector('8')];
      [creditId, otherCreditId] = [await lend('Bruno', '7'), await lend('Diego', '8')];
    });
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.disconnect();
    });
    afterAll(() => server.close());

    const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
    const ask = async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      path: string,
      headers: Headers,
      payload?: object,
    ) => {
      const url = `/api/v1/${path}`;
      const answer = await server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
      return { status: answer.statusCode, body: answer.json() };
    };
    const get = (path: string, headers: Headers) => ask('GET', path, headers);
    const post = (path: string, headers: Headers, payload: object) => ask('POST', path, headers, payload);
    const put = (externalId: string, payload: object) =>
      ask('PUT', `people/by-external-id/${externalId}`, key, payload);
    const tokenOf = async (personId: string, by: Headers, payload: object = {}): Promise<string> =>
      (await post(`people/${personId}/tokens`, by, payload)).body.token;
    const collector = async (externalId: string) => {
      const { personId } = (await put(externalId, { name: `C ${externalId}`, roles: ['collector'] })).body;
      const token = await tokenOf(personId, key);
      return { personId: String(personId), headers: bearer(token), token };
    };
    /** An overdue credit of 300.00 for that collector; its id. */
    const lend = async (name: string, collectorId: string): Promise<string> => {
      const debtor = (await post('debtors', key, { name })).body;
      await post('assignments', key, { debtorId: debtor.id, collectorId });
      const terms = { debtorId: debtor.id, amount: 30_000, currency: 'COP', endDate: inDays(-3) };
      return (await post('credits', key, terms)).body.id;
    };
    const paying = (id: string) => ({ creditId: id, amount: 100, paidAt: new Date().toISOString() });
    /** Names what each of these socket hears, once it is in its channel. */
    const listen = async (token: string, channel: string): Promise<unknown[][]> => {
      const socket = io(server.url, { transports: ['websocket'], auth: { token }, forceNew: true });
      sockets.push(socket);
      await once(socket as never, 'connect');
      const heard: unknown[][] = [];
      socket.onAny((type: string, payload: unknown) => heard.push([type, payload]));
      expect(await socket.emitWithAck('subscribe', { channel })).toMatchObject({ ok: true });
      return heard;
    };
    const ids = ({ body }: { body: { items: { id: string }[] } }): string[] => body.items.map(({ id }) => id);

    it('[TEAM-6] the bearer that a collector’s phone is given collects: what is theirs, and no more', async () => {
      expect(ids(await get('credits?attention=overdue', carol.headers))).toEqual([creditId]);
      expect((await get(`credits/${creditId}`, carol.headers)).body).toMatchObject({ balance: 30_000 });
      expect((await get(`credits/${creditId}/after?amount=100`, carol.headers)).status).toBe(200);
      expect((await get('debtors', carol.headers)).body.items).toMatchObject([{ name: 'Bruno' }]);
      expect((await get('collections/overview', carol.headers)).status).toBe(200);
      const paid = await post('payments', carol.headers, paying(creditId));
      expect(paid).toMatchObject({ status: 201, body: { by: carol.personId } });
      expect(ids(await get('payments', carol.headers))).toEqual([paid.body.id]);
      const reversed = await post(`payments/${paid.body.id}/reverse`, carol.headers, { reason: 'twice' });
      expect(reversed.status).toBe(200);
      const visit = { creditId, kind: 'promise', on: inDays(2) };
      expect((await post('visits', carol.headers, visit)).status).toBe(201);
      expect((await post('payments', carol.headers, paying(otherCreditId))).body.code).toBe(
        'credit.not_yours',
      );
      expect((await get(`credits/${otherCreditId}`, carol.headers)).status).toBe(403);
    });

    it('[TEAM-6] no client token lends, whosever it is; one for other things collects nothing', async () => {
      const boss = await server.person('boss', ['manager', 'admin']);
      const { body } = await post('api-keys', admin.headers, {
        name: 'all',
        scopes: ['admin', 'tokens:mint'],
      });
      const token = bearer(await tokenOf(boss.personId, bearer(body.key)));
      expect((await get('credits', token)).status).toBe(200);
      for (const [path, payload] of [
        ['debtors', { name: 'Eva' }],
        ['credits', { debtorId: 'x', amount: 1, currency: 'COP', endDate: inDays(1) }],
        [`credits/${creditId}/close`, { as: 'cancelled', reason: 'x' }],
        ['assignments', { debtorId: 'x', collectorId: '8' }],
        ['assignments/many', { debtorIds: ['x'], collectorId: '8' }],
        ['collections/check', { dryRun: true }],
        ['imports', { kind: 'debtors', file: 'name\nEva\n' }],
      ] as const)
        expect([path, (await post(path, token, payload)).body.code]).toEqual([path, 'auth.forbidden']);
      expect((await get('imports', token)).status).toBe(403);
      const other = bearer(await tokenOf(carol.personId, key, { scopes: ['inbox', 'calls'] }));
      expect((await get('credits', other)).status).toBe(403);
      expect((await post('payments', other, paying(creditId))).status).toBe(403);
      const only = bearer(await tokenOf(carol.personId, key, { scopes: ['collections'] }));
      expect((await get('credits', only)).status).toBe(200);
      expect((await get('me', only)).body).toMatchObject({ personId: carol.personId });
      expect((await get('inbox', only)).status).toBe(403);
    });

    it('[TELL-7] a notice to a collector comes on their channel as well, by either id, and once to managers', async () => {
      const boss = await server.person('dora', ['manager']);
      const bossToken = boss.headers['authorization']?.slice('Bearer '.length) ?? '';
      const byTheirs = await listen(carol.token, 'private-cobrador.7');
      const byOurs = await listen(carol.token, `private-cobrador.${carol.personId}`);
      const others = await listen(carlos.token, 'private-cobrador.8');
      const managers = await listen(bossToken, 'private-admin.notifications');
      const said = { title: 'Hi', body: 'Come in' };
      const sent = { to: ['7', '8', admin.personId], dedupKey: 'hi', ...said };
      expect((await post('notices', key, sent)).body).toMatchObject({ accepted: 3 });
      for (const heard of [byTheirs, byOurs, others, managers])
        await expect.poll(() => heard).toEqual([['notification', said]]);
      // Sent again it was told; told to somebody who collects nothing, it is no collector's stream.
      await post('notices', key, sent);
      await post('notices', key, { to: [admin.personId], title: 'Not theirs' });
      await post('notices', key, { to: ['7'], type: 'route.changed', title: 'On' });
      for (const heard of [byTheirs, byOurs, managers])
        await expect.poll(() => heard.slice(1)).toEqual([['route.changed', { title: 'On' }]]);
      expect(others).toHaveLength(1);
    });

    it('[TELL-8] a notice to a role that nobody has is there, told to nobody', async () => {
      const { status, body } = await post('notices', key, { to: [{ role: 'mentee' }], title: 'Nobody' });
      expect({ status, ...body }).toMatchObject({ status: 201, accepted: 0, duplicates: 0 });
      expect(await get(`notices/${body.id}`, key)).toMatchObject({ status: 200, body: { items: [] } });
      expect((await ask('DELETE', `notices/${body.id}`, key)).body).toEqual({ withdrawn: 0, read: 0 });
    });

    it('[COLL-41] a payment’s id is the team’s own, however short, and counts once', async () => {
      const asked = { ...paying(otherCreditId), id: '7' };
      expect((await post('payments', carlos.headers, asked)).status).toBe(201);
      expect(await post('payments', carlos.headers, asked)).toMatchObject({ status: 200, body: { id: '7' } });
      expect((await post('payments', carlos.headers, { ...asked, amount: 1 })).body.code).toBe(
        'idempotency.mismatch',
      );
      expect((await post('payments/7/reverse', carlos.headers, { reason: 'x' })).status).toBe(200);
      for (const id of ['', 'a b', 'x'.repeat(65), '../x'])
        expect([id, (await post('payments', carlos.headers, { ...asked, id })).status]).toEqual([id, 400]);
    });

    it('[COLL-40] lists are narrowed by the team’s ids as by ours', async () => {
      const [mine] = ids(await get(`debtors?collectorId=${carol.personId}`, key));
      expect(ids(await get('credits?collectorId=7', key))).toEqual([creditId]);
      expect(ids(await get(`credits?collectorId=${carol.personId}`, key))).toEqual([creditId]);
      expect(ids(await get('debtors?collectorId=7', key))).toEqual([mine]);
      expect(ids(await get('credits?collectorId=none', key))).toEqual([]);
      expect(ids(await get('credits?collectorId=nobody', key))).toEqual([]);
      const paid = await post('payments', carlos.headers, paying(otherCreditId));
      for (const by of ['8', carlos.personId])
        expect(ids(await get(`payments?by=${by}`, key))).toEqual([paid.body.id, '7']);
      expect(ids(await get('payments?by=7', key))).not.toContain(paid.body.id);
      expect(ids(await get('payments?by=nobody', key))).toEqual([]);
    });
  });
}
