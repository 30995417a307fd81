import { get, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Notice } from '@latido/protocol';
import { reverb } from '../../../apps/server/src/doors.testing.ts';
import { signChannel } from '../../../apps/server/src/pusher/signature.ts';

/** So many shake hands at once. */
const AT_ONCE = 50;
/** After how long a client comes back, at least and at most: as pusher-js, which waits a second. */
const BACK_AFTER_MS = { least: 0, most: 1_000 };

/** Somebody at the Pusher door with their inbox, who comes back from where they were whenever the socket is lost. */
class Guest {
  /** Names in the notices, as they came. */
  readonly seen: string[] = [];
  isIn = false;
  readonly #personId: string;
  readonly #of: { readonly urlOf: () => string; readonly took: (name: string) => void };
  #cursor: string | null = null;
  #socket: WebSocket | undefined;
  #isOver = false;

  constructor(n: number, of: { urlOf: () => string; took: (name: string) => void }) {
    this.#personId = `person_guest${n}`;
    this.#of = of;
  }

  /** Resolves once the inbox is subscribed. */
  open(): Promise<void> {
    return new Promise((resolve) => this.#connect(resolve));
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.terminate();
  }

  #connect(joined: () => void): void {
    const url = `${this.#of.urlOf().replace('http', 'ws')}/app/${reverb.key}?protocol=7`;
    const socket = (this.#socket = new WebSocket(url, { perMessageDeflate: false }));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.isIn = false;
      if (this.#isOver) return;
      const { least, most } = BACK_AFTER_MS;
      setTimeout(() => this.#connect(joined), least + Math.random() * (most - least));
    });
    socket.on('message', (bytes: Buffer) => {
      const { event, data } = JSON.parse(bytes.toString()) as { event: string; data: string };
      if (event === 'pusher:connection_established')
        this.#subscribe(socket, (JSON.parse(data) as { socket_id: string }).socket_id);
      else if (event === 'pusher_internal:subscription_succeeded') this.#joined(joined);
      else if (event === 'call.partner_left') this.#take(JSON.parse(data) as Notice);
    });
  }

  #subscribe(socket: WebSocket, socketId: string): void {
    const channel = `private-inbox-${this.#personId}`;
    const channelData = JSON.stringify({ after: this.#cursor });
    const auth = signChannel(reverb, { socketId, channel, channelData });
    const data = { channel, auth, channel_data: channelData };
    socket.send(JSON.stringify({ event: 'pusher:subscribe', data }));
  }

  #joined(joined: () => void): void {
    this.isIn = true;
    joined();
  }

  #take({ cursor, payload }: Notice): void {
    this.#cursor = cursor;
    const name = String(payload['name']);
    this.seen.push(name);
    this.#of.took(name);
  }
}

/** Guests of a server, numbered from zero. */
export class Guests {
  readonly all: Guest[];

  constructor(count: number, of: { urlOf: () => string; took: (name: string) => void }) {
    this.all = Array.from({ length: count }, (_, n) => new Guest(n, of));
  }

  async open(): Promise<void> {
    for (let at = 0; at < this.all.length; at += AT_ONCE)
      await Promise.all(this.all.slice(at, at + AT_ONCE).map((guest) => guest.open()));
  }

  get in(): number {
    return this.all.filter(({ isIn }) => isIn).length;
  }

  close(): void {
    for (const guest of this.all) guest.close();
  }
}

/** Opens a stream of events a guest; resolves when all are served. */
export async function openStreams(url: string, from: number, to: number): Promise<IncomingMessage[]> {
  const streams: IncomingMessage[] = [];
  for (let at = from; at < to; at += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, n) => openStream(url, at + n));
    streams.push(...(await Promise.all(some)));
  }
  return streams;
}

function openStream(url: string, guest: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer guest${guest}`, accept: 'text/event-stream' };
    get(`${url}/api/v1/inbox/stream`, { headers, agent: false }, (answer) => {
      if (answer.statusCode !== 200)
        return reject(new Error(`a stream was answered with ${answer.statusCode}`));
      answer.once('data', () => resolve(answer));
    }).on('error', reject);
  });
}
