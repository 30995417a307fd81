import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '../platform/testing.ts';
import {
  askHttpApi,
  Client,
  member,
  reverb,
  signed,
  startFixture,
  startFixtureOf,
} from './fixture.testing.ts';
import { signUser } from './signature.ts';

const { database, fixture, close } = await startFixtureOf('call_g');
afterAll(close);

describe('connecting', () => {
  test('[PUSHER-1] the first frame is connection_established, its data a text with socket id and timeout', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${fixture.port}/app/key?protocol=7&client=js&version=8.6.0`);
    const text = await new Promise<string>((resolve) =>
      socket.once('message', (data) => resolve(String(data))),
    );
    const { event, data } = JSON.parse(text) as { event: string; data: string };
    expect(event).toBe('pusher:connection_established');
    expect(JSON.parse(data)).toEqual({
      socket_id: expect.stringMatching(/^\d+\.\d+$/) as string,
      activity_timeout: 30,
    });
    socket.terminate();
  });

  const refused: [string, string, number][] = [
    ['an unknown app', '/app/other?protocol=7', 4001],
    ['an unknown app with a name longer than a close frame', `/app/${'é'.repeat(500)}?protocol=7`, 4001],
    ['a version longer than that', `/app/key?protocol=${'9'.repeat(3_000)}`, 4007],
    ['no version', '/app/key', 4008],
    ['a version that is not spoken', '/app/key?protocol=9', 4007],
  ];
  test.each(refused)('[PUSHER-2] %s is told why and closed with its code', async (_what, path, code) => {
    const client = new Client(`ws://127.0.0.1:${fixture.port}${path}`);
    expect(await client.next()).toEqual(['pusher:error', { code, message: expect.any(String) as string }]);
    expect((await client.closed)[0]).toBe(code);
  });

  const statuses: [string, string, Record<string, string>, number][] = [
    ['an unknown path', '/nowhere', {}, 404],
    ['a ticket of nobody', '/api/v1/presence?ticket=x', {}, 401],
    ['a page of a foreign origin', '/app/key?protocol=7', { origin: 'https://evil.example' }, 403],
  ];
  test.each(statuses)(
    '[PUSHER-3] %s is an HTTP answer on the socket',
    async (...[, path, headers, status]) => {
      const socket = new WebSocket(`ws://127.0.0.1:${fixture.port}${path}`, { headers });
      const seen = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('error', () => undefined);
      });
      expect(seen).toBe(status);
      socket.terminate();
    },
  );

  test('[PUSHER-3] a page on the list and one of the same host may connect', async () => {
    await fixture.connect('?protocol=7', { origin: 'https://good.example' });
    await fixture.connect('?protocol=7', { origin: fixture.url });
  });

  test('[PUSHER-4] what is no frame is told so, and the socket stays', async () => {
    const client = await fixture.connect();
    client.socket.send('hello');
    client.socket.send('[]');
    expect((await client.take(2)).map(([event]) => event)).toEqual(['pusher:error', 'pusher:error']);
    expect(await client.sofar()).toEqual([]);
  });

  test('[PUSHER-4] a frame of more than 64 KB closes the socket', async () => {
    const client = await fixture.connect();
    client.socket.send('x'.repeat(64 * 1024));
    expect((await client.next())[0]).toBe('pusher:error');
    client.socket.send('x'.repeat(64 * 1024 + 1));
    expect((await client.closed)[0]).toBe(1009);
  });
});

