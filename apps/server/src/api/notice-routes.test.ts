import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`notices of a team on ${kind.name}`, () => {
    let server: TestServer;
    let rosa: Guest;
    let sam: Guest;
    let key: Record<string, string>;
    let other: Record<string, string>;

    beforeAll(async () => {
      server = await startTestServer(kind);
      const admin = await server.person('admin', ['admin']);
      rosa = await server.person('rosa', ['collector']);
      sam = await server.person('sam', ['collector', 'manager']);
      const made = async (scopes: string[]) => {
        const { body } = await ask('POST', '/api/v1/api-keys', admin.headers, { name: 'backend', scopes });
        return { authorization: `Bearer ${body.key}` };
      };
      key = await made(['notices:send']);
      other = await made(['notices:send', 'people:write']);
    });
    afterAll(() => server.close());

    const ask = async (
      method: 'GET' | 'POST' | 'PUT' | 'DELETE',
      url: string,
      headers: Record<string, string>,
      payload?: object,
    ) => {
      const answer = await server.app.inject({ method, url, headers, ...(payload ? { payload } : {}) });
      return { status: answer.statusCode, body: answer.json() };
    };
    const send = (payload: object, by = key) => ask('POST', '/api/v1/notices', by, payload);
    const inboxOf = async (who: Guest) =>
      (await ask('GET', '/api/v1/inbox?after=0&limit=200', who.headers)).body.items;
    const titlesOf = async (who: Guest): Promise<string[]> =>
      (await inboxOf(who)).map(({ payload }: { payload: { title: string } }) => payload.title);

    it('[TELL-1] people by our id, by the team’s, and by role have it once each, with its type and words', async () => {
      await ask('PUT', '/api/v1/people/by-external-id/e1', other, { name: 'Eve' });
      const to = [rosa.personId, 'e1', { role: 'collector' }];
      const said = {
        type: 'order.shipped',
        title: 'Shipped',
        body: 'Today',
        url: '/orders/1',
        payload: { order: 1, title: 'x' },
      };
      const { status, body } = await send({ to, ...said });
      expect({ status, ...body }).toMatchObject({ status: 201, accepted: 3, duplicates: 0 });
      expect(await inboxOf(rosa)).toMatchObject([
        {
          type: 'order.shipped',
          payload: { order: 1, title: 'Shipped', body: 'Today', url: '/orders/1' },
          readAt: null,
        },
      ]);
      expect(await titlesOf(sam)).toEqual(['Shipped']);
    });

    it('[TELL-2] under one key it is told once, also by two requests at once; another sender’s key is another', async () => {
      const once = { to: [{ role: 'collector' }], title: 'Once', dedupKey: 'day-1' };
      const [one, two] = await Promise.all([send(once), send(once)]);
      expect(one.body.id).toBe(two.body.id);
      expect(one.body.accepted + two.body.accepted).toBe(2);
      expect((await send({ ...once, to: [rosa.personId, 'e1'] })).body).toMatchObject({
        accepted: 1,
        duplicates: 1,
      });
      expect((await send(once, other)).body).toMatchObject({ accepted: 2 });
      expect((await titlesOf(rosa)).filter((title) => title === 'Once')).toHaveLength(2);
    });

    it('[TELL-3] an unknown recipient is named, and nobody is told', async () => {
      const before = await titlesOf(rosa);
      expect(await send({ to: [rosa.personId, 'nobody'], title: 'x' })).toMatchObject({
        status: 404,
        body: { code: 'person.not_found', missing: ['nobody'] },
      });
      expect(await titlesOf(rosa)).toEqual(before);
    });

    it('[TELL-4] its sender sees who got, read and acknowledged it', async () => {
      const { body } = await send({ to: [rosa.personId, sam.personId], title: 'Seen' });
      const status = async () => (await ask('GET', `/api/v1/notices/${body.id}`, key)).body.items;
      expect(await status()).toMatchObject([{ deliveredAt: null }, { deliveredAt: null }]);
      const own = (await inboxOf(rosa)).at(-1);
      await ask('POST', '/api/v1/inbox/read', rosa.headers, { ids: [own.cursor] });
      await ask('GET', `/api/v1/inbox?after=${own.cursor}`, rosa.headers);
      const of = (await status()).find(({ personId }: { personId: string }) => personId === rosa.personId);
      expect(of).toMatchObject({
        deliveredAt: expect.any(String),
        readAt: expect.any(String),
        acknowledgedAt: expect.any(String),
        withdrawnAt: null,
      });
      expect((await ask('GET', '/api/v1/notices/notice_none', key)).status).toBe(404);
      expect((await ask('GET', `/api/v1/notices/${body.id}`, rosa.headers)).status).toBe(403);
    });

    it('[TELL-5] taken back it is gone where it was not read, without a hole for whoever reads on', async () => {
      const { cursor } = (await ask('GET', '/api/v1/inbox?after=0&limit=200', sam.headers)).body;
      const { body } = await send({ to: [rosa.personId, sam.personId], title: 'Oops' });
      await ask('POST', '/api/v1/inbox/read', rosa.headers, { ids: [(await inboxOf(rosa)).at(-1).cursor] });
      const unread = (await ask('GET', '/api/v1/inbox/count', sam.headers)).body.unread;
      expect((await ask('DELETE', `/api/v1/notices/${body.id}`, key)).body).toEqual({
        withdrawn: 1,
        read: 1,
      });
      expect((await ask('GET', '/api/v1/inbox/count', sam.headers)).body.unread).toBe(unread - 1);
      await send({ to: [sam.personId], title: 'After' });
      const on = (await ask('GET', `/api/v1/inbox?after=${cursor}`, sam.headers)).body;
      expect(on.reset).toBeUndefined();
      expect(on.items.map(({ payload }: { payload: { title: string } }) => payload.title)).toEqual(['After']);
      expect(await titlesOf(rosa)).toContain('Oops');
      expect((await ask('DELETE', '/api/v1/notices/notice_none', key)).status).toBe(404);
      expect((await ask('DELETE', '/api/v1/notices/call_x', key)).status).toBe(404);
    });

    it('[TELL-9] its sender says after how long it is pushed', async () => {
      for (const pushAfterMs of [0, 60_000, 86_400_000])
        expect(await send({ to: [rosa.personId], title: 'Later', pushAfterMs })).toMatchObject({
          status: 201,
        });
    });

    it.each([
      { to: [] },
      { to: ['x'], type: 'call.ended' },
      { to: ['x'], type: 'call' },
      { to: ['x'], type: 'pusher_internal.x' },
      { to: ['x'], type: 'client-typing' },
      { to: ['x'], type: 'notice.withdrawn' },
      { to: ['x'], type: 'Bad Type' },
      { to: ['x'], url: 'javascript:alert(1)' },
      { to: ['x'], url: '//evil.example' },
      { to: ['x'], url: '/\\evil.example' },
      { to: ['x'], type: 'disconnect' },
      { to: ['x'], type: 'error' },
      { to: ['x'], type: 'hb' },
      { to: ['x'], payload: { big: 'x'.repeat(9_000) } },
      { to: [{ role: 'king' }] },
      { to: ['x'], sound: 'loud' },
      { to: ['x'], pushAfterMs: -1 },
      { to: ['x'], pushAfterMs: 86_400_001 },
      { to: ['x'], pushAfterMs: 1.5 },
      { to: ['x'], pushAfterMs: '5' },
      {},
    ])('[TELL-6] %j is refused', async (payload) => {
      expect((await send(payload)).status).toBe(400);
    });

    it.each(['callback.due', 'callcenter.queue', 'inboxes', 'pushers.news', 'clients.new', 'notice.new'])(
      '[TELL-6] %s is a team’s own type, though it begins as one of ours does',
      async (type) => {
        expect((await send({ to: [sam.personId], type })).status).toBe(201);
      },
    );

    it('[TELL-6] without the scope nobody is told anything', async () => {
      expect((await send({ to: [sam.personId], title: 'x' }, rosa.headers)).status).toBe(403);
    });
  });
}
