import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startDoors } from '../doors.testing.ts';
import { parseCursor } from '../inbox/index.ts';
import type { Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { EventReader } from './event-reader.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`server-sent events on ${store.name}`, () => {
    let clock: ManualClock;
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    const readers: EventReader[] = [];
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      clock = new ManualClock();
      doors = await startDoors(database, { clock });
      return async () => {
        for (const reader of readers.splice(0)) reader.close();
        await doors.close();
      };
    });
    afterAll(() => database.close());

    const bearer = (who: string) => ({ authorization: `Bearer ${who}` });
    const open = async (query: string, headers: Record<string, string> = {}): Promise<EventReader> => {
      const reader = await EventReader.open(`${doors.url}/api/v1/inbox/stream${query}`, headers);
      readers.push(reader);
      return reader;
    };
    const ticketOf = async (who: string): Promise<string> => {
      const url = `${doors.url}/api/v1/inbox/stream-ticket`;
      const answer = await fetch(url, { method: 'POST', headers: bearer(who) });
      return ((await answer.json()) as { ticket: string }).ticket;
    };
    const nameOf = ({ data }: { data: unknown }) => (data as { payload: { name: string } }).payload.name;

    test('[SSE-1] what was told before and after comes once, in order, named by its type, under its cursor', async () => {
      await doors.tell('person_alice', 'first');
      const stream = await open('', bearer('alice'));
      const first = await stream.next();
      await doors.tell('person_bob', 'not hers');
      await doors.tell('person_alice', 'second');
      const second = await stream.next();
      expect([first, second].map(nameOf)).toEqual(['first', 'second']);
      expect(second.event).toBe('call.partner_left');
      expect(second.data).toMatchObject({ cursor: second.id, type: 'call.partner_left' });
    });

    test('[SSE-1] a hint that was lost costs no notice', async () => {
      const stream = await open('?after=0', bearer('dora'));
      await stream.welcome();
      await doors.tell('person_dora', 'unhinted', { lost: true });
      await clock.advance(5_000);
      expect(nameOf(await stream.next())).toBe('unhinted');
    });

    test('[SSE-2] Last-Event-ID goes on from there, acknowledges what is before, and wins over the address', async () => {
      for (const name of ['a', 'b', 'c']) await doors.tell('person_admin', name);
      const first = await (await open('?after=0', bearer('admin'))).next();
      const again = await open('?after=0', { ...bearer('admin'), 'last-event-id': first.id });
      expect([await again.next(), await again.next()].map(nameOf)).toEqual(['b', 'c']);
      // What is acknowledged is written beside the answer: who comes anew at once may still be told of it again.
      const told = async () => nameOf(await (await open('', bearer('admin'))).next());
      await expect.poll(told, { interval: 250, timeout: 4_000 }).toBe('b');
    });

    test('[SSE-2] a cursor of another numbering is told as a reset, never as a silent gap', async () => {
      const stream = await open('', { ...bearer('carol'), 'last-event-id': 'zzz.12' });
      const { event, data, id } = await stream.next();
      expect({ event, data }).toEqual({ event: 'inbox.reset', data: { cursor: id } });
      expect(parseCursor(id)).not.toBeNull();
    });

    test('[SSE-3] a ticket opens one stream, for half a minute', async () => {
      const ticket = await ticketOf('alice');
      expect((await open(`?ticket=${ticket}`)).status).toBe(200);
      expect((await open(`?ticket=${ticket}`)).status).toBe(401);
      const late = await ticketOf('alice');
      await clock.advance(30_001);
      expect((await open(`?ticket=${late}`)).status).toBe(401);
      expect((await open('?ticket=nobody')).status).toBe(401);
      expect((await open('')).status).toBe(401);
    });

    test('[SSE-3] a ticket opens the inbox of who asked for it, and no other', async () => {
      await doors.tell('person_dora', 'hers');
      const stream = await open(`?ticket=${await ticketOf('dora')}&after=0`, bearer('bob'));
      expect(['unhinted', 'hers']).toContain(nameOf(await stream.next()));
    });

    test('[SSE-4] it beats each 15 s and is ended after half an hour, give or take', async () => {
      const stream = await open('', bearer('carol'));
      await stream.welcome();
      await clock.advance(15_000);
      expect(await stream.next()).toMatchObject({ event: 'hb' });
      await clock.advance(35 * 60_000);
      await stream.ended;
    });

    test('[SSE-4] a server that ends lets go of everybody', async () => {
      const stream = await open('', bearer('carol'));
      await stream.welcome();
      await doors.modules.stopTaking();
      await stream.ended;
    });

    test('[SSE-5] one person opens twenty, and the 21st is refused without harm to the others', async () => {
      for (let n = 0; n < 20; n += 1) await (await open('', bearer('alice'))).welcome();
      expect((await open('', bearer('alice'))).status).toBe(429);
      expect((await open('', bearer('bob'))).status).toBe(200);
      readers[0]?.close();
      await readers[0]?.ended;
      await doors.tell('person_alice', 'after');
      let seen = await readers[1]?.next();
      while (seen && nameOf(seen) !== 'after') seen = await readers[1]?.next();
      expect(seen).toBeDefined();
    });

    test('[SSE-6] proxies are told to pass it on at once, and a page of another origin may read it', async () => {
      const { headers } = await open('', { ...bearer('bob'), origin: 'https://good.example' });
      expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(headers.get('cache-control')).toContain('no-transform');
      expect(headers.get('x-accel-buffering')).toBe('no');
      expect(headers.get('access-control-allow-origin')).toBe('https://good.example');
    });

    test('[SSE-8] an EventSource that cannot send the header says it in the address, where it is newer than `after`', async () => {
      for (const name of ['a', 'b', 'c']) await doors.tell('person_carol', name);
      const first = await (await open('?after=0', bearer('carol'))).next();
      const again = await open(`?after=0&lastEventId=${first.id}`, bearer('carol'));
      expect([await again.next(), await again.next()].map(nameOf)).toEqual(['b', 'c']);
      const query = `?after=0&lastEventId=0`;
      const both = await open(query, { ...bearer('carol'), 'last-event-id': first.id });
      expect(nameOf(await both.next())).toBe('b');
      // Before the first notice there is nothing to go on from.
      expect(nameOf(await (await open('?after=0&lastEventId=', bearer('carol'))).next())).toBe('a');
    });

    test.each(['?after=x', '?after=a.b.c', '?before=1'])('[SSE-2] %s is refused in words', async (query) => {
      expect((await open(query, bearer('bob'))).status).toBe(400);
    });
  });
}
