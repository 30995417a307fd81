import { NOTICES } from '@latido/protocol';
import { NOTICE_SENTENCES } from '@latido/core';
import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { leftNamed, startDoors } from '../doors.testing.ts';
import { listNotices, TOPICS } from './list-notices.ts';
import { notify } from './notify.ts';

test('[NOTE-16] every notice that there is has its words', () => {
  expect(Object.keys(NOTICE_SENTENCES.en).toSorted()).toEqual(Object.keys(NOTICES).toSorted());
});

test('[INBOX-24] every notice that there is has one topic', () => {
  const of = (type: string) =>
    Object.entries(TOPICS)
      .filter(([, types]) => types.includes(type) || types.includes(type.split('.')[0] ?? ''))
      .map(([topic]) => topic);
  const without = Object.keys(NOTICES).filter((type) => of(type).length === 0);
  expect(without).toEqual([]);
  // A whole type goes before its first word.
  const twice = Object.keys(NOTICES).filter((type) => of(type).length > 1);
  expect(twice).toEqual(['call.refunded']);
});

for (const store of await openTestDatabases()) {
  describe(`notices as a page lists them, on ${store.name}`, async () => {
    const database = await store.open();
    const doors = await startDoors(database);
    afterAll(async () => {
      await doors.close();
      await database.close();
    });
    const ask = async (path: string, init: RequestInit = {}) => {
      const headers = { authorization: 'Bearer bob', 'content-type': 'application/json' };
      return await fetch(`${doors.url}/api/v1/inbox/${path}`, { ...init, headers });
    };
    const paid = async (key: string): Promise<void> => {
      const payload = { topUpId: key, status: 'paid', coins: 500 } as const;
      await database.db
        .transaction()
        .execute((tx) =>
          notify(tx, { recipientId: 'person_bob', dedupKey: key, type: 'topup.changed', payload }),
        );
    };

    test('[INBOX-20] the newest first, page by page, in words, by topic and by what is unread', async () => {
      await doors.tell('person_bob', 'one');
      await paid('two');
      await doors.tell('person_bob', 'three');
      const list = async (query: string) =>
        (await (await ask(`notices?${query}`)).json()) as Awaited<ReturnType<typeof listNotices>>;
      const first = await list('limit=2&locale=es');
      expect(first.items.map(({ title }) => title)).toEqual([
        'three salió de la llamada',
        'Compraste 500 monedas',
      ]);
      expect([first.unread, first.items[0]?.path, first.items[0]?.readAt]).toEqual([
        3,
        '/calls/call_told',
        null,
      ]);
      const rest = await list(`limit=2&cursor=${first.nextCursor}`);
      expect([rest.items.map(({ title }) => title), rest.nextCursor]).toEqual([['one left the call'], null]);
      expect((await list('topic=money')).items.map(({ type }) => type)).toEqual(['topup.changed']);
      expect((await list('topic=calls')).items).toHaveLength(2);
      expect((await list('topic=other')).items).toEqual([]);
      expect((await list('type=topup.changed')).items.map(({ type }) => type)).toEqual(['topup.changed']);
      expect((await list('type=topup.changed&topic=calls')).items).toEqual([]);
      await ask('read', { method: 'POST', body: JSON.stringify({ ids: [first.items[0]?.cursor] }) });
      expect((await list('unread=true')).items.map(({ payload }) => payload['name'] ?? '')).toEqual([
        '',
        'one',
      ]);
      // Looking acknowledges nothing: a poll still gives all.
      const poll = await fetch(`${doors.url}/api/status/updates`, {
        headers: { authorization: 'Bearer bob' },
      });
      expect(((await poll.json()) as { items: unknown[] }).items).toHaveLength(3);
    });

    test('[INBOX-24] money given back is money, what managers are told is collections, a team’s own is other', async () => {
      const types = ['call.refunded', 'call.missed', 'credits.uncollected', 'import.broken', 'order.shipped'];
      await database.db.transaction().execute(async (tx) => {
        for (const type of types)
          await sql`select notifications.notify('person_dora', 'abc0', ${type}::text, ${type}::text, '{}'::jsonb, null, now())`.execute(
            tx,
          );
      });
      const listed = async (topic: 'calls' | 'money' | 'collections' | 'other') =>
        (
          await listNotices(database.db, {
            recipientId: 'person_dora',
            topic,
            onlyUnread: false,
            locale: 'en',
          })
        ).items
          .map(({ type }) => type)
          .toSorted();
      expect(await listed('money')).toEqual(['call.refunded']);
      expect(await listed('calls')).toEqual(['call.missed']);
      expect(await listed('collections')).toEqual(['credits.uncollected', 'import.broken']);
      expect(await listed('other')).toEqual(['order.shipped']);
    });

    test('[INBOX-23] a plain poll says of each notice when it became true and when it was read, as the long one does', async () => {
      const poll = async (path: string) => {
        const answer = await fetch(`${doors.url}${path}?after=0`, {
          headers: { authorization: 'Bearer bob' },
        });
        return ((await answer.json()) as { items: { createdAt?: string; readAt?: string | null }[] }).items;
      };
      const items = await poll('/api/status/updates');
      expect(items).toEqual(await poll('/api/v1/inbox'));
      const isInstant = expect.stringMatching(/^\d{4}-.*Z$/);
      expect(items.every(({ createdAt }) => isInstant.asymmetricMatch(createdAt))).toBe(true);
      expect(items.map(({ readAt }) => readAt)).toEqual([null, null, isInstant]);
    });

    test('[INBOX-20] a cursor that is none of this inbox is refused', async () => {
      for (const cursor of ['x', 'other.7']) {
        const answer = await ask(`notices?cursor=${cursor}`);
        expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
          400,
          'cursor.invalid',
        ]);
      }
    });

    test('[INBOX-21] how many are unread is told live, when one comes and when one is read on whatever device', async () => {
      const told: unknown[] = [];
      const subscriber = {
        socketId: 'test.1',
        channels: new Set<string>(),
        isOpen: true,
        deliver: (event: object) => void told.push((event as { data?: unknown }).data),
      };
      const { hub } = doors.modules.realtime;
      const never = (): never => expect.fail('it is full');
      await hub.join(subscriber, {
        name: 'private-user-person_bob',
        member: null,
        joined: () => undefined,
        full: never,
      });
      await doors.tell('person_bob', 'four');
      // The hint takes its own way on Postgres.
      await expect.poll(() => told).toEqual([{ unread: 3 }]);
      const { items } = await listNotices(doors.db, {
        recipientId: 'person_bob',
        onlyUnread: false,
        locale: 'en',
      });
      expect(items[0]?.payload).toMatchObject({ name: leftNamed('four').name });
      await ask('read', { method: 'POST', body: JSON.stringify({ upTo: items[0]?.cursor }) });
      await expect.poll(() => told).toEqual([{ unread: 3 }, { unread: 0 }]);
      hub.leave(subscriber, 'private-user-person_bob');
    });
  });
}
