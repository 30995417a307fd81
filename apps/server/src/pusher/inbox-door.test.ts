import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRequire } from 'node:module';
import type PusherJs from 'pusher-js';
import type { Notice } from '@latido/protocol';
import { sql } from 'kysely';
import { noticesFor } from '@latido/core';
import { hintRecipients, notifyAll } from '../inbox/index.ts';
import type { Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { leftNamed, aCall, type Client, startFixture, type Fixture } from './fixture.testing.ts';

/** pusher-js as it is on npm: its Node build. */
const Pusher = createRequire(import.meta.url)('pusher-js') as unknown as typeof PusherJs.default;

for (const store of await openTestDatabases()) {
  describe(`the inbox over the Pusher protocol, on ${store.name}`, () => {
    let database: Database;
    let fixture: Fixture;
    beforeAll(async () => {
      database = await store.open();
      await aCall(database, 'call_p');
      fixture = await startFixture(database, {
        callStateFor: async (callId, viewerId) => ({ callId, seenBy: viewerId }) as never,
      });
    });
    afterAll(async () => {
      await fixture.close();
      await database.close();
    });

    const pusher = (who: string, more: Record<string, unknown> = {}) =>
      new Pusher('key', {
        cluster: '',
        wsHost: '127.0.0.1',
        wsPort: fixture.port,
        forceTLS: false,
        enabledTransports: ['ws'],
        channelAuthorization: {
          transport: 'ajax',
          endpoint: `${fixture.url}/broadcasting/auth`,
          headers: { authorization: `Bearer ${who}` },
          ...more,
        },
      });

    /** Subscribes to an inbox from a cursor ('' = what is not acknowledged, undefined = from now on). */
    async function attach(client: Client, personId: string, after?: string): Promise<void> {
      const channel = `private-inbox-${personId}`;
      const who = personId.slice('person_'.length);
      const body = {
        socket_id: client.socketId,
        channel_name: channel,
        ...(after === undefined ? {} : { after }),
      };
      client.send('pusher:subscribe', {
        channel,
        ...((await (await fixture.authorize(who, body)).json()) as object),
      });
      expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
    }
    const keysOf = (frames: [string, unknown, string?][]): unknown[] =>
      frames.map(([, data]) => (data as Notice).payload['name']);

    test('[DOOR-1] pusher-js, unmodified, is told who left and why', async () => {
      const client = pusher('bob');
      const channel = client.subscribe('private-inbox-person_bob');
      await new Promise((resolve) => channel.bind('pusher:subscription_succeeded', resolve));
      const told = new Promise<Notice>((resolve) => channel.bind('call.partner_left', resolve));
      const people = [
        { personId: 'person_alice', name: 'Alice', role: 'payer' },
        { personId: 'person_bob', name: 'Bob', role: 'earner' },
      ];
      const end = {
        status: 'ended',
        called: null,
        createdBy: null,
        startedAt: null,
        endedAt: 1_767_607_265_000,
        endedBy: 'person_alice',
        endReason: 'hung_up',
      } as const;
      const call = { callId: 'call_p', roomName: 'blue', graceUntil: null, settled: true, ...end };
      const hinted = await database.db
        .transaction()
        .execute((tx) => notifyAll(tx, noticesFor(call, people, [])));
      hintRecipients(fixture.hints, hinted);
      expect(await told).toMatchObject({
        type: 'call.partner_left',
        cursor: expect.stringMatching(/^[0-9a-z]+\.1$/) as string,
        payload: {
          callId: 'call_p',
          personId: 'person_alice',
          name: 'Alice',
          reason: 'hung_up',
          state: 'ended',
        },
      });
      client.disconnect();
    });

    test('[DOOR-1] pusher-js resumes with the cursor that it gives as a parameter', async () => {
      for (const key of ['r1', 'r2']) await fixture.tell('person_carol', key, { lost: true });
      const client = pusher('carol', { params: { after: '' } });
      const channel = client.subscribe('private-inbox-person_carol');
      const notices: Notice[] = [];
      await new Promise<void>((resolve) =>
        channel.bind('call.partner_left', (notice: Notice) => {
          if (notices.push(notice) === 2) resolve();
        }),
      );
      expect(notices.map(({ payload }) => payload['name'])).toEqual(['r1', 'r2']);
      client.disconnect();
      const again = pusher('carol', { params: { after: notices[0]?.cursor } });
      const seen = new Promise<Notice>((resolve) =>
        again.subscribe('private-inbox-person_carol').bind('call.partner_left', resolve),
      );
      expect((await seen).payload['name']).toBe('r2');
      again.disconnect();
    });

    test('[DOOR-2] away and back with its cursor: each notice once, in order', async () => {
      const first = await fixture.connect();
      await attach(first, 'person_alice');
      for (const key of ['a1', 'a2', 'a3']) await fixture.tell('person_alice', key);
      const seen = await first.take(3);
      first.socket.terminate();
      await first.closed;
      for (const key of ['a4', 'a5', 'a6']) await fixture.tell('person_alice', key);
      const second = await fixture.connect();
      const writing = Promise.all(['a7', 'a8', 'a9'].map((key) => fixture.tell('person_alice', key)));
      await attach(second, 'person_alice', (seen[2] as [string, Notice])[1].cursor);
      await writing;
      const rest = await second.take(6);
      expect(keysOf(seen)).toEqual(['a1', 'a2', 'a3']);
      expect(keysOf(rest).slice(0, 3)).toEqual(['a4', 'a5', 'a6']);
      expect(keysOf(rest).slice(3).toSorted()).toEqual(['a7', 'a8', 'a9']);
      const numbers = rest.map(([, data]) => Number((data as Notice).cursor.split('.')[1]));
      expect(numbers).toEqual(numbers.map((_, at) => (numbers[0] ?? 0) + at));
      expect(await second.sofar()).toEqual([]);
    });

    test('[DOOR-3] without a cursor it is live from the acknowledgement on, and nothing is lost after it', async () => {
      await fixture.tell('person_bob', 'before', { lost: true });
      const client = await fixture.connect();
      await attach(client, 'person_bob');
      await fixture.tell('person_bob', 'after');
      expect(keysOf([await client.next()])).toEqual(['after']);
    });

    test('[DOOR-4] more than one read is full: all come, in order', async () => {
      const keys = Array.from({ length: 230 }, (_, at) => `m${at}`);
      await database.db.transaction().execute((tx) =>
        notifyAll(
          tx,
          keys.map((key) => ({
            recipientId: 'person_admin',
            dedupKey: key,
            type: 'call.partner_left',
            payload: leftNamed(key),
          })),
        ),
      );
      const client = await fixture.connect();
      await attach(client, 'person_admin', '');
      expect(keysOf(await client.take(230))).toEqual(keys);
    });

    test('[DOOR-5] an acknowledgement by socket moves the place where polling begins', async () => {
      const client = await fixture.connect();
      await attach(client, 'person_admin', '');
      const frames = await client.take(230);
      const cursor = (frames[228] as [string, Notice])[1].cursor;
      client.send('client-inbox-ack', { cursor }, 'private-inbox-person_admin');
      const poll = async (): Promise<unknown> => {
        const answer = await fetch(`${fixture.url}/api/status/updates`, {
          headers: { authorization: 'Bearer admin' },
        });
        return ((await answer.json()) as { items: Notice[] }).items.map(({ payload }) => payload['name']);
      };
      await expect.poll(poll).toEqual(['m229']);
    });

    test('[DOOR-6] a cursor that cannot be continued is told as inbox.reset, and the socket is live', async () => {
      const client = await fixture.connect();
      await attach(client, 'person_bob', 'otherepoch.7');
      const [event, data] = await client.next();
      expect([event, data]).toEqual(['inbox.reset', { cursor: expect.any(String) as string }]);
      await fixture.tell('person_bob', 'live again');
      expect(keysOf([await client.next()])).toEqual(['live again']);
    });

    test('[DOOR-6] who comes back after more than is kept hears inbox.reset, then what is kept, then what comes', async () => {
      for (const key of ['k1', 'k2', 'k3']) await fixture.tell('person_dora', key, { lost: true });
      await sql`delete from notifications.inbox where recipient_id = 'person_dora' and seq = 1`.execute(
        database.db,
      );
      const client = await fixture.connect();
      await attach(client, 'person_dora', '');
      const [reset, ...kept] = await client.take(3);
      expect(reset?.slice(0, 2)).toEqual([
        'inbox.reset',
        { cursor: expect.stringMatching(/\.1$/) as string },
      ]);
      expect(keysOf(kept)).toEqual(['k2', 'k3']);
      await fixture.tell('person_dora', 'k4');
      expect(keysOf([await client.next()])).toEqual(['k4']);
    });

    test('[DOOR-6] a cursor that is none is refused, and so is a forged inbox', async () => {
      const client = await fixture.connect();
      const channel = 'private-inbox-person_bob';
      const body = { socket_id: client.socketId, channel_name: channel, after: 'yesterday' };
      client.send('pusher:subscribe', {
        channel,
        ...((await (await fixture.authorize('bob', body)).json()) as object),
      });
      expect((await client.next())[0]).toBe('pusher:subscription_error');
      const good = (await (await fixture.authorize('bob', { ...body, after: '' })).json()) as object;
      await client.sofar();
      client.send('pusher:subscribe', { ...good, channel: 'private-inbox-person_alice' });
      expect((await client.next())[0]).toBe('pusher:subscription_error');
    });

    test('[DOOR-7] a lost hint costs no more than five seconds', async () => {
      const clock = new ManualClock();
      const timed = await startFixture(database, { clock });
      const client = await timed.connect();
      const channel = 'private-inbox-person_bob';
      const body = { socket_id: client.socketId, channel_name: channel };
      client.send('pusher:subscribe', {
        channel,
        ...((await (await timed.authorize('bob', body)).json()) as object),
      });
      await client.next();
      await timed.tell('person_bob', 'unhinted', { lost: true });
      expect(await client.sofar()).toEqual([]);
      await clock.advance(5_000);
      expect(keysOf([await client.next()])).toEqual(['unhinted']);
      await timed.close();
    });

    test('[DOOR-8] a changed call reaches each person as they may see it, on their own channel', async () => {
      const own = async (who: string): Promise<Client> => {
        const client = await fixture.connect();
        for (const channel of [`private-user-person_${who}`, 'private-call-call_p']) {
          const body = { socket_id: client.socketId, channel_name: channel };
          const auth = (await (await fixture.authorize(who, body)).json()) as object;
          client.send('pusher:subscribe', { channel, ...auth });
          await client.next();
        }
        return client;
      };
      const [alice, bob] = [await own('alice'), await own('bob')];
      fixture.hints.publish('call.changed', 'call_p');
      expect(await alice.take(2)).toEqual([
        ['call.changed', { callId: 'call_p' }, 'private-call-call_p'],
        ['call.state', { callId: 'call_p', seenBy: 'person_alice' }, 'private-user-person_alice'],
      ]);
      expect((await bob.take(2))[1]?.[1]).toEqual({ callId: 'call_p', seenBy: 'person_bob' });
    });
  });
}
