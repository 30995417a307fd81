/** For tests only: clients of the Pusher door that speak frames. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { aCall, leftNamed, reverb, startDoors } from '../doors.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { md5, signChannel, signRequest } from './signature.ts';

export { aCall, leftNamed, reverb };
export type Fixture = Awaited<ReturnType<typeof startFixture>>;

/** The doors, and clients of this one. */
export async function startFixture(...given: Parameters<typeof startDoors>) {
  const doors = await startDoors(...given);
  const { port, modules } = doors;
  const clients: Client[] = [];
  return {
    ...doors,
    realtime: modules.realtime,
    pusher: modules.pusher,
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
    /** Ends the server while its clients are connected. */
    end: () => doors.close(),
    async close(): Promise<void> {
      for (const client of clients) client.socket.terminate();
      await doors.close();
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

  /** How many frames came that nobody has asked for yet. */
  get unread(): number {
    return this.#frames.length;
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
