import Echo from 'laravel-echo';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { aCall, startDoors } from '../doors.testing.ts';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const store of await openTestDatabases()) {
  describe(`Socket.IO on ${store.name}`, () => {
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    const sockets: Socket[] = [];
    beforeAll(async () => {
      database = await store.open();
      await aCall(database, 'call_io');
      doors = await startDoors(database);
    });
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.disconnect();
      await until(() => [...doors.modules.realtime.hub.channels.all()].length === 0);
    });
    afterAll(async () => {
      await doors.close();
      await database.close();
    });

    const connect = (auth: Record<string, unknown>, more: object = {}): Socket => {
      const socket = io(doors.url, { transports: ['websocket'], auth, forceNew: true, ...more });
      sockets.push(socket);
      return socket;
    };
    const connected = async (socket: Socket): Promise<void> => {
      if (!socket.connected) await heard(socket, 'connect');
    };
    const subscribe = async (socket: Socket, body: unknown): Promise<unknown> =>
      await socket.emitWithAck('subscribe', body);
    const heard = (socket: Socket, event: string): Promise<unknown[]> =>
      new Promise((resolve) => socket.once(event, (...args: unknown[]) => resolve(args)));
    const publish = (channel: string, name: string, data: unknown): void =>
      doors.modules.realtime.hub.broadcast(channel, name, data);

    test('[SIO-1] a phone app as it is written: token, subscribe, events by their type with their payload', async () => {
      const socket = connect({ token: 'carol' });
      const collected = heard(socket, 'credit.requires.attention');
      expect(await subscribe(socket, { channel: 'private-cobrador.person_carol' })).toEqual({ ok: true });
      publish('private-cobrador.person_carol', 'credit.requires.attention', { creditId: 'c1' });
      expect(await collected).toEqual([{ creditId: 'c1' }, { channel: 'private-cobrador.person_carol' }]);
    });

    test('[SIO-1] a collector’s channel goes by our id and by the one of their own system', async () => {
      const socket = connect({ token: 'carol' });
      expect(await subscribe(socket, { channel: 'private-cobrador.7' })).toEqual({ ok: true });
      expect(await subscribe(socket, { channel: 'private-cobrador.8' })).toMatchObject({ ok: false });
    });

    test('[SIO-1] by polling alone as well', async () => {
      const socket = connect({ token: 'bob' }, { transports: ['polling'] });
      expect(await subscribe(socket, { channel: 'private-call-call_io' })).toEqual({ ok: true });
      const changed = heard(socket, 'call.changed');
      publish('private-call-call_io', 'call.changed', { callId: 'call_io' });
      expect(await changed).toEqual([{ callId: 'call_io' }, { channel: 'private-call-call_io' }]);
    });

    test('[SIO-2] an inbox goes on from a cursor, and comes with its cursors', async () => {
      const channel = 'private-inbox-person_alice';
      await doors.tell('person_alice', 'first');
      const one = connect({ token: 'alice' });
      const first = heard(one, 'call.partner_left');
      expect(await subscribe(one, { channel, after: null })).toEqual({ ok: true });
      const [payload, { cursor }] = (await first) as [{ name: string }, { cursor: string }];
      expect(payload.name).toBe('first');
      one.disconnect();
      await doors.tell('person_alice', 'second');
      const two = connect({ token: 'alice' });
      const second = heard(two, 'call.partner_left');
      expect(await subscribe(two, { channel, after: cursor })).toEqual({ ok: true });
      expect((await second)[0]).toMatchObject({ name: 'second' });
    });

    test('[SIO-2] a cursor of another numbering is told as a reset', async () => {
      const socket = connect({ token: 'dora' });
      const reset = heard(socket, 'inbox.reset');
      await subscribe(socket, { channel: 'private-inbox-person_dora', after: 'zz.4' });
      expect(await reset).toMatchObject([
        { cursor: expect.any(String) },
        { channel: 'private-inbox-person_dora' },
      ]);
    });

    test.each([
      ['of another person', 'alice', { channel: 'private-inbox-person_bob' }, 'channel.forbidden'],
      ['of a call of others', 'carol', { channel: 'presence-call-call_io' }, 'channel.forbidden'],
      ['that nobody knows', 'admin', { channel: 'private-anything' }, 'channel.forbidden'],
      ['with a name that cannot be one', 'alice', { channel: 'a b' }, 'request.invalid'],
      ['without a name', 'alice', {}, 'request.invalid'],
      ['that is no object', 'alice', 'private-x', 'request.invalid'],
      [
        'from a cursor that is none',
        'alice',
        { channel: 'private-inbox-person_alice', after: 'x' },
        'cursor.invalid',
      ],
      ['of a stranger', null, { channel: 'private-inbox-person_alice' }, 'auth.required'],
      [
        'by a token that is none',
        'alice',
        { channel: 'private-inbox-person_alice', auth: { headers: { Authorization: 'Bearer nobody' } } },
        'auth.required',
      ],
    ])('[SIO-3] a channel %s is refused with its code', async (_what, who, body, code) => {
      const socket = connect(who === null ? {} : { token: who });
      expect(await subscribe(socket, body)).toEqual({ ok: false, code });
    });

    test.each([
      ['null for what is left out, as Dart and Python write it', { auth: null }],
      ['null for headers', { auth: { headers: null } }],
      ['an empty list for headers, as PHP writes it', { auth: { headers: [] } }],
    ])('[SIO-10] a subscribe with %s is by whoever has connected', async (_what, more) => {
      const socket = connect({ token: 'alice' });
      const channel = 'private-user-person_alice';
      expect(await subscribe(socket, { channel, ...more })).toEqual({ ok: true });
    });

    test('[SIO-3] without an acknowledgement the refusal comes as an event', async () => {
      const socket = connect({ token: 'alice' });
      const told = heard(socket, 'subscription_error');
      socket.emit('subscribe', { channel: 'private-inbox-person_bob' });
      expect(await told).toEqual(['private-inbox-person_bob', { ok: false, code: 'channel.forbidden' }]);
    });

    test('[SIO-3] a token that is none is refused as the connection is made', async () => {
      const socket = connect({ token: 'nobody' });
      const [error] = (await heard(socket, 'connect_error')) as [Error & { data: unknown }];
      expect(error.data).toEqual({ code: 'auth.refused' });
    });

    test('[SIO-4] events are of who subscribed, and of nobody else; an unsubscribe ends them', async () => {
      const alice = connect({ token: 'alice' });
      const bob = connect({ token: 'bob' });
      const channel = 'private-call-call_io';
      await subscribe(alice, { channel });
      await connected(bob);
      const bobs: unknown[] = [];
      bob.onAny((...args: unknown[]) => bobs.push(args));
      const first = heard(alice, 'x');
      publish(channel, 'x', 1);
      await first;
      alice.emit('unsubscribe', { channel });
      await subscribe(alice, { channel: 'public-news' });
      const last = heard(alice, 'y');
      const alices: unknown[] = [];
      alice.onAny((event) => alices.push(event));
      publish(channel, 'x', 2);
      publish('public-news', 'y', 3);
      await last;
      expect(alices).toEqual(['y']);
      expect(bobs).toEqual([]);
    });

    test('[SIO-4] members of a presence channel, and what one says to the others', async () => {
      const channel = 'presence-call-call_io';
      const alice = connect({ token: 'alice' });
      const members = heard(alice, 'members');
      await subscribe(alice, { channel });
      expect((await members)[0]).toEqual([{ user_id: 'person_alice', user_info: { name: 'Alice' } }]);
      const joined = heard(alice, 'member_added');
      const bob = connect({ token: 'bob' });
      await subscribe(bob, { channel });
      expect((await joined)[0]).toEqual({ user_id: 'person_bob', user_info: { name: 'Bob' } });
      const said = heard(alice, 'client-typing');
      bob.emit('client event', { channel, event: 'client-typing', data: { on: true } });
      expect((await said)[0]).toEqual({ on: true });
      const left = heard(alice, 'member_removed');
      bob.disconnect();
      expect((await left)[0]).toMatchObject({ user_id: 'person_bob' });
    });

    test('[SIO-4] an event with a name that Socket.IO keeps for itself harms nobody', async () => {
      const socket = connect({ token: 'alice' });
      await subscribe(socket, { channel: 'public-odd' });
      const after = heard(socket, 'after');
      publish('public-odd', 'disconnect', {});
      publish('public-odd', 'after', {});
      await after;
      expect(socket.connected).toBe(true);
    });

    test('[SIO-5] Laravel Echo in its socket.io form: private, presence, whisper', async () => {
      const echoOf = (who: string) => {
        const headers = { Authorization: `Bearer ${who}` };
        const client = (host: string, options: object) => {
          const socket = io(host, { ...options, transports: ['websocket'], forceNew: true, auth: {} });
          sockets.push(socket);
          return socket;
        };
        return new Echo({
          broadcaster: 'socket.io',
          client,
          host: doors.url,
          auth: { headers },
          namespace: false,
        });
      };
      const bob = echoOf('bob');
      const here = new Promise<unknown[]>((resolve) => bob.join('call-call_io').here(resolve));
      expect(await here).toEqual([{ name: 'Bob' }]);
      const joining = new Promise((resolve) => bob.join('call-call_io').joining(resolve));
      const alice = echoOf('alice');
      const there = new Promise((resolve) => alice.join('call-call_io').here(resolve));
      expect(await joining).toEqual({ name: 'Alice' });
      await there;
      const whispered = new Promise((resolve) =>
        bob.join('call-call_io').listenForWhisper('typing', resolve),
      );
      alice.join('call-call_io').whisper('typing', { on: true });
      expect(await whispered).toEqual({ on: true });
      const listened = new Promise((resolve) => bob.private('call-call_io').listen('.call.changed', resolve));
      await until(() => doors.modules.realtime.hub.channels.get('private-call-call_io') !== undefined);
      publish('private-call-call_io', 'call.changed', { callId: 'call_io' });
      expect(await listened).toEqual({ callId: 'call_io' });
    });

    test('[SIO-6] a server that ends lets clients go so that they come back by themselves', async () => {
      const socket = connect({ token: 'alice' });
      await connected(socket);
      const reason = heard(socket, 'disconnect');
      await doors.modules.stopTaking();
      expect((await reason)[0]).toBe('transport close');
      await connected(socket);
    });

    test('[SIO-6] who is sent away stays away', async () => {
      const socket = connect({ token: 'bob' });
      await connected(socket);
      const reason = heard(socket, 'disconnect');
      doors.modules.realtime.hub.terminate('person_bob');
      expect((await reason)[0]).toBe('io server disconnect');
    });

    test('[SIO-7] a message over 64 KB closes that connection and no other', async () => {
      const good = connect({ token: 'alice' });
      await subscribe(good, { channel: 'public-calm' });
      const bad = connect({ token: 'bob' });
      await connected(bad);
      const reason = heard(bad, 'disconnect');
      bad.emit('subscribe', { channel: 'x'.repeat(70_000) });
      await reason;
      const calm = heard(good, 'still');
      publish('public-calm', 'still', {});
      await calm;
    });
  });
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
