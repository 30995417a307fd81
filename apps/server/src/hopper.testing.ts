/** For tests only: a client that never stays. It goes from door to door by chance and is cut off in the middle of whatever. */
import type { Notice } from '@latido/protocol';
import { DOORS } from './hopping-doors.testing.ts';

/** What a door may last at most before the client goes on, ms. */
const STAY_MS = 400;

export interface HopperOptions {
  /** Where a server is now. */
  readonly urlOf: () => string;
  readonly token: string;
  readonly personId: string;
  /** 0 to 1. */
  readonly chance: () => number;
}

/** One person's client, and what reached its application. */
export class Hopper {
  /** Names in the notices, in the order in which the application was given them. */
  readonly seen: string[] = [];
  /** How often it was at each door. */
  readonly visits = new Map<string, number>();
  /** Times that a door said that something may be missing. */
  resets = 0;
  readonly #options: HopperOptions;
  #last: string | null = null;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(options: HopperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#hop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #hop(): Promise<void> {
    const { urlOf, token, personId, chance } = this.#options;
    const names = Object.keys(DOORS);
    while (!this.#stopped) {
      const name = names[Math.floor(chance() * names.length)] ?? 'poll';
      const leave = new AbortController();
      let left = 1 + Math.floor(chance() * 25);
      const timer = setTimeout(() => leave.abort(), chance() * STAY_MS);
      const take = (notice: Notice): void => {
        if (leave.signal.aborted) return;
        this.#take(notice);
        left -= 1;
        if (left === 0) leave.abort();
      };
      const visit = { url: urlOf(), token, personId, after: this.#last, take, cut: leave.signal };
      this.visits.set(name, (this.visits.get(name) ?? 0) + 1);
      await DOORS[name]?.({ ...visit, lost: () => (this.resets += 1) }).catch(() => undefined);
      clearTimeout(timer);
      leave.abort();
      // A server that is away refuses at once: the client must not spin.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** What every client does: what is no newer than the last is dropped, and the place moves on behind the application. */
  #take({ cursor, payload }: Notice): void {
    if (this.#last !== null && seqIn(cursor) <= seqIn(this.#last)) return;
    this.seen.push(String(payload['name']));
    this.#last = cursor;
  }
}

function seqIn(cursor: string): bigint {
  return BigInt(cursor.split('.')[1] ?? '0');
}

/** Chance that is the same for the same seed. */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
