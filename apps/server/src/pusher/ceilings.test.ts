import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ManualClock } from '../platform/testing.ts';
import { member, signed, startFixture, startFixtureOf, type Client } from './fixture.testing.ts';

const { database, fixture, close } = await startFixtureOf('call_c');
afterAll(close);

const errorsIn = (frames: [string, unknown, string?][]): unknown[] =>
  frames.filter(([event]) => event === 'pusher:subscription_error').map(([, data]) => data);

describe('what one client may have', () => {
  test('[PUSHER-19] an address has so many sockets, and may open another when one is closed; this machine is not counted', async () => {
    const settings = { LATIDO_SOCKETS_PER_ADDRESS: '2', LATIDO_TRUST_PROXY: 'loopback' };
    const small = await startFixture(database, { settings });
    const from = (address: string) => ({ 'x-forwarded-for': `9.9.9.9, ${address}` });
    const open = [await small.connect('?protocol=7', from('203.0.113.7'))];
    open.push(await small.connect('?protocol=7', from('203.0.113.7')));
    const status = await new Promise((resolve) => {
      const url = `ws://127.0.0.1:${small.port}/app/key?protocol=7`;
      const socket = new WebSocket(url, { headers: from('203.0.113.7') });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => resolve('open'));
      socket.on('error', () => undefined);
    });
    expect(status).toBe(429);
    await small.connect('?protocol=7', from('203.0.113.8'));
    open[0]?.socket.terminate();
    await expect.poll(() => small.pusher.connectionCount).toBe(2);
    await small.connect('?protocol=7', from('203.0.113.7'));
    for (let n = 0; n < 3; n += 1) await small.connect();
    await small.close();
  });

  test('[PUSHER-19] a connection is in so many channels, and may join another when it has left one', async () => {
    const small = await startFixture(database, { settings: { LATIDO_CHANNELS_PER_SOCKET: '3' } });
    const client = await small.connect();
    for (const n of [1, 2, 3, 4]) client.send('pusher:subscribe', { channel: `many-${n}` });
    expect(errorsIn(await client.sofar())).toMatchObject([{ type: 'LimitReached', status: 429 }]);
    client.send('pusher:unsubscribe', { channel: 'many-1' });
    client.send('pusher:subscribe', { channel: 'many-4' });
    expect((await client.sofar())[0]?.[0]).toBe('pusher_internal:subscription_succeeded');
    await small.close();
  });

  test('[PUSHER-19] a flood of frames is read at its pace: nothing is lost, nobody is sent away, nobody else waits', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock, settings: { LATIDO_FRAMES_PER_SECOND: '50' } });
    const [flood, calm] = [await timed.connect(), await timed.connect()];
    for (let n = 0; n < 120; n += 1) flood.send('pusher:ping', {});
    await flood.take(50);
    expect(await calm.sofar()).toEqual([]);
    expect(flood.unread).toBe(0);
    await clock.advance(1_000);
    await flood.take(50);
    await clock.advance(1_000);
    await flood.take(20);
    expect(flood.socket.readyState).toBe(WebSocket.OPEN);
    await timed.close();
  });

  test('[PUSHER-19] a presence channel has so many members; who is one already has as many sockets as they like', async () => {
    const small = await startFixture(database, { settings: { LATIDO_MEMBERS_PER_CHANNEL: '2' } });
    const enter = async (id: string): Promise<Client> => {
      const client = await small.connect();
      client.send('pusher:subscribe', signed(client, 'presence-full', member(id)));
      return client;
    };
    const [alice] = [await enter('alice'), await enter('bob')];
    const carol = await enter('carol');
    expect(errorsIn(await carol.sofar())).toMatchObject([{ type: 'LimitReached' }]);
    expect((await (await enter('bob')).next())[0]).toBe('pusher_internal:subscription_succeeded');
    alice.send('pusher:unsubscribe', { channel: 'presence-full' });
    await alice.sofar();
    carol.send('pusher:subscribe', signed(carol, 'presence-full', member('carol')));
    expect((await carol.next())[0]).toBe('pusher_internal:subscription_succeeded');
    await small.close();
  });

  const members: [string, string, boolean][] = [
    ['an id of 128 characters', JSON.stringify({ user_id: 'x'.repeat(128) }), true],
    ['an id of 129 characters', JSON.stringify({ user_id: 'x'.repeat(129) }), false],
    ['a user_info of 1 KB', JSON.stringify({ user_id: 'a', user_info: 'x'.repeat(1_022) }), true],
    ['a user_info of more', JSON.stringify({ user_id: 'a', user_info: 'é'.repeat(512) }), false],
  ];
  test.each(members)('[PUSHER-19] %s', async (_what, channelData, good) => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, 'presence-sizes', channelData));
    expect((await client.next())[0]).toBe(
      good ? 'pusher_internal:subscription_succeeded' : 'pusher:subscription_error',
    );
  });

  test('[PUSHER-20] a connection that nobody lets in is closed in time, where that is asked for', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock, settings: { LATIDO_UNAUTHORIZED_MS: '20000' } });
    const [stranger, guest] = [await timed.connect(), await timed.connect()];
    stranger.send('pusher:subscribe', { channel: 'news' });
    await stranger.next();
    guest.send('pusher:subscribe', signed(guest, 'private-call-call_c'));
    await guest.next();
    await clock.advance(20_000);
    expect((await stranger.closed)[0]).toBe(4009);
    expect(await guest.sofar()).toEqual([]);
    await timed.close();
  });
});

