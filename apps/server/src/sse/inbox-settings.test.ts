import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDoors } from '../doors.testing.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { EventReader } from './event-reader.testing.ts';
import type { Database } from '../platform/index.ts';

for (const store of await openTestDatabases()) {
  describe(`what a person reads and mutes on ${store.name}`, () => {
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      doors = await startDoors(database, { clock: new ManualClock() });
      return () => doors.close();
    });
    afterAll(() => database.close());

    const ask = async (who: string, method: string, path: string, body?: object): Promise<unknown> => {
      const headers = { authorization: `Bearer ${who}`, 'content-type': 'application/json' };
      const answer = await fetch(`${doors.url}/api/v1/inbox${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return await answer.json();
    };
    interface List {
      items: { cursor: string; payload: { name: string } }[];
      nextCursor: string | null;
    }
    const listed = async (who: string, query: string): Promise<List> =>
      (await ask(who, 'GET', `/notices${query}`)) as List;
    const namesOf = ({ items }: List): string[] => items.map(({ payload }) => payload.name);

    test('[INBOX-22] what is muted for the bell is kept and listed, and counts no more; of nobody else', async () => {
      await doors.tell('person_carol', 'a');
      await doors.tell('person_admin', 'a');
      const muted = [{ type: 'call.partner_left', way: 'bell' }];
      expect(await ask('carol', 'PUT', '/settings', { muted: [...muted, ...muted] })).toEqual({ muted });
      expect(await ask('carol', 'GET', '/settings')).toEqual({ muted });
      expect(await ask('carol', 'GET', '/count')).toEqual({ unread: 0 });
      expect(await ask('admin', 'GET', '/count')).toEqual({ unread: 1 });
      expect(namesOf(await listed('carol', ''))).toEqual(['a']);
      await ask('carol', 'PUT', '/settings', { muted: [{ type: 'call.partner_left', way: 'push' }] });
      expect(await ask('carol', 'GET', '/count')).toEqual({ unread: 1 });
      expect(await ask('carol', 'PUT', '/settings', { muted: [{ type: 'x', way: 'smoke' }] })).toMatchObject({
        status: 400,
      });
    });

    test('[SSE-7] a live stream is told the count when something comes, and when it is read elsewhere', async () => {
      const stream = await EventReader.open(`${doors.url}/api/v1/inbox/stream?live=true`, {
        authorization: 'Bearer alice',
      });
      await stream.welcome();
      const next = async (name: string) => {
        let event = await stream.next();
        while (event.event !== name) event = await stream.next();
        return event;
      };
      await doors.tell('person_alice', 'a');
      expect((await next('inbox.unread')).data).toEqual({ unread: 1 });
      const { items } = await listed('alice', '');
      await ask('alice', 'POST', '/read', { upTo: items[0]?.cursor });
      expect(await next('inbox.unread')).toMatchObject({ data: { unread: 0 } });
      stream.close();
    });
  });
}