describe('channels', () => {
  test('[PUSHER-5] a public channel is joined, heard, and left', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', { channel: 'news' });
    expect(await client.next()).toEqual(['pusher_internal:subscription_succeeded', {}, 'news']);
    fixture.realtime.hub.broadcast('news', 'flash', { n: 1 });
    expect(await client.next()).toEqual(['flash', { n: 1 }, 'news']);
    client.send('pusher:unsubscribe', { channel: 'news' });
    await client.sofar();
    fixture.realtime.hub.broadcast('news', 'flash', { n: 2 });
    fixture.realtime.hub.broadcast('news', 'flash', { n: 3 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await client.sofar()).toEqual([]);
  });

  test('[PUSHER-6] a private channel wants its signature, and channel_data is part of it', async () => {
    const client = await fixture.connect();
    const wish = signed(client, 'private-call-call_g');
    client.send('pusher:subscribe', { ...wish, channel_data: '{}' });
    client.send('pusher:subscribe', { channel: 'private-call-call_g' });
    client.send('pusher:subscribe', { ...wish, auth: signed(client, 'private-call-other')['auth'] });
    const frames = await client.sofar();
    expect(frames.map(([event]) => event)).toEqual(
      Array.from({ length: 3 }, () => ['pusher:subscription_error', 'pusher:error']).flat(),
    );
    // A code would end the whole connection of some clients.
    expect(frames[1]?.[1]).toMatchObject({ code: null });
    client.send('pusher:subscribe', wish);
    expect(await client.next()).toEqual([
      'pusher_internal:subscription_succeeded',
      {},
      'private-call-call_g',
    ]);
  });

  test.each([['a b'], ['x'.repeat(165)], ['#server-to-user-person_bob']])(
    '[PUSHER-6] the channel %j is refused',
    async (channel) => {
      const client = await fixture.connect();
      client.send('pusher:subscribe', { channel });
      expect((await client.sofar())[0]?.[0]).toBe('pusher:subscription_error');
    },
  );

  test('[PUSHER-7] a presence channel has one member per user id, however many sockets', async () => {
    const [one, two, other] = [await fixture.connect(), await fixture.connect(), await fixture.connect()];
    const channel = 'presence-call-call_g';
    one.send('pusher:subscribe', signed(one, channel, member('a')));
    expect((await one.next())[1]).toEqual({ presence: { count: 1, ids: ['a'], hash: { a: { name: 'a' } } } });
    other.send('pusher:subscribe', signed(other, channel, member('b')));
    expect((await other.next())[1]).toMatchObject({ presence: { count: 2, ids: ['a', 'b'] } });
    two.send('pusher:subscribe', signed(two, channel, member('a')));
    await two.next();
    const added = ['pusher_internal:member_added', { user_id: 'b', user_info: { name: 'b' } }, channel];
    expect(await one.sofar()).toEqual([added]);
    two.socket.close();
    await two.closed;
    one.send('pusher:unsubscribe', { channel });
    expect(await other.next()).toEqual(['pusher_internal:member_removed', { user_id: 'a' }, channel]);
  });

  test('[PUSHER-8] client events go from members to the others, ten in a second', async () => {
    const [one, two] = [await fixture.connect(), await fixture.connect()];
    const channel = 'private-call-call_g';
    one.send('client-wave', { n: 0 }, channel);
    expect((await one.next())[1]).toMatchObject({ code: 4301 });
    for (const client of [one, two]) {
      client.send('pusher:subscribe', signed(client, channel));
      await client.next();
    }
    for (let n = 1; n <= 30; n++) one.send('client-wave', { n }, channel);
    const errors = await one.sofar();
    const heard = await two.sofar();
    expect(heard[0]).toEqual(['client-wave', { n: 1 }, channel]);
    expect(errors.length + heard.length).toBe(30);
    expect(errors.length).toBeGreaterThanOrEqual(10);
    expect(errors.every(([event]) => event === 'pusher:error')).toBe(true);
  });

  test('[PUSHER-9] a signed-in user may be in their own channel, and can be sent away', async () => {
    const client = await fixture.connect();
    const answer = await fixture.authorize('bob', { socket_id: client.socketId }, '/pusher/user-auth');
    client.send('pusher:signin', await answer.json());
    expect((await client.next())[0]).toBe('pusher:signin_success');
    client.send('pusher:subscribe', { channel: '#server-to-user-person_bob' });
    expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
    const forged = await fixture.connect();
    const userData = JSON.stringify({ id: 'person_bob' });
    forged.send('pusher:signin', {
      auth: signUser(reverb, { socketId: '1.1', userData }),
      user_data: userData,
    });
    expect((await forged.closed)[0]).toBe(4009);
    const path = '/apps/latido/users/person_bob/terminate_connections';
    expect((await askHttpApi(fixture.url, ['POST', path, {}])).status).toBe(200);
    expect((await client.closed)[0]).toBe(4009);
  });

  test('[PUSHER-10] a frame of any length arrives whole', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', { channel: 'sizes' });
    await client.next();
    for (const length of [10, 125, 126, 65_000, 70_000]) {
      fixture.realtime.hub.broadcast(
        'sizes',
        'size',
        'é'.repeat(length) && JSON.stringify('é'.repeat(length)),
      );
      expect(await client.next()).toEqual(['size', 'é'.repeat(length), 'sizes']);
    }
  });

  test('[PUSHER-11] who does not read is closed, the others hear on', async () => {
    const [slow, quick] = [await fixture.connect(), await fixture.connect()];
    for (const client of [slow, quick]) {
      client.send('pusher:subscribe', { channel: 'flood' });
      await client.next();
    }
    slow.socket.pause();
    for (let n = 0; n < 400; n++) {
      fixture.realtime.hub.broadcast('flood', 'drop', { n, fill: 'x'.repeat(50_000) });
      expect((await quick.next())[1]).toMatchObject({ n });
    }
    slow.socket.resume();
    expect((await slow.closed)[0]).toBe(4100);
  });
});

