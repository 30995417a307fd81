import type { StatusUpdates } from '@latido/protocol';
import { request } from '../api/problem.ts';
import type { RealtimeOptions } from './options.ts';
import type { Reading } from './reading.ts';

/** The door without a socket: asks again and again while it is on. */
export class Poller {
  readonly #deps: PollerDeps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #on = false;
  #asking = false;

  constructor(deps: PollerDeps) {
    this.#deps = deps;
  }

  get on(): boolean {
    return this.#on;
  }

  start(): void {
    if (this.#on) return;
    this.#on = true;
    this.ask();
  }

  stop(): void {
    this.#on = false;
    clearTimeout(this.#timer);
  }

  /** Asks at once, if it is on. */
  ask(): void {
    clearTimeout(this.#timer);
    if (this.#on && !this.#asking) void this.#round();
  }

  async #round(): Promise<void> {
    this.#asking = true;
    let more = false;
    try {
      more = await this.#read();
      if (this.#on) this.#deps.answered(true);
    } catch {
      if (this.#on) this.#deps.answered(false);
    }
    this.#asking = false;
    if (this.#on) this.#timer = setTimeout(() => this.ask(), more ? 0 : this.#deps.everyMs);
  }

  /** True when there may be more. */
  async #read(): Promise<boolean> {
    const { reading, options } = this.#deps;
    const { url: baseUrl, auth } = options;
    const after = reading.cursor === null ? '' : `?after=${encodeURIComponent(reading.cursor)}`;
    const from = { baseUrl, ...(auth ? { auth } : {}) };
    const response = await request(from, { method: 'GET', path: `/api/status/updates${after}` });
    const { items, cursor, reset } = (await response.json()) as StatusUpdates;
    // A socket may have come up meanwhile: what is here is true all the same, and what it brought is dropped.
    for (const notice of items) reading.take(notice);
    if (reset) options.onReset?.();
    if (reset || reading.cursor === null) reading.moveTo(cursor);
    return items.length > 0;
  }
}

/** Whose notices a poller reads, how often, and whom it tells how that went. */
export interface PollerDeps {
  readonly options: RealtimeOptions;
  readonly reading: Reading;
  readonly everyMs: number;
  /** After each round: whether the server answered. */
  readonly answered: (well: boolean) => void;
}
