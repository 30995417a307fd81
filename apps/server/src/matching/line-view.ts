import type { InLine } from '@latido/core';
import type { Clock, Db } from '../platform/index.ts';
import { inLineOf, readLine, type WaitingRow } from './store.ts';

/** The work reads the line twice a second; where it does not, whoever asks does, once a second for all. */
const GOOD_FOR_MS = 1_000;

/**
 * The line as the last look saw it, for whoever asks where they stand: thousands of pages ask every three seconds, and each of
 * them reading thousands of rows would be the most that this server does. Whether somebody waits, is offered or talks is never
 * read from here.
 */
export class LineView {
  readonly #db: Db;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #line: Promise<readonly InLine[]> | null = null;
  #readAt = 0;

  constructor({ db, clock }: { db: Db; clock: Pick<Clock, 'monotonic'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** What a look has read. */
  put(line: readonly InLine[]): void {
    this.#line = Promise.resolve(line);
    this.#readAt = this.#clock.monotonic();
  }

  /** The line, with one's own row as it is now. */
  async seenBy(own: WaitingRow | null): Promise<readonly InLine[]> {
    const line = await this.#latest();
    if (own === null || own.off !== null) return line;
    const before = line.find(({ personId }) => personId === own.personId);
    const row = inLineOf(own, { isBusy: false, blocked: before?.blocked ?? [] });
    return [...line.filter((other) => other !== before), row];
  }

  async #latest(): Promise<readonly InLine[]> {
    const now = this.#clock.monotonic();
    if (this.#line === null || now - this.#readAt >= GOOD_FOR_MS) {
      this.#readAt = now;
      const reading = readLine(this.#db);
      this.#line = reading;
      reading.catch(() => (this.#line = null));
    }
    return await this.#line;
  }
}
