import { afterAll, describe, expect, test } from 'vitest';
import { askHttpApi, member, signed, startFixture, startFixtureOf } from './fixture.testing.ts';
import { md5 } from './signature.ts';

const { database, fixture, close } = await startFixtureOf('call_h');
afterAll(close);

describe('the auth routes', () => {
  test('[PUSHER-17] whoever is refused 600 times in a minute is told to wait: a person, or an address of strangers; nobody else', async () => {
    const timed = await startFixture(database);
    const body = { socket_id: '1.1', channel_name: 'private-user-person_bob' };
    const ask = async (who: string, url = '/pusher/auth'): Promise<number> => {
      const headers = { authorization: `Bearer ${who}` };
      return (await timed.app.inject({ method: 'POST', url, payload: body, headers })).statusCode;
    };
    for (let n = 0; n < 600; n += 1) {
      expect(await ask('alice')).toBe(403);
      expect(await ask('nobody')).toBe(401);
      // Granted is not refused, and has room for a house full of pages.
      expect(await ask('bob')).toBe(200);
    }
    expect(await ask('alice')).toBe(429);
    expect(await ask('nobody')).toBe(429);
    expect(await ask('alice', '/broadcasting/auth')).toBe(429);
    expect(await ask('bob')).toBe(200);
    // Behind the same address, and somebody else.
    expect(await ask('carol')).toBe(403);
    await timed.close();
  });
});

const httpApi = (method: string, path: string, body?: unknown, change?: Record<string, string>) =>
  askHttpApi(fixture.url, [method, path, body], change);

describe('the HTTP API', () => {
  test('[PUSHER-14] events and batches arrive; the sender that is named does not hear its own', async () => {
    const [one, two] = [await fixture.connect(), await fixture.connect()];
    for (const client of [one, two]) {
      client.send('pusher:subscribe', { channel: 'api' });
      await client.next();
    }
    const event = { name: 'sold', data: '{"n":1}', channels: ['api', 'nobody'], socket_id: one.socketId };
    expect((await httpApi('POST', '/apps/latido/events', event)).status).toBe(200);
    expect(await two.next()).toEqual(['sold', { n: 1 }, 'api']);
    const batch = [1, 2].map((n) => ({ name: 'sold', data: `{"n":${n}}`, channel: 'api' }));
    expect((await httpApi('POST', '/apps/latido/batch_events', { batch })).status).toBe(200);
    expect(await one.take(2)).toEqual([
      ['sold', { n: 1 }, 'api'],
      ['sold', { n: 2 }, 'api'],
    ]);
  });

  test('[PUSHER-14] channels, one channel and its users are told', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, 'presence-room', member('z')));
    await client.next();
    const read = async (path: string): Promise<unknown> => (await httpApi('GET', path)).json();
    const counts = { subscription_count: 1, user_count: 1 };
    expect(await read('/apps/latido/channels?filter_by_prefix=presence-room&info=user_count')).toEqual({
      channels: { 'presence-room': { user_count: 1 } },
    });
    expect(await read('/apps/latido/channels/presence-room')).toEqual({ occupied: true, ...counts });
    expect(await read('/apps/latido/channels/empty')).toEqual({ occupied: false, subscription_count: 0 });
    const nobody = { occupied: false, user_count: 0 };
    expect(await read('/apps/latido/channels/presence-empty?info=user_count')).toEqual(nobody);
    expect(await read('/apps/latido/channels/presence-empty')).toEqual({ ...nobody, subscription_count: 0 });
    expect(await read('/apps/latido/channels/presence-room/users')).toEqual({ users: [{ id: 'z' }] });
  });

  test('[PUSHER-14] an event that asks for counts is answered with those of its channels', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, 'presence-asked', member('z')));
    await client.next();
    const channels = ['presence-asked', 'presence-empty', 'empty'];
    const event = { name: 'e', data: '{}', channels, info: 'user_count' };
    expect(await (await httpApi('POST', '/apps/latido/events', event)).json()).toEqual({
      channels: { 'presence-asked': { user_count: 1 }, 'presence-empty': { user_count: 0 }, empty: {} },
    });
  });

  const event = { name: 'e', data: '{}', channel: 'api' };
  const bad: [string, string, unknown, Record<string, string>, number][] = [
    ['a changed body digest', '/apps/latido/events', event, { body_md5: md5('{}') }, 401],
    ['an old timestamp', '/apps/latido/events', event, { auth_timestamp: '1700000000' }, 401],
    ['another key', '/apps/latido/events', event, { auth_key: 'other' }, 401],
    ['a changed signature', '/apps/latido/events', event, { auth_signature: 'a'.repeat(64) }, 401],
    ['another app', '/apps/other/events', event, {}, 404],
    ['no channel', '/apps/latido/events', { name: 'e', data: '{}' }, {}, 400],
    ['data of more than 10 KB', '/apps/latido/events', { ...event, data: 'x'.repeat(10_241) }, {}, 413],
  ];
  test.each(bad)('[PUSHER-15] %s is refused', async (...[, path, body, change, status]) => {
    const answer = await httpApi('POST', path, body, change);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('how much an app sends', () => {
  test('[PUSHER-29] is limited by app, for all that is signed; strangers use nothing of it up', async () => {
    const small = await startFixture(database, { settings: { LATIDO_EVENTS_PER_MINUTE: '3' } });
    const event = { name: 'e', data: '{}', channel: 'api' };
    const send = async (path: string, body: unknown, change?: Record<string, string>) =>
      (await askHttpApi(small.url, ['POST', `/apps/latido/${path}`, body], change)).status;
    for (let n = 0; n < 5; n += 1) expect(await send('events', event, { auth_key: 'other' })).toBe(401);
    for (let n = 0; n < 3; n += 1) expect(await send('events', event)).toBe(200);
    const answer = await askHttpApi(small.url, ['POST', '/apps/latido/events', event]);
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true]);
    // Batches are counted for themselves.
    for (const status of [200, 200, 200, 429])
      expect(await send('batch_events', { batch: [event] })).toBe(status);
    // What is asked of channels is no sending.
    expect((await askHttpApi(small.url, ['GET', '/apps/latido/channels'])).status).toBe(200);
    await small.close();
  });
});

