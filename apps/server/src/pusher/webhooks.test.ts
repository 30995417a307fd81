import { randomBytes } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import PusherServer from 'pusher';
import type PusherJs from 'pusher-js';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryHub, silentLog, type Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { sharedInMemory } from '../realtime/index.ts';
import { member, reverb, signed, startFixture, type Client, type Fixture } from './fixture.testing.ts';

/** pusher-js as it is on npm: its Node build. */
const Encrypted = createRequire(import.meta.url)('pusher-js') as typeof PusherJs.default;
const encryptionKey = randomBytes(32).toString('base64');

/** A team's own backend, which takes webhooks as Pusher's library for servers reads them. */
class Backend {
  readonly events: Record<string, string | number>[] = [];
  /** Answers for the next requests; then 200. */
  readonly answers: number[] = [];
  asked = 0;
  #server!: Server;
  readonly #pusher = new PusherServer({ ...reverb, host: '127.0.0.1' });

  async start(): Promise<string> {
    this.#server = createServer(async (request, response) => {
      let rawBody = '';
      for await (const chunk of request) rawBody += String(chunk);
      this.asked += 1;
      const status = this.answers.shift() ?? 200;
      if (status === 200) this.#take(request.headers, rawBody);
      response.writeHead(status).end();
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`;
  }

  #take(headers: IncomingHttpHeaders, rawBody: string): void {
    const webhook = this.#pusher.webhook({ headers, rawBody } as never);
    expect(webhook.isValid()).toBe(true);
    this.events.push(...(webhook.getEvents() as never as Record<string, string | number>[]));
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

for (const store of await openTestDatabases()) {
  describe(`webhooks of channels on ${store.name}`, () => {
    let database: Database;
    let backend: Backend;
    let clock: ManualClock;
    let settings: Record<string, string>;
    let nodes: Fixture[];
    let start: () => Promise<Fixture>;
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      backend = new Backend();
      clock = new ManualClock(Date.now());
      settings = { LATIDO_CHANNEL_WEBHOOK_URL: await backend.start() };
      const [hub, shared] = [memoryHub(silentLog), sharedInMemory(() => clock.now())];
      nodes = [];
      start = async () => {
        const hints = hub.join();
        const node = await startFixture(database, { clock, hints, shared: shared(hints.node), settings });
        nodes.push(node);
        return node;
      };
      return async () => {
        for (const node of nodes) await node.close();
        backend.close();
        await sql`delete from pusher.occupied`.execute(database.db);
        await sql`delete from pusher.webhook_event`.execute(database.db);
        await sql`delete from pusher.webhook_turn`.execute(database.db);
      };
    });
    afterAll(() => database.close());

    const told = async (): Promise<Record<string, string | number>[]> => {
      for (const node of nodes) {
        await node.realtime.caughtUp();
        await node.pusher.webhooks.get(reverb.appId)?.settled();
      }
      return backend.events.splice(0);
    };
    const join = async (node: Fixture, channel: string, data?: string): Promise<Client> => {
      const client = await node.connect();
      const isOpen = !/^(private|presence)-/.test(channel);
      client.send('pusher:subscribe', isOpen ? { channel } : signed(client, channel, data));
      expect((await client.next())[0]).toBe('pusher_internal:subscription_succeeded');
      return client;
    };
    /** It is cut off, and its node has noticed. */
    const gone = async (node: Fixture, client: Client): Promise<void> => {
      const before = node.pusher.connectionCount;
      client.socket.terminate();
      await expect.poll(() => node.pusher.connectionCount).toBe(before - 1);
      await node.realtime.caughtUp();
    };

    test('[HOOK-1] a channel is occupied once and vacated once, whatever the number of sockets and nodes', async () => {
      const [one, two] = [await start(), await start()];
      const first = await join(one, 'news');
      const second = await join(two, 'news');
      expect(await told()).toEqual([{ name: 'channel_occupied', channel: 'news' }]);
      await gone(one, first);
      await clock.advance(3_000);
      expect(await told()).toEqual([]);
      await gone(two, second);
      await clock.advance(2_900);
      expect(await told()).toEqual([]);
      await clock.advance(100);
      expect(await told()).toEqual([{ name: 'channel_vacated', channel: 'news' }]);
    });

    test('[HOOK-2] a page that reloads, or changes nodes, is told as neither gone nor come', async () => {
      const [one, two] = [await start(), await start()];
      const page = await join(one, 'presence-office', member('ann'));
      await told();
      await gone(one, page);
      await clock.advance(1_000);
      await join(two, 'presence-office', member('ann'));
      await clock.advance(3_000);
      expect(await told()).toEqual([]);
    });

    test('[HOOK-3] members are told by their ids, after their channel has opened and before it is vacated', async () => {
      const one = await start();
      const office = 'presence-office';
      const clients = [await join(one, office, member('ann')), await join(one, office, member('ann'))];
      clients.push(await join(one, office, member('ben')));
      expect(await told()).toEqual([
        { name: 'channel_occupied', channel: office },
        { name: 'member_added', channel: office, user_id: 'ann' },
        { name: 'member_added', channel: office, user_id: 'ben' },
      ]);
      for (const client of clients) await gone(one, client);
      await clock.advance(3_000);
      const events = await told();
      expect(events.map(({ name, user_id }) => [name, user_id])).toHaveLength(3);
      expect(
        events
          .map(({ user_id }) => user_id)
          .filter(Boolean)
          .sort(),
      ).toEqual(['ann', 'ben']);
      expect(events.at(-1)).toEqual({ name: 'channel_vacated', channel: office });
    });

    test('[HOOK-4] what clients say, and an empty cache, is told with who it was', async () => {
      const one = await start();
      const ann = await join(one, 'presence-cache-talk', member('ann'));
      await ann.next();
      ann.send('client-hi', { n: 1 }, 'presence-cache-talk');
      await ann.sofar();
      const events = await told();
      expect(events).toContainEqual({ name: 'cache_miss', channel: 'presence-cache-talk' });
      expect(events).toContainEqual({
        name: 'client_event',
        channel: 'presence-cache-talk',
        event: 'client-hi',
        data: '{"n":1}',
        socket_id: ann.socketId,
        user_id: 'ann',
      });
    });

    test('[HOOK-9] NUL and half of a character in what a client says go through, and hold nothing up', async () => {
      const one = await start();
      const channel = 'private-odd';
      const ann = await join(one, channel);
      await told();
      ann.send('client-a\0b\ud83d', '\0\ud83d', channel);
      ann.send('client-after', 'plain', channel);
      await ann.sofar();
      const said = { name: 'client_event', channel, socket_id: ann.socketId };
      expect(await told()).toEqual([
        { ...said, event: 'client-a\0b\ud83d', data: '\0\ud83d' },
        { ...said, event: 'client-after', data: 'plain' },
      ]);
    });

    test('[HOOK-5] a backend that is away is told later, in order, everything once', async () => {
      const one = await start();
      backend.answers.push(500, 500);
      await join(one, 'a');
      expect(await told()).toEqual([]);
      await join(one, 'b');
      expect(await told()).toEqual([]);
      expect(backend.asked).toBe(1);
      await clock.advance(1_000);
      expect(await told()).toEqual([]);
      await clock.advance(2_000);
      expect((await told()).map(({ channel }) => channel)).toEqual(['a', 'b']);
      expect(backend.asked).toBe(3);
    });

    test('[HOOK-6] what a node that died had open is found to be vacated, and what was not noted to be open', async () => {
      const one = await start();
      await join(one, 'here');
      await told();
      await sql`insert into pusher.occupied (app_id, channel) values (${reverb.appId}, 'of the dead')`.execute(
        database.db,
      );
      await sql`delete from pusher.occupied where channel = 'here'`.execute(database.db);
      for (let n = 0; n < 3; n += 1) await one.pusher.webhooks.get(reverb.appId)?.sweep();
      expect((await told()).map(({ name, channel }) => [name, channel])).toEqual([
        ['channel_occupied', 'here'],
        ['channel_vacated', 'of the dead'],
      ]);
    });

    test('[HOOK-10] what could not be noted is noted by the next sweep, where nothing else happens', async () => {
      const one = await start();
      const ann = await join(one, 'private-quiet');
      await told();
      await sql`alter table pusher.webhook_event add constraint no_room check (false) not valid`.execute(
        database.db,
      );
      ann.send('client-hi', { n: 1 }, 'private-quiet');
      await ann.sofar();
      expect(await told()).toEqual([]);
      await sql`alter table pusher.webhook_event drop constraint no_room`.execute(database.db);
      expect(await told()).toEqual([]);
      await one.pusher.webhooks.get(reverb.appId)?.sweep();
      expect(await told()).toMatchObject([{ name: 'client_event', event: 'client-hi' }]);
    });

    test('[HOOK-7] only what is wanted is told', async () => {
      settings = { ...settings, LATIDO_CHANNEL_WEBHOOK_EVENTS: 'member_added' };
      const one = await start();
      await join(one, 'presence-office', member('ann'));
      expect((await told()).map(({ name }) => name)).toEqual(['member_added']);
    });

    test('[HOOK-8] how many sockets are in a channel is told once for all nodes, where sockets are told it', async () => {
      settings = {
        ...settings,
        LATIDO_SUBSCRIPTION_COUNT: '1',
        LATIDO_CHANNEL_WEBHOOK_EVENTS: 'channel_vacated,subscription_count',
      };
      const [one, two] = [await start(), await start()];
      const first = await join(one, 'news');
      await join(one, 'presence-office', member('ann'));
      expect(await told()).toEqual([{ name: 'subscription_count', channel: 'news', subscription_count: 1 }]);
      const second = await join(two, 'news');
      expect(await told()).toEqual([{ name: 'subscription_count', channel: 'news', subscription_count: 2 }]);
      await gone(one, first);
      expect(await told()).toEqual([{ name: 'subscription_count', channel: 'news', subscription_count: 1 }]);
      await gone(two, second);
      await clock.advance(3_000);
      expect(await told()).toEqual([{ name: 'channel_vacated', channel: 'news' }]);
    });

    test('[PUSHER-22] pusher-js reads what the library for servers encrypts, with the secret of our auth route', async () => {
      settings = {
        ...settings,
        REVERB_APP_ENCRYPTION_KEY: encryptionKey,
        LATIDO_CHANNEL_RULES: 'private-encrypted-orders:collector',
      };
      const one = await start();
      const channel = 'private-encrypted-inbox-person_bob';
      const { status } = await one.authorize('bob', { socket_id: '1.1', channel_name: channel });
      expect(status).toBe(403);
      const own = new Encrypted('key', {
        cluster: '',
        wsHost: '127.0.0.1',
        wsPort: one.port,
        forceTLS: false,
        enabledTransports: ['ws'],
        channelAuthorization: {
          transport: 'ajax',
          endpoint: '',
          customHandler: ({ socketId, channelName }, done) => {
            const body = { socket_id: socketId, channel_name: channelName };
            void one
              .authorize('carol', body)
              .then(async (answer) => done(null, (await answer.json()) as never));
          },
        },
      });
      const open = own.subscribe('private-encrypted-orders');
      await new Promise<void>((resolve, reject) => {
        open.bind('pusher:subscription_succeeded', resolve);
        open.bind('pusher:subscription_error', (error: unknown) => reject(new Error(JSON.stringify(error))));
      });
      const heard = new Promise((resolve) => open.bind('paid', resolve));
      const pusher = new PusherServer({
        ...reverb,
        host: '127.0.0.1',
        port: String(one.port),
        encryptionMasterKeyBase64: encryptionKey,
      });
      await pusher.trigger('private-encrypted-orders', 'paid', { amount: 7 });
      expect(await heard).toEqual({ amount: 7 });
      own.disconnect();
    });
  });
}
