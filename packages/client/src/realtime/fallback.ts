import { INBOX_RESET, type InboxUpdates, type Notice, type StatusUpdates } from '@latido/protocol';
import { LatidoError, request, type ServerAddress } from '../api/problem.ts';
import { eventsOf } from './event-stream.ts';
import type { RealtimeDoor, RealtimeOptions } from './options.ts';
import type { Reading } from './reading.ts';

const DOORS = ['stream', 'long-poll', 'poll'] as const satisfies readonly RealtimeDoor[];
const LAST = DOORS.length - 1;
/** Below the minute that proxies allow a silent request. */
const WAIT_S = 25;

/** What a fallback reads, by which times, and whom it tells. */
export interface FallbackDeps {
  readonly options: RealtimeOptions;
  readonly reading: Reading;
  /** Pause between polls; others are spread around it by chance. */
  readonly everyMs: number;
  /** A stream without a word for so long is dead. */
  readonly streamQuietMs: number;
  /** A long poll that is answered with nothing sooner than this is not held by who answers. */
  readonly heldMs: number;
  /** Acknowledgements of this long are sent as one. */
  readonly ackMs: number;
  /** After each answer, and each failure of the last door: whether the server answered. */
  readonly answered: (well: boolean) => void;
  /** What is live and no notice. */
  readonly event: (name: string, data: unknown) => void;
}

/**
 * The doors without a socket, the best first: a stream of events, a held poll, a plain one. A door that does not open, or goes
 * silent, gives way to the next at once; all read on from the one place of {@link Reading}.
 */
export class Fallback {
  readonly #deps: FallbackDeps;
  #run: AbortController | null = null;
  #at = 0;
  #failed = false;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: FallbackDeps) {
    this.#deps = deps;
  }

  get on(): boolean {
    return this.#run !== null;
  }

  /** The door in use; null while it is off. */
  get door(): RealtimeDoor | null {
    return this.on ? (DOORS[this.#at] ?? null) : null;
  }

  start(): void {
    if (this.on) return;
    this.#at = 0;
    this.#begin();
  }

  stop(): void {
    this.#run?.abort();
    this.#run = null;
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  /** Asks at once, if it is on. */
  ask(): void {
    if (!this.on) return;
    this.stop();
    this.#begin();
  }

  #begin(): void {
    this.#run = new AbortController();
    void this.#go(this.#run.signal);
  }

  async #go(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const more = await this.#serve(signal);
      if (!more) await pause(this.#pauseMs(), signal);
    }
  }

  /** Serves by the door at hand until it has nothing more to give. True: go on at once. */
  async #serve(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#by(DOORS[this.#at] ?? 'poll', signal);
    } catch (error) {
      if (signal.aborted) return true;
      // Who is not signed in is so at every door: that is no reason to change.
      const isRefused = error instanceof LatidoError && error.status === 401;
      if (this.#at < LAST && !isRefused) {
        this.#at += 1;
        return true;
      }
      this.#failed = true;
      this.#deps.answered(false);
      return false;
    }
  }

  #by(door: (typeof DOORS)[number], signal: AbortSignal): Promise<boolean> {
    if (door === 'stream') return this.#stream(signal);
    return door === 'poll' ? this.#poll(signal) : this.#longPoll(signal);
  }

  #heard(): void {
    this.#deps.answered(true);
    // A server that is back most likely has its better doors back, too.
    if (this.#failed && this.#at === LAST) this.#at = 0;
    this.#failed = false;
  }

  async #stream(signal: AbortSignal): Promise<boolean> {
    const { reading, options, streamQuietMs: quietMs } = this.#deps;
    const after = reading.cursor;
    const path = `/api/v1/inbox/stream?live=true${after === null ? '' : `&after=${encodeURIComponent(after)}`}`;
    const headers = { accept: 'text/event-stream' };
    for await (const said of eventsOf(addressOf(options), { path, headers, signal, quietMs })) {
      if (signal.aborted) return true;
      this.#heard();
      if (said !== null) this.#said(said.event, said.data, said.id);
    }
    // Ended by the server, as every stream is some day: the next one begins where it was.
    return false;
  }

  #said(event: string, data: unknown, id: string): void {
    const { reading, options } = this.#deps;
    if (event === 'hb') return;
    if (event === INBOX_RESET) {
      reading.moveTo((data as { cursor: string }).cursor);
      return options.onReset?.();
    }
    if (id === '') return this.#deps.event(event, data);
    if (reading.take(data as Notice)) this.#acknowledgeSoon();
  }

  /** A stream hears nothing: what was dealt with is said by a question whose answer is not needed. */
  #acknowledgeSoon(): void {
    const { options, reading, ackMs } = this.#deps;
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined;
      const path = `/api/status/updates?limit=1&after=${encodeURIComponent(reading.cursor ?? '')}`;
      request(addressOf(options), { method: 'GET', path }).catch(() => undefined);
    }, ackMs);
  }

  async #longPoll(signal: AbortSignal): Promise<boolean> {
    const begun = performance.now();
    const found = await this.#read<InboxUpdates>(`/api/v1/inbox?wait=${WAIT_S}`, signal);
    if (found || signal.aborted) return true;
    if (performance.now() - begun < this.#deps.heldMs) throw new Error('a poll that nobody holds');
    return true;
  }

  async #poll(signal: AbortSignal): Promise<boolean> {
    return await this.#read<StatusUpdates>('/api/status/updates', signal);
  }

  /** One answer. True when there may be more. */
  async #read<Answer extends StatusUpdates>(path: string, signal: AbortSignal): Promise<boolean> {
    const { reading, options } = this.#deps;
    const after =
      reading.cursor === null
        ? ''
        : `${path.includes('?') ? '&' : '?'}after=${encodeURIComponent(reading.cursor)}`;
    const response = await request(addressOf(options), { method: 'GET', path: path + after, signal });
    const { items, cursor, reset } = (await response.json()) as Answer;
    if (signal.aborted) return true;
    for (const notice of items) reading.take(notice);
    if (reset) options.onReset?.();
    if (reset || reading.cursor === null) reading.moveTo(cursor);
    this.#heard();
    return items.length > 0;
  }

  /** Half of it by chance, so that many pages do not ask in one wave. */
  #pauseMs(): number {
    return this.#deps.everyMs * (0.75 + Math.random() / 2);
  }
}

function addressOf({ url: baseUrl, auth }: RealtimeOptions): ServerAddress {
  return { baseUrl, ...(auth ? { auth } : {}) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
