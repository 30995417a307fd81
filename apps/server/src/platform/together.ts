import { setTimeout as pause } from 'node:timers/promises';

/** In a crowd reads begin so far apart. */
const APART_MS = 20;
/** Two who meet are a crowd, for so long. */
const CROWD_MS = 200;
const MOST = 200;

interface Asked<Key, Found> {
  readonly key: Key;
  readonly resolve: (found: Found | Promise<Found>) => void;
}

/**
 * Reads for those together who ask at the same time: a statement for each of thousands who ask every few seconds is most of what they cost.
 * Whoever asks alone is read for at once. A read begins after whoever it is for has asked, so that they see what they have just written.
 */
export class Together<Key, Found> {
  readonly #read: (keys: readonly Key[]) => Promise<Found>;
  #asked: Asked<Key, Found>[] = [];
  #reading = false;
  #beganAt = -Infinity;
  #metAt = -Infinity;

  /** What is read for several has the answer for each. */
  constructor(read: (keys: readonly Key[]) => Promise<Found>) {
    this.#read = read;
  }

  /** @throws what the read throws */
  ask(key: Key): Promise<Found> {
    const found = new Promise<Found>((resolve) => this.#asked.push({ key, resolve }));
    if (this.#reading) this.#metAt = performance.now();
    else void this.#readOn();
    return found;
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    while (this.#asked.length > 0) {
      const now = performance.now();
      const restMs = now - this.#metAt < CROWD_MS ? this.#beganAt + APART_MS - now : 0;
      if (restMs > 0) await pause(restMs);
      this.#beganAt = performance.now();
      const some = this.#asked.splice(0, MOST);
      const found = this.#read(some.map(({ key }) => key));
      for (const { resolve } of some) resolve(found);
      await found.catch(() => undefined);
    }
    this.#reading = false;
  }
}
