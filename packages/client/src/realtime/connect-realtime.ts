import type { RealtimeApp } from '@latido/protocol';
import { request } from '../api/problem.ts';
import { backoffMs } from '../presence/backoff.ts';
import { Fallback } from './fallback.ts';
import type { RealtimeConnection, RealtimeDoor, RealtimeOptions, RealtimeStatus } from './options.ts';
import { PusherSocket } from './pusher-socket.ts';
import { Reading } from './reading.ts';
import { Subscriptions } from './subscriptions.ts';
import type { Timing } from './timing.ts';
import { OPENS_BEFORE_POLLING, SOON_TRIES, TIMING } from './timing.ts';

/**
 * Connects a person to what they have to be told: a WebSocket, and where none can be had a stream of events, a held poll, a
 * plain one. All doors serve one inbox with one cursor, so a change between them loses nothing and repeats nothing.
 *
 * It comes back by itself with full jitter (0.25–8 s), goes on by another door after two failed opens or ten seconds without a
 * frame, and then tries a socket every minute; at once when a server that was away answers again, and every few
 * seconds for a while where a socket was up before. It looks at once when the page is shown or the network comes back.
 */
export function connectRealtime(options: RealtimeOptions, timing: Timing = TIMING): RealtimeConnection {
  const connection = new Connection(options, timing);
  connection.open();
  return connection;
}

class Connection implements RealtimeConnection {
  readonly #options: RealtimeOptions;
  readonly #timing: Timing;
  readonly #reading: Reading;
  readonly #subscriptions: Subscriptions;
  readonly #fallback: Fallback;
  readonly #stopListening: () => void;
  readonly #opened = new Set<() => void>();
  #status: RealtimeStatus = 'connecting';
  #socket: PusherSocket | null = null;
  #key: string | null;
  #learning = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Opens in a row that did not become live. */
  #failed = 0;
  /** How many more tries come soon, because a socket was up a moment ago: the server is being started again. */
  #soonTries = 0;

  constructor(options: RealtimeOptions, timing: Timing) {
    this.#options = options;
    this.#timing = timing;
    this.#key = options.key ?? null;
    this.#reading = new Reading(options.after ?? null, options.onNotice);
    this.#subscriptions = new Subscriptions({
      options,
      reading: this.#reading,
      live: () => this.#live(),
      failed: () => this.#giveUpSocket(),
      ackMs: timing.ackMs,
    });
    this.#fallback = new Fallback({
      options,
      reading: this.#reading,
      everyMs: timing.pollEveryMs,
      streamQuietMs: timing.streamQuietMs,
      heldMs: timing.heldMs,
      ackMs: timing.ackMs,
      event: (name, data) => this.#subscriptions.personal(name, data),
      answered: (well) => this.#polled(well),
    });
    this.#stopListening = whenBack(() => this.wake());
  }

  get status(): RealtimeStatus {
    return this.#status;
  }

  get connected(): boolean {
    return this.#status === 'live';
  }

  get door(): RealtimeDoor | null {
    return this.connected ? 'socket' : this.#fallback.door;
  }

  get cursor(): string | null {
    return this.#reading.cursor;
  }

  subscribe(channel: string, onEvent: (event: string, data: unknown) => void): () => void {
    return this.#subscriptions.listen(channel, onEvent);
  }

  opened(tell: () => void): () => void {
    this.#opened.add(tell);
    return () => this.#opened.delete(tell);
  }

  wake(): void {
    if (this.#status === 'closed') return;
    if (this.#socket) this.#socket.probe();
    else this.open();
    this.#fallback.ask();
  }

  close(): void {
    this.#set('closed');
    this.#stopListening();
    this.#fallback.stop();
    clearTimeout(this.#timer);
    this.#subscriptions.lost();
    this.#socket?.close();
    this.#socket = null;
  }

  open(): void {
    clearTimeout(this.#timer);
    if (this.#status === 'closed' || this.#socket || this.#learning) return;
    if (!this.#fallback.on) this.#set('connecting');
    if (this.#key === null) return void this.#learnKey();
    const socket = new PusherSocket(socketUrl(this.#options.url, this.#key), {
      quietMs: this.#timing.quietMs,
      listener: {
        opened: (socketId) => this.#subscriptions.open(socket, socketId),
        event: (name, data, channel) => this.#subscriptions.event(name, data, channel),
        closed: (why) => this.#lost(why),
      },
    });
    this.#socket = socket;
  }

  async #learnKey(): Promise<void> {
    this.#learning = true;
    try {
      const address = { baseUrl: this.#options.url };
      const response = await request(address, { method: 'GET', path: '/api/v1/realtime' });
      this.#key = ((await response.json()) as RealtimeApp).key;
    } catch {
      this.#key = null;
    }
    this.#learning = false;
    if (this.#key === null) this.#lost({ quiet: false, code: 1000 });
    else this.open();
  }

  /** A server that was away and answers again most likely takes sockets again, too. */
  #polled(well: boolean): void {
    const back = well && this.#status === 'offline';
    this.#set(well ? 'polling' : 'offline');
    if (back) this.open();
  }

  #live(): void {
    this.#failed = 0;
    this.#soonTries = SOON_TRIES;
    this.#fallback.stop();
    this.#set('live');
  }

  #giveUpSocket(): void {
    this.#socket?.close();
    this.#lost({ quiet: false, code: 1000 });
  }

  #lost({ quiet, code }: { quiet: boolean; code: number }): void {
    const wasLive = this.#status === 'live';
    this.#socket = null;
    this.#subscriptions.lost();
    if (this.#status === 'closed') return;
    if (!wasLive) this.#failed += 1;
    // 40xx: the server will not have us on a socket, so there is no point in asking soon.
    if (code >= 4000 && code < 4100) {
      this.#failed = Math.max(this.#failed, OPENS_BEFORE_POLLING);
      this.#soonTries = 0;
    }
    if (wasLive) this.#set('connecting');
    if (quiet || this.#failed >= OPENS_BEFORE_POLLING) this.#fallback.start();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), this.#waitMs());
  }

  #waitMs(): number {
    const { backoffScale, soonMs, retryMs } = this.#timing;
    if (this.#failed < OPENS_BEFORE_POLLING) return backoffMs(this.#failed, Math.random()) * backoffScale;
    if (this.#soonTries === 0) return retryMs;
    this.#soonTries -= 1;
    // Half of it by chance, so that the pages of a server that is started again do not come in one wave.
    return soonMs * (0.5 + Math.random() / 2);
  }

  #set(status: RealtimeStatus): void {
    if (this.#status === status || this.#status === 'closed') return;
    this.#status = status;
    this.#options.onStatus?.(status);
    if (status === 'live' || status === 'polling') for (const tell of this.#opened) tell();
  }
}

function socketUrl(url: string, key: string): string {
  const base = url === '' ? location.origin : url;
  const path = `/app/${encodeURIComponent(key)}?protocol=7&client=latido&version=0.1.0`;
  return base.replace(/^http/, 'ws').replace(/\/+$/, '') + path;
}

/** Calls back when the page is shown again or the network is there again. Nothing where there is no page. */
function whenBack(back: () => void): () => void {
  if (typeof window === 'undefined') return () => undefined;
  const shown = (): void => {
    if (document.visibilityState === 'visible') back();
  };
  window.addEventListener('online', back);
  document.addEventListener('visibilitychange', shown);
  return () => {
    window.removeEventListener('online', back);
    document.removeEventListener('visibilitychange', shown);
  };
}
