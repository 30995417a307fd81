import type { NoticePayload } from '@latido/protocol';
/** For tests only: the product's server with people who need no account, and a client that speaks frames. */
import { once } from 'node:events';
import { sql } from 'kysely';
import { WebSocket } from 'ws';
import type { Access, Principal } from '../access/index.ts';
import { createServer } from '../app.ts';
import { hintRecipients, notify } from '../inbox/index.ts';
import { loadConfig, type Clock, type Database, type Hints } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import type { StandIns } from '../stand-ins.ts';
import { md5, signChannel, signRequest } from './signature.ts';

export const reverb = { appId: 'latido', key: 'key', secret: '5f0d9a6b27c84e13b6d2098f7a41ce35' };
const person = (name: string, role: Principal['roles'][number]): Principal => ({
  personId: `person_${name.toLowerCase()}`,
  name,
  email: null,
  roles: [role],
  locale: 'en',
  via: 'bearer',
  sessionId: null,
  scopes: [],
});
const people: Record<string, Principal> = {
  alice: person('Alice', 'client'),
  bob: person('Bob', 'model'),
  carol: person('Carol', 'collector'),
  dora: person('Dora', 'mentor'),
  admin: { ...person('Ada', 'admin'), personId: 'person_admin' },
};

/** Who is behind a bearer token: no account, no password. */
const access: Partial<Access> = {
  principal: async ({ headers }) => people[headers.authorization?.slice('Bearer '.length) ?? ''] ?? null,
};

const secret = '8a1f6c0e93b74d25a7e1c4f09d3b6852';
const settings = {
  NODE_ENV: 'production',
  PORT: '0',
  LATIDO_HOST: '127.0.0.1',
  LATIDO_PUBLIC_URL: 'http://localhost',
  LATIDO_ORIGINS: 'https://good.example',
  LATIDO_AUTH_SECRET: secret,
  // Nobody answers there: no call is made.
  LIVEKIT_URL: 'ws://127.0.0.1:9',
  LIVEKIT_API_KEY: 'key',
  LIVEKIT_API_SECRET: secret,
  REVERB_APP_ID: reverb.appId,
  REVERB_APP_KEY: reverb.key,
  REVERB_APP_SECRET: reverb.secret,
};

