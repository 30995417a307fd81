import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryHub, redisHints, silentLog, type Database, type Hints } from '../platform/index.ts';
import { openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { sharedInMemory, sharedInRedis, type Shared } from '../realtime/index.ts';
import { Client, reverb, startFixture, type Fixture } from './fixture.testing.ts';
import { md5, signChannel, signRequest, signUser } from './signature.ts';

const shop = { appId: '2', key: 'shop', secret: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' };
type App = typeof shop;
const [store] = await openTestDatabases();
const redisUrl = testRedisUrl(8);
const hub = memoryHub(silentLog);
const inOneProcess = sharedInMemory(Date.now);
type Kind = [name: string, join: () => Promise<Hints>, shared: (node: string) => Shared];
const kinds: Kind[] = [['memory', async () => hub.join(), inOneProcess]];
if (redisUrl)
  kinds.push([
    'redis',
    () => redisHints(redisUrl, silentLog),
    (node) => sharedInRedis(redisUrl, node, silentLog),
  ]);

describe.each(kinds)('two apps on two nodes, joined by %s', (_kind, joinHints, sharedOf) => {
  let database: Database;
  let one: Fixture;
  let two: Fixture;
  const clients: Client[] = [];
  beforeAll(async () => {
    database = await store!.open();
    const settings = { LATIDO_APPS: `${shop.appId}:${shop.key}:${shop.secret}` };
    const node = async (): Promise<Fixture> => {
      const hints = await joinHints();
      return await startFixture(database, { hints, shared: sharedOf(hints.node), settings });
    };
    [one, two] = [await node(), await node()];
  });
  afterAll(async () => {
    for (const { socket } of clients) socket.terminate();
    await one.close();
    await two.close();
    await database.close();
  });

  const connect = async (node: Fixture, { key }: App): Promise<Client> => {
    const client = new Client(`ws://127.0.0.1:${node.port}/app/${key}?protocol=7`);
    clients.push(client);
    const [, data] = await client.next();
    client.socketId = (data as { socket_id: string }).socket_id;
    return client;
  };
  /** Signs somebody in as the backend of an app does, and joins the channel of their own. */
  const signIn = async (
    node: Fixture,
    [app, id]: [App, string],
    { watchlist = [] as string[], by = app } = {},
  ): Promise<Client> => {
    const client = await connect(node, app);
    const user_data = JSON.stringify({ id, watchlist });
    client.send('pusher:signin', {
      user_data,
      auth: signUser(by, { socketId: client.socketId, userData: user_data }),
    });
    if (by !== app) return client;
    expect((await client.next())[0]).toBe('pusher:signin_success');
    client.send('pusher:subscribe', { channel: `#server-to-user-${id}` });
    expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
    return client;
  };
  const enter = async (node: Fixture, app: App, channel: string, id: string): Promise<Client> => {
    const client = await connect(node, app);
    const channelData = JSON.stringify({ user_id: id, user_info: {} });
    const auth = signChannel(app, { socketId: client.socketId, channel, channelData });
    client.send('pusher:subscribe', { channel, auth, channel_data: channelData });
    expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
    return client;
  };
  const ask = async (node: Fixture, app: App, [method, path, body]: [string, string, object?]) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const query = {
      auth_key: app.key,
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: '1.0',
      ...(text === '' ? {} : { body_md5: md5(text) }),
    };
    const whole = `/apps/${app.appId}${path}`;
    const auth_signature = signRequest(app, { method, path: whole, query });
    const answer = await fetch(`${node.url}${whole}?${new URLSearchParams({ ...query, auth_signature })}`, {
      method,
      ...(text === '' ? {} : { body: text }),
    });
    return (await answer.json()) as Record<string, unknown>;
  };

  test('[PUSHER-24] who is sent away in one app stays in the other, by whichever door and on whatever node', async () => {
    const ours = await signIn(one, [reverb, 'person_bob']);
    const theirs = await signIn(two, [shop, 'person_bob']);
    const phone = io(two.url, { transports: ['websocket'], auth: { token: 'bob' }, forceNew: true });
    const bob = { authorization: 'Bearer bob' };
    const stream = (await fetch(`${two.url}/api/v1/inbox/stream`, { headers: bob })).body!.getReader();
    await expect.poll(() => phone.connected).toBe(true);
    await ask(one, shop, ['POST', '/users/person_bob/terminate_connections', {}]);
    expect((await theirs.closed)[0]).toBe(4009);
    expect(await ours.sofar()).toEqual([]);
    expect(await phone.emitWithAck('subscribe', { channel: 'public' })).toEqual({ ok: true });
    const again = await signIn(one, [shop, 'person_bob']);
    const sentAway = new Promise((resolve) => phone.once('disconnect', resolve));
    await ask(two, reverb, ['POST', '/users/person_bob/terminate_connections', {}]);
    expect((await ours.closed)[0]).toBe(4009);
    expect(await sentAway).toBe('io server disconnect');
    while (!(await stream.read()).done);
    expect(await again.sofar()).toEqual([]);
  });

  test('[PUSHER-24] whoever is watched in one app is nobody in the other', async () => {
    const ann = await signIn(one, [shop, 'ann'], { watchlist: ['ben'] });
    await signIn(one, [reverb, 'ben']);
    await signIn(two, [reverb, 'ben']);
    await Promise.all([one.realtime.caughtUp(), two.realtime.caughtUp()]);
    expect(await ann.sofar()).toEqual([]);
    await signIn(two, [shop, 'ben']);
    expect(await ann.next()).toMatchObject([
      'pusher_internal:watchlist_events',
      { events: [{ name: 'online', user_ids: ['ben'] }] },
    ]);
    const forged = await signIn(one, [shop, 'ann'], { by: reverb });
    expect((await forged.closed)[0]).toBe(4009);
  });

  test('[PUSHER-24] members, counts and events of one app are never those of the other', async () => {
    const channel = 'presence-office';
    const ours = await enter(one, reverb, channel, 'ann');
    const theirs = await enter(two, shop, channel, 'ben');
    await enter(one, shop, channel, 'cleo');
    expect((await theirs.next())[1]).toMatchObject({ user_id: 'cleo' });
    await Promise.all([one.realtime.caughtUp(), two.realtime.caughtUp()]);
    const users = async (node: Fixture, app: App) =>
      ((await ask(node, app, ['GET', `/channels/${channel}/users`]))['users'] as { id: string }[])
        .map(({ id }) => id)
        .toSorted();
    for (const node of [one, two])
      expect([await users(node, reverb), await users(node, shop)]).toEqual([['ann'], ['ben', 'cleo']]);
    const phone = io(one.url, { transports: ['websocket'], auth: { token: 'alice' }, forceNew: true });
    const heard: unknown[] = [];
    phone.onAny((event) => heard.push(event));
    expect(await phone.emitWithAck('subscribe', { channel: 'news' })).toEqual({ ok: true });
    await ask(two, shop, ['POST', '/events', { name: 'theirs', channels: ['news', channel], data: '{}' }]);
    expect((await theirs.next())[0]).toBe('theirs');
    theirs.send('client-hi', {}, channel);
    await ask(one, reverb, ['POST', '/events', { name: 'ours', channels: ['news', channel], data: '{}' }]);
    await expect.poll(() => heard).toEqual(['ours']);
    expect((await ours.next())[0]).toBe('ours');
    expect(await ours.sofar()).toEqual([]);
    phone.disconnect();
  });
});
