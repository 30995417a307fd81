import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import PusherServer from 'pusher';
import type PusherJs from 'pusher-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { reverb, startFixture, type Fixture } from './fixture.testing.ts';
import { signRequest } from './signature.ts';

/** pusher-js as it is on npm: its Node build. */
const Pusher = createRequire(import.meta.url)('pusher-js') as typeof PusherJs.default;
const shop = { appId: '2', key: 'shop', secret: '0f1e2d3c4b5a69788796a5b4c3d2e1f0' };
const [store] = await openTestDatabases();

describe('several apps', () => {
  let database: Database;
  let fixture: Fixture;
  let hooks: Server;
  const heard: unknown[] = [];
  const open: PusherJs.default[] = [];
  beforeAll(async () => {
    hooks = createServer(async (request, response) => {
      let rawBody = '';
      for await (const chunk of request) rawBody += String(chunk);
      const webhook = teamOf(shop).webhook({ headers: request.headers, rawBody } as never);
      if (webhook.isValid()) heard.push(...webhook.getEvents());
      response.end();
    });
    await new Promise<void>((resolve) => hooks.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(hooks.address() as AddressInfo).port}`;
    database = await store!.open();
    const settings = { LATIDO_APPS: `${shop.appId}:${shop.key}:${shop.secret}:${url}` };
    fixture = await startFixture(database, { settings });
  });
  afterEach(() => {
    for (const each of open.splice(0)) each.disconnect();
  });
  afterAll(async () => {
    hooks.close();
    hooks.closeAllConnections();
    await fixture.close();
    await database.close();
  });

  /** The library for servers of a team, with the secret of an app. */
  const teamOf = (app: typeof shop) =>
    new PusherServer({ ...app, host: '127.0.0.1', ...(fixture ? { port: String(fixture.port) } : {}) });
  /** A client of an app, for whom that team signs. */
  const clientOf = (key: string, signer: typeof shop): PusherJs.default => {
    const client = new Pusher(key, {
      cluster: '',
      wsHost: '127.0.0.1',
      wsPort: fixture.port,
      forceTLS: false,
      enabledTransports: ['ws'],
      channelAuthorization: {
        transport: 'ajax',
        endpoint: '',
        customHandler: ({ socketId, channelName }, done) =>
          done(
            null,
            teamOf(signer).authorizeChannel(socketId, channelName, { user_id: 'ann', user_info: {} }),
          ),
      },
    });
    open.push(client);
    return client;
  };
  /** A read of our own app, signed. */
  const signedPath = (path: string): string => {
    const query = {
      auth_key: reverb.key,
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: '1.0',
      info: 'subscription_count,cache',
    };
    const auth_signature = signRequest(reverb, { method: 'GET', path, query });
    return `${path}?${String(new URLSearchParams({ ...query, auth_signature }))}`;
  };
  const joined = (client: PusherJs.default, name: string) =>
    new Promise<PusherJs.Channel>((resolve, reject) => {
      const channel = client.subscribe(name);
      channel.bind('pusher:subscription_succeeded', () => resolve(channel));
      channel.bind('pusher:subscription_error', reject);
    });

  test('[PUSHER-24] the same name is another channel in another app, for events, members and reads', async () => {
    const [ours, theirs] = [clientOf('key', reverb), clientOf('shop', shop)];
    const told: string[] = [];
    for (const [who, client] of [
      ['ours', ours],
      ['theirs', theirs],
    ] as const)
      (await joined(client, 'news')).bind('flash', ({ n }: { n: number }) => told.push(`${who} ${n}`));
    await teamOf(reverb).trigger('news', 'flash', { n: 1 });
    await teamOf(shop).trigger('news', 'flash', { n: 2 });
    await expect.poll(() => told.toSorted()).toEqual(['ours 1', 'theirs 2']);
    await joined(theirs, 'presence-office');
    const channels = async (app: typeof shop) =>
      Object.keys(
        ((await (await teamOf(app).get({ path: '/channels' })).json()) as { channels: object }).channels,
      );
    expect([await channels(reverb), (await channels(shop)).toSorted()]).toEqual([
      ['news'],
      ['news', 'presence-office'],
    ]);
    const users = await (await teamOf(shop).get({ path: '/channels/presence-office/users' })).json();
    expect(users).toEqual({ users: [{ id: 'ann' }] });
  });

  test('[PUSHER-24] nobody gets into another app: not by its signature, its name, nor an id', async () => {
    await expect(joined(clientOf('shop', reverb), 'private-orders')).rejects.toBeDefined();
    for (const name of ['news|2', '#server-to-user-x|2'])
      await expect(joined(clientOf('key', reverb), name)).rejects.toBeDefined();
    const refused = async (asked: Promise<unknown>) =>
      (await asked.catch((error: { status: number }) => error)) as { status: number };
    const body = JSON.stringify({ name: 'e', channel: '#server-to-user-x|2', data: '{}' });
    expect((await refused(teamOf(reverb).post({ path: '/events', body }))).status).toBe(400);
    expect((await refused(teamOf({ ...shop, secret: reverb.secret }).trigger('news', 'e', {}))).status).toBe(
      401,
    );
    expect((await refused(teamOf({ ...shop, appId: '3' }).trigger('news', 'e', {}))).status).toBe(404);
  });

  test('[PUSHER-24] our own secret reads nothing of another app: not who is in a channel, nor its last event', async () => {
    await joined(clientOf('shop', shop), 'cache-rates');
    await teamOf(shop).trigger('cache-rates', 'rate', { secret: 7 });
    const read = (path: string) => fetch(`${fixture.url}${signedPath(path)}`);
    for (const path of ['', '/users'])
      expect((await read(`/apps/${reverb.appId}/channels/cache-rates%7C2${path}`)).status).toBe(400);
  });

  test('[PUSHER-24] an inbox is our own app’s: in another one its name is a channel like others', async () => {
    const channel = await joined(clientOf('shop', shop), 'private-inbox-person_bob');
    const told: string[] = [];
    channel.bind_global((event: string) => told.push(event));
    await fixture.tell('person_bob', 'not theirs');
    await teamOf(shop).trigger('private-inbox-person_bob', 'theirs', {});
    await expect.poll(() => told).toEqual(['theirs']);
  });

  test('[HOOK-8] the backend of an app is told of its own channels, by their own names', async () => {
    heard.splice(0);
    await joined(clientOf('key', reverb), 'ours');
    await joined(clientOf('shop', shop), 'theirs');
    await fixture.pusher.webhooks.get('2')?.settled();
    expect(heard.filter((event) => !JSON.stringify(event).includes('news'))).toContainEqual({
      name: 'channel_occupied',
      channel: 'theirs',
    });
    expect(JSON.stringify(heard)).not.toContain('ours');
  });

  test.each([
    ['2:shop', 'wants lines of id:key:secret'],
    ['2:shop:short', 'wants lines of id:key:secret'],
    [`2:shop:${shop.secret}:ftp://x`, 'wants lines of id:key:secret'],
    [`1:shop:${shop.secret}`, 'has "1" twice'],
    [`2:latido:${shop.secret}`, 'has "latido" twice'],
  ])('[PUSHER-24] LATIDO_APPS=%s is refused in words', (LATIDO_APPS, words) => {
    expect(() => loadConfig({ LATIDO_APPS })).toThrow(ConfigError);
    expect(() => loadConfig({ LATIDO_APPS })).toThrow(words);
  });
});