interface FixtureOptions {
  readonly clock?: Clock;
  readonly hints?: Hints;
  readonly subscriptionCount?: boolean;
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/** The server on a free port; `Authorization: Bearer alice` is alice. It leaves the database open. */
export async function startFixture(database: Database, more: StandIns['realtime'] & FixtureOptions = {}) {
  const { db } = database;
  const { clock, hints: given, subscriptionCount = false, ...realtime } = more;
  const server = await createServer({
    config: loadConfig({ ...settings, ...(subscriptionCount ? { LATIDO_SUBSCRIPTION_COUNT: '1' } : {}) }),
    database: { ...database, close: async () => undefined },
    standIns: { access, realtime, idle: true },
    ...(clock === undefined ? {} : { clock }),
    ...(given === undefined ? {} : { hints: given }),
  });
  const { app, port, url, hints, modules } = server;
  const clients: Client[] = [];
  return {
    db,
    app,
    port,
    realtime: modules.realtime,
    pusher: modules.pusher,
    hints,
    url,
    /** A client that has its socket id. */
    async connect(query = '?protocol=7', headers: Record<string, string> = {}): Promise<Client> {
      const client = new Client(`ws://127.0.0.1:${port}/app/key${query}`, headers);
      clients.push(client);
      const [, data] = await client.next();
      client.socketId = (data as { socket_id: string }).socket_id;
      return client;
    },
    async authorize(
      who: string,
      body: Record<string, unknown>,
      path = '/broadcasting/auth',
    ): Promise<Response> {
      return await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${who}` },
        body: JSON.stringify(body),
      });
    },
    /** Tells somebody something and publishes the hint, unless it is to be lost. */
    async tell(recipientId: string, key: string, { lost = false } = {}): Promise<void> {
      await db
        .transaction()
        .execute((tx) =>
          notify(tx, { recipientId, dedupKey: key, type: 'call.partner_left', payload: leftNamed(key) }),
        );
      if (!lost) hintRecipients(hints, [recipientId]);
    },
    async close(): Promise<void> {
      for (const client of clients) client.socket.terminate();
      await server.close();
    },
  };
}

/** A fixture for a whole file, on the first kind of database, with a call between alice and bob. */
export async function startFixtureOf(callId: string) {
  const [store] = await openTestDatabases();
  if (!store) throw new Error('no database');
  const database = await store.open();
  await aCall(database, callId);
  const fixture = await startFixture(database);
  const close = async (): Promise<void> => {
    await fixture.close();
    await database.close();
  };
  return { database, fixture, close };
}

/** Asks Pusher's HTTP API, signed. `change` spoils what is signed. */
export async function askHttpApi(
  url: string,
  [method, path, body]: readonly [method: string, path: string, body?: unknown],
  change: Record<string, string> = {},
): Promise<Response> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const [bare = '', search = ''] = path.split('?');
  const query = {
    ...Object.fromEntries(new URLSearchParams(search)),
    auth_key: reverb.key,
    auth_timestamp: String(Math.floor(Date.now() / 1000)),
    auth_version: '1.0',
    ...(text === '' ? {} : { body_md5: md5(text) }),
  };
  const auth_signature = signRequest(reverb, { method, path: bare, query });
  const all = new URLSearchParams({ ...query, auth_signature, ...change });
  return await fetch(`${url}${bare}?${all}`, {
    method,
    ...(text === '' ? {} : { body: text, headers: { 'content-type': 'application/json' } }),
  });
}

/** What `pusher:subscribe` wants of a channel that is signed. */
export function signed(client: Client, channel: string, channelData?: string): Record<string, string> {
  return {
    channel,
    auth: signChannel(reverb, { socketId: client.socketId, channel, channelData }),
    ...(channelData === undefined ? {} : { channel_data: channelData }),
  };
}

/** `channel_data` of a member of a presence channel. */
export function member(id: string): string {
  return JSON.stringify({ user_id: id, user_info: { name: id } });
}

/** A call between alice and bob. */
export async function aCall(database: Database, callId: string): Promise<void> {
  await sql`insert into calls.call (id, room_name, livekit_room) values (${callId}, ${callId}, ${callId})`.execute(
    database.db,
  );
  await sql`insert into calls.call_person (call_id, person_id, role)
    values (${callId}, 'person_alice', 'payer'), (${callId}, 'person_bob', 'earner')`.execute(database.db);
}

/** Event, data (parsed), channel. */
export type Frame = [event: string, data: unknown, channel?: string];

/** Speaks frames, and waits for them. */
export class Client {
  readonly socket: WebSocket;
  socketId = '';
  readonly closed: Promise<[code: number, reason: string]>;
  #frames: Frame[] = [];
  #wake: () => void = () => undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers });
    this.closed = once(this.socket, 'close').then(([code, reason]) => [code as number, String(reason)]);
    this.socket.on('message', (text) => {
      const { event, data, channel } = JSON.parse(String(text)) as Record<string, unknown>;
      const read: unknown = typeof data === 'string' ? JSON.parse(data) : data;
      this.#frames.push([
        event as string,
        read,
        ...(channel === undefined ? [] : [channel as string]),
      ] as Frame);
      this.#wake();
    });
  }

  send(event: string, data: unknown, channel?: string): void {
    this.socket.send(JSON.stringify({ event, data, channel }));
  }

  /** The next frame. */
  async next(): Promise<Frame> {
    while (this.#frames.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#frames.shift() as Frame;
  }

  async take(count: number): Promise<Frame[]> {
    const frames: Frame[] = [];
    while (frames.length < count) frames.push(await this.next());
    return frames;
  }

  /** Everything up to the answer to a ping: what has been said so far. */
  async sofar(): Promise<Frame[]> {
    this.send('pusher:ping', {});
    const frames: Frame[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame[0] === 'pusher:pong') return frames;
      frames.push(frame);
    }
  }
}

/** A partner who left, called so: what tests tell notices apart by. */
export function leftNamed(name: string): NoticePayload<'call.partner_left'> {
  const at = '2026-01-05T10:01:00.000Z';
  const call = { callId: 'call_told', roomName: 'blue', personId: 'person_zoe', name };
  return { ...call, reason: 'left', state: 'left', at, graceUntil: null };
}
