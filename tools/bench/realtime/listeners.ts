import { WebSocket } from 'ws';

/** How a client of each server opens its socket and comes into the channel. */
const SPEAKS: Readonly<
  Record<string, { readonly path: string; readonly hello: readonly string[]; isIn(text: string): boolean }>
> = {
  latido: {
    path: '/app/key?protocol=7',
    hello: [JSON.stringify({ event: 'pusher:subscribe', data: { channel: 'bench' } })],
    isIn: (text) => text.includes('subscription_succeeded'),
  },
  frames: { path: '/', hello: [], isIn: () => true },
  'socket.io': {
    path: '/socket.io/?EIO=4&transport=websocket',
    hello: ['40'],
    isIn: (text) => text.startsWith('40'),
  },
};
/** Who does not answer the Pusher door's ping is closed, in the middle of a long run. */
const PONG = JSON.stringify({ event: 'pusher:pong' });
/** So many shake hands at once. */
const AT_ONCE = 50;

/** Sockets that count what they are sent. */
export class Listeners {
  readonly #kind: string;
  readonly #url: string;
  readonly #sockets: WebSocket[] = [];
  #waiting: { readonly total: number; readonly done: () => void } | null = null;
  /** Messages of the channel that came so far, at all of them. */
  total = 0;

  constructor(kind: string, url: string) {
    this.#kind = kind;
    this.#url = url.replace('http', 'ws');
  }

  /** Opens so many more; resolves when all are in the channel. */
  async open(count: number): Promise<void> {
    for (let left = count; left > 0; left -= AT_ONCE)
      await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => this.#openOne()));
  }

  /** Resolves when so many messages have come. */
  received(total: number): Promise<void> {
    return new Promise((done) => {
      if (this.total >= total) done();
      else this.#waiting = { total, done };
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #openOne(): Promise<void> {
    const speaks = SPEAKS[this.#kind];
    if (!speaks) throw new Error(`Nobody speaks to ${this.#kind}.`);
    const socket = new WebSocket(this.#url + speaks.path, { perMessageDeflate: false });
    this.#sockets.push(socket);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        for (const text of speaks.hello) socket.send(text);
        if (speaks.hello.length === 0) resolve();
      });
      socket.on('message', (bytes: Buffer) => {
        if (bytes.includes('tick')) return this.#count();
        const text = bytes.toString();
        if (text === '2') socket.send('3');
        else if (text.includes('pusher:ping')) socket.send(PONG);
        else if (speaks.isIn(text)) resolve();
      });
    });
  }

  #count(): void {
    this.total += 1;
    if (this.#waiting === null || this.total < this.#waiting.total) return;
    const { done } = this.#waiting;
    this.#waiting = null;
    done();
  }
}