describe('what is asked of channels', () => {
  test('[PUSHER-14] a batch is answered with what each of its events asks for', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, 'presence-batch', member('z')));
    await client.next();
    const event = { name: 'e', data: '{}' };
    const batch = [
      { ...event, channel: 'presence-batch', info: 'user_count,subscription_count' },
      { ...event, channel: 'empty' },
    ];
    expect(await (await httpApi('POST', '/apps/latido/batch_events', { batch })).json()).toEqual({
      batch: [{ user_count: 1, subscription_count: 1 }, {}],
    });
  });

  test('[PUSHER-14] a channel tells what is asked for, also the last event of a cache channel', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', { channel: 'cache-asked' });
    await client.take(2);
    const read = async (info: string): Promise<unknown> =>
      (await httpApi('GET', `/apps/latido/channels/cache-asked?info=${info}`)).json();
    expect(await read('cache')).toEqual({ occupied: true, cache: null });
    fixture.realtime.hub.broadcast('cache-asked', 'rate', { n: 1 });
    await client.next();
    expect(await read('subscription_count,cache')).toEqual({
      occupied: true,
      subscription_count: 1,
      cache: {
        data: '{"n":1}',
        ttl: expect.toSatisfy((ttl: number) => ttl > 1_700 && ttl <= 1_800) as never,
      },
    });
  });

  const event = { name: 'e', data: '{}', channel: 'api' };
  const bad: [string, unknown, Record<string, string>, number][] = [
    ['another version of the signature', event, { auth_version: '2.0' }, 401],
    ['a name of the protocol', { ...event, name: 'pusher:error' }, {}, 400],
    ['an inner name of the protocol', { ...event, name: 'pusher_internal:member_added' }, {}, 400],
    ['an encrypted channel beside another', { ...event, channels: ['private-encrypted-a', 'b'] }, {}, 400],
  ];
  test.each(bad)('[PUSHER-15] %s is refused', async (...[, body, change, status]) => {
    expect((await httpApi('POST', '/apps/latido/events', body, change)).status).toBe(status);
  });
});
