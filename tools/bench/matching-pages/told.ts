import { WebSocket } from 'ws';
import { signChannel, type AppKey } from '../../../apps/server/src/pusher/signature.ts';
import type { Somebody } from '../matching/line.ts';

/** So many shake hands at once. */
const AT_ONCE = 50;
const PONG = JSON.stringify({ event: 'pusher:pong' });

/** When somebody was told that they have an offer, and of which call in which room. */
export interface Offered {
  readonly at: number;
  readonly callId: string;
  readonly roomName: string;
}

/** Pages' sockets on their own channels: what they are told of where they stand. */
export class Told {
  readonly last = new Map<string, Offered>();
  readonly #sockets: WebSocket[] = [];
  readonly #waiting = new Map<string, (offered: Offered) => void>();
  readonly #address: string;
  readonly #app: AppKey;

  constructor(url: string, app: AppKey) {
    this.#address = `${url.replace('http', 'ws')}/app/${app.key}?protocol=7`;
    this.#app = app;
  }

  /** Resolves when all of them are in their channels. */
  async listen(people: readonly Somebody[]): Promise<void> {
    for (let from = 0; from < people.length; from += AT_ONCE)
      await Promise.all(people.slice(from, from + AT_ONCE).map((one) => this.#open(one.personId)));
  }

  /** The next offer of somebody; call it before whatever brings it. */
  next(personId: string): Promise<Offered> {
    return new Promise((resolve) => this.#waiting.set(personId, resolve));
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #open(personId: string): Promise<void> {
    const socket = new WebSocket(this.#address, { perMessageDeflate: false });
    this.#sockets.push(socket);
    const channel = `private-user-${personId}`;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (bytes: Buffer) => {
        const { event, data } = JSON.parse(bytes.toString()) as { event: string; data: string };
        if (event === 'matching.state') return this.#hear(personId, data);
        if (event === 'pusher:ping') socket.send(PONG);
        if (event === 'pusher_internal:subscription_succeeded') resolve();
        if (event.includes('error')) reject(new Error(bytes.toString()));
        if (event !== 'pusher:connection_established') return;
        const { socket_id: socketId } = JSON.parse(data) as { socket_id: string };
        const auth = signChannel(this.#app, { socketId, channel });
        socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel, auth } }));
      });
    });
  }

  #hear(personId: string, data: string): void {
    const {
      state,
      callId = '',
      roomName = '',
    } = JSON.parse(data) as {
      state: string;
      callId?: string;
      roomName?: string;
    };
    if (state !== 'offered' && state !== 'connecting') return;
    if (this.last.get(personId)?.callId === callId) return;
    const offered = { at: performance.now(), callId, roomName };
    this.last.set(personId, offered);
    const resolve = this.#waiting.get(personId);
    this.#waiting.delete(personId);
    resolve?.(offered);
  }
}