describe('what one client asks', () => {
  test('[PUSHER-21] subscribing, leaving and subscribing in one breath joins once', async () => {
    const client = await fixture.connect();
    const inbox = 'private-inbox-person_bob';
    const wish = signed(client, inbox, JSON.stringify({ after: null }));
    client.send('pusher:subscribe', wish);
    client.send('pusher:unsubscribe', { channel: inbox });
    client.send('pusher:subscribe', wish);
    await fixture.tell('person_bob', 'once');
    const frames = await client.take(2);
    expect(frames.map(([event]) => event)).toEqual([
      'pusher_internal:subscription_succeeded',
      'call.partner_left',
    ]);
    await fixture.tell('person_bob', 'twice');
    expect((await client.next())[1]).toMatchObject({ payload: { name: 'twice' } });
    expect(await client.sofar()).toEqual([]);
    const cache = 'cache-breath';
    for (const event of ['subscribe', 'unsubscribe', 'subscribe'])
      client.send(`pusher:${event}`, { channel: cache });
    expect((await client.take(2)).map(([event]) => event)).toEqual([
      'pusher_internal:subscription_succeeded',
      'pusher:cache_miss',
    ]);
    fixture.realtime.hub.broadcast(cache, 'rate', {});
    expect((await client.next())[0]).toBe('rate');
  });

  test('[PUSHER-22] who has signed in is a member of a presence channel by that', async () => {
    const client = await fixture.connect();
    const answer = await fixture.authorize('bob', { socket_id: client.socketId }, '/pusher/user-auth');
    client.send('pusher:signin', await answer.json());
    client.send('pusher:subscribe', signed(client, 'presence-known'));
    expect((await client.take(2))[1]?.[1]).toEqual({
      presence: { count: 1, ids: ['person_bob'], hash: { person_bob: { name: 'Bob' } } },
    });
  });

  test('[PUSHER-8] nobody but servers sends on an encrypted channel', async () => {
    const [one, two] = [await fixture.connect(), await fixture.connect()];
    const channel = 'private-encrypted-safe';
    for (const client of [one, two]) {
      client.send('pusher:subscribe', signed(client, channel));
      await client.next();
    }
    one.send('client-wave', {}, channel);
    expect((await one.next())[1]).toMatchObject({ code: 4301 });
    expect(await two.sofar()).toEqual([]);
  });

  test('[PUSHER-18] a socket whose subscribe could not be judged comes back and asks again', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const [asking, other] = [await timed.connect(), await timed.connect()];
    const answer = await timed.authorize('nobody knows', {
      socket_id: asking.socketId,
      channel_name: 'private-user-person_bob',
    });
    expect(answer.status).toBe(503);
    expect(await asking.sofar()).toEqual([]);
    await clock.advance(5_000);
    expect((await asking.closed)[0]).toBe(4100);
    expect(await other.sofar()).toEqual([]);
    await timed.close();
  });
});

describe('whoever meets a limit of the auth routes', () => {
  test('[PUSHER-28] comes back once it is over, spread over half a minute', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const asking = await timed.connect();
    const payload = { socket_id: asking.socketId, channel_name: 'private-user-person_bob' };
    const headers = { authorization: 'Bearer alice' };
    const ask = async () => {
      const answer = await timed.app.inject({ method: 'POST', url: '/pusher/auth', payload, headers });
      return [answer.statusCode, answer.headers['retry-after']];
    };
    for (let n = 0; n < 600; n += 1) await ask();
    expect(await asking.sofar()).toEqual([]);
    await clock.advance(20_000);
    expect(await ask()).toEqual([429, '40']);
    // Not before: it would meet the limit again.
    for (let n = 0; n < 3; n += 1) {
      await clock.advance(13_000);
      expect(new Set((await asking.sofar()).map(([event]) => event)).has('pusher:error')).toBe(false);
    }
    await clock.advance(31_000);
    expect((await asking.closed)[0]).toBe(4100);
    await timed.close();
  });
});

describe('the end of a server', () => {
  test('[PUSHER-13] a server that ends takes nobody new, and sends who is there away in slices', async () => {
    const clock = new ManualClock();
    const timed = await startFixture(database, { clock });
    const clients = await Promise.all(Array.from({ length: 25 }, () => timed.connect()));
    const ended = timed.end();
    await Promise.all(clients.slice(0, 10).map(({ closed }) => closed));
    await expect.poll(() => timed.pusher.connectionCount).toBe(15);
    await expect(fetch(`${timed.url}/livez`)).rejects.toThrow();
    await clock.advance(200);
    await clock.advance(200);
    await ended;
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes.map(([code]) => code))).toEqual(new Set([1012]));
  });
});