describe('cache channels', () => {
  test.each(['cache-rates', 'private-cache-rates', 'private-encrypted-cache-rates', 'presence-cache-rates'])(
    '[PUSHER-16] %s gives whoever joins the last event of a server, or says that there is none',
    async (channel) => {
      const join = async (): Promise<Client> => {
        const client = await fixture.connect();
        const data = channel.startsWith('presence-') ? member('r') : undefined;
        client.send(
          'pusher:subscribe',
          channel.startsWith('cache-') ? { channel } : signed(client, channel, data),
        );
        expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
        return client;
      };
      const first = await join();
      expect((await first.next())[0]).toBe('pusher:cache_miss');
      for (const n of [1, 2]) fixture.realtime.hub.broadcast(channel, 'rate', { n });
      await first.take(2);
      if (!channel.startsWith('cache-')) first.send('client-rate', { n: 3 }, channel);
      await first.sofar();
      expect(await (await join()).next()).toEqual(['rate', { n: 2 }, channel]);
    },
  );

  test('[PUSHER-16] half an hour later there is none', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const there = await timed.connect();
    there.send('pusher:subscribe', { channel: 'cache-old' });
    await there.take(2);
    timed.realtime.hub.broadcast('cache-old', 'rate', { n: 1 });
    expect((await there.next())[0]).toBe('rate');
    await clock.advance(30 * 60_000);
    const client = await timed.connect();
    client.send('pusher:subscribe', { channel: 'cache-old' });
    expect((await client.take(2))[1]?.[0]).toBe('pusher:cache_miss');
    await timed.close();
  });
});

describe('the presence door', () => {
  test('[PUSHER-3] a good ticket is handed over with its claims, a bad one is a 401', async () => {
    const taken: unknown[] = [];
    const presence = {
      readTicket: (ticket: string) => (ticket === 'good' ? { identity: 'alice' } : null),
      accept: (socket: { close(code: number): void }, claims: unknown) => {
        taken.push(claims);
        socket.close(4321);
      },
    };
    const other = await startFixture(database, { presence });
    const open = (ticket: string) =>
      new WebSocket(`ws://127.0.0.1:${other.port}/api/v1/presence?ticket=${ticket}`);
    const code = await new Promise((resolve) => open('good').on('close', resolve));
    expect([taken, code]).toEqual([[{ identity: 'alice' }], 4321]);
    const status = await new Promise((resolve) => {
      const socket = open('bad');
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(401);
    await other.close();
  });

  test('[PUSHER-1] a page can learn the public key', async () => {
    expect(await (await fetch(`${fixture.url}/api/v1/realtime`)).json()).toEqual({ key: 'key' });
  });
});

describe('time', () => {
  test('[PUSHER-12] a silent client is pinged at 30 s and closed with 4201 ten seconds later', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const [quiet, alive] = [await timed.connect(), await timed.connect()];
    await clock.advance(30_000);
    expect((await quiet.next())[0]).toBe('pusher:ping');
    expect((await alive.next())[0]).toBe('pusher:ping');
    alive.send('pusher:pong', {});
    await alive.sofar();
    await clock.advance(10_000);
    expect(await quiet.next()).toMatchObject(['pusher:error', { code: 4201 }]);
    expect((await quiet.closed)[0]).toBe(4201);
    expect(await alive.sofar()).toEqual([]);
    await timed.close();
  });

  test('[PUSHER-13] draining sends sockets away in slices, with 1012', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const clients = await Promise.all(Array.from({ length: 25 }, () => timed.connect()));
    const drained = timed.pusher.drain(10_000);
    await Promise.all(clients.slice(0, 10).map(({ closed }) => closed));
    await expect.poll(() => timed.pusher.connectionCount).toBe(15);
    await clock.advance(200);
    await clock.advance(200);
    await drained;
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes.map(([code]) => code))).toEqual(new Set([1012]));
    await timed.close();
  });
});
