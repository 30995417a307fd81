import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDoors } from '../doors.testing.ts';
import type { Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';

for (const store of await openTestDatabases()) {
  describe(`the HTTP doors of the inbox on ${store.name}`, () => {
    const clock = new ManualClock();
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      doors = await startDoors(database, { clock });
      return () => doors.close();
    });
    afterAll(() => database.close());

    const ask = async (who: string, path: string, body?: unknown) => {
      const answer = await fetch(`${doors.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${who}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as never };
    };
    const namesIn = (body: { items: { payload: { name: string } }[] }) =>
      body.items.map(({ payload }) => payload.name);

    test('[INBOX-13] a poll that waits is answered by what is told meanwhile, and not before', async () => {
      const { body: head } = await ask('alice', '/api/v1/inbox');
      const after = (head as { cursor: string }).cursor;
      let answered = false;
      const waiting = ask('alice', `/api/v1/inbox?after=${after}&wait=55`).finally(() => (answered = true));
      await ask('alice', '/api/v1/inbox/count');
      await clock.advance(54_000);
      await ask('alice', '/api/v1/inbox/count');
      expect(answered).toBe(false);
      await doors.tell('person_bob', 'not hers');
      await doors.tell('person_alice', 'hers');
      expect(namesIn((await waiting).body)).toEqual(['hers']);
    });

    test('[INBOX-13] with nothing to tell it is answered when its wait is over, with the cursor to go on from', async () => {
      const { body } = await ask('carol', '/api/v1/inbox');
      const { cursor } = body as { cursor: string };
      let answer: unknown;
      const waiting = ask('carol', `/api/v1/inbox?after=${cursor}&wait=20`).then((said) => (answer = said));
      while (answer === undefined) {
        await clock.advance(20_000);
        await ask('carol', '/api/v1/inbox/count');
      }
      await waiting;
      expect(answer).toEqual({ status: 200, body: { items: [], cursor } });
    });

    test('[INBOX-13] a server that ends answers who waits at once', async () => {
      const waiting = ask('dora', '/api/v1/inbox?wait=55');
      await ask('dora', '/api/v1/inbox/count');
      await doors.modules.stopTaking();
      expect((await waiting).status).toBe(200);
    });

    test('[INBOX-13] a wait is over with the bearer that it came with', async () => {
      const passing = `until${clock.now() + 10_000}`;
      let status = 0;
      const waiting = ask(passing, '/api/v1/inbox?wait=55').then((answer) => (status = answer.status));
      while (status === 0) {
        await clock.advance(10_000);
        await doors.modules.access.endings.look();
        await ask('bob', '/api/v1/inbox/count');
      }
      expect(await waiting).toBe(401);
    });

    test('[INBOX-13] more than 55 s, and what is no cursor, are refused', async () => {
      expect(await ask('bob', '/api/v1/inbox?wait=56')).toMatchObject({ status: 400 });
      expect(await ask('bob', '/api/v1/inbox?after=x')).toMatchObject({
        status: 400,
        body: { code: 'cursor.invalid' },
      });
    });

    test('[INBOX-14] what is read is counted no more, and of nobody else', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await doors.tell('person_bob', name);
      const { items } = (await ask('bob', '/api/v1/inbox?after=0')).body as {
        items: { cursor: string; readAt: string | null }[];
      };
      expect(items.map(({ readAt }) => readAt).slice(-4)).toEqual([null, null, null, null]);
      const [, b, c] = items.slice(-4).map(({ cursor }) => cursor);
      const before = (await ask('bob', '/api/v1/inbox/count')).body as { unread: number };
      const alices = (await ask('alice', '/api/v1/inbox/count')).body;
      expect((await ask('bob', '/api/v1/inbox/read', { ids: [c] })).body).toEqual({
        unread: before.unread - 1,
      });
      expect((await ask('bob', '/api/v1/inbox/read', { upTo: b })).body).toEqual({ unread: 1 });
      expect((await ask('bob', '/api/v1/inbox/read', { upTo: `${'z'.repeat(12)}.9` })).body).toEqual({
        unread: 1,
      });
      expect((await ask('alice', '/api/v1/inbox/count')).body).toEqual(alices);
    });

    test.each([{}, { upTo: 'x' }, { ids: ['x'] }, { ids: [] }, { upTo: 'a.1', ids: ['a.1'] }, { all: true }])(
      '[INBOX-14] %j marks nothing',
      async (body) => {
        const before = await ask('bob', '/api/v1/inbox/count');
        expect(await ask('bob', '/api/v1/inbox/read', body)).toMatchObject({ status: 400 });
        expect(await ask('bob', '/api/v1/inbox/count')).toEqual(before);
      },
    );
  });
}
