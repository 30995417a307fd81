/** For tests only: a server with the realtime edge, and a client that speaks frames. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { WebSocket } from 'ws';
import { createInbox, hintRecipients, notify } from '../inbox/index.ts';
import {
  buildHttp,
  memoryHints,
  problem,
  silentLog,
  systemClock,
  type Clock,
  type Database,
  type Hints,
} from '../platform/index.ts';
import { createRealtime, type Joiner, type RealtimeDeps, type Who } from '../realtime/index.ts';
import { createPusher } from './index.ts';
import { md5, signChannel, signRequest } from './signature.ts';

export const reverb = { appId: 'latido', key: 'key', secret: 'secret' };
const people: Record<string, Joiner> = {
  alice: { personId: 'person_alice', name: 'Alice', roles: ['client'] },
  bob: { personId: 'person_bob', name: 'Bob', roles: ['model'] },
  carol: { personId: 'person_carol', name: 'Carol', roles: ['collector'] },
  dora: { personId: 'person_dora', name: 'Dora', roles: ['mentor'] },
  admin: { personId: 'person_admin', name: 'Ada', roles: ['admin'] },
};

/** Who is behind a bearer token, in place of access. */
const access: Who = {
  async require(request) {
    const joiner = people[request.headers.authorization?.slice('Bearer '.length) ?? ''];
    if (!joiner) throw problem('auth.required', 'Sign in first.');
    return joiner;
  },
};

interface FixtureOptions {
  readonly clock?: Clock;
  readonly hints?: Hints;
  readonly redisUrl?: string;
  readonly subscriptionCount?: boolean;
}

export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/** The edge on a free port. `Authorization: Bearer alice` is alice. */
export async function startFixture(
  database: Database,
  more: Partial<Pick<RealtimeDeps, 'presence' | 'callStateFor' | 'shared'>> & FixtureOptions = {},
) {
  const { db } = database;
  const {
    clock = systemClock,
    hints = memoryHints(silentLog),
    redisUrl,
    subscriptionCount = false,
    ...doors
  } = more;
  const settings = { trustProxy: [], publicUrl: 'http://localhost', development: false };
  const app = await buildHttp({ config: settings, log: silentLog });
  const known = { reverb, origins: ['https://good.example'], development: false, subscriptionCount };
  const config = redisUrl === undefined ? known : { ...known, redisUrl };
  const realtime = createRealtime({
    server: app.server,
    config,
    db,
    clock,
    hints,
    log: silentLog,
    ...doors,
  });
  const pusher = createPusher({ realtime, access, config, db, clock, log: silentLog });
  pusher.routes(app);
  await createInbox({ access, db, clock, log: silentLog, config: { inboxKeepMs: 1 } }).routes?.(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const clients: Client[] = [];
  return {
    db,
    app,
    port,
    realtime,
    pusher,
    hints,
    url: `http://127.0.0.1:${port}`,
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
          notify(tx, { recipientId, dedupKey: key, type: 'call.partner_left', payload: { key } }),
        );
      if (!lost) hintRecipients(hints, [recipientId]);
    },
    async close(): Promise<void> {
      for (const client of clients) client.socket.terminate();
      await pusher.close();
      await realtime.close();
      await app.close();
      await hints.close();
    },
  };
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
