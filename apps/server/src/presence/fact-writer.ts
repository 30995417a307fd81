import type { NewFact } from '@latido/core';
import type { Clock, Db, Hints, Log } from '../platform/index.ts';
import { appendAndHint } from './append-facts.ts';

const BATCH = 500;
const AGAIN_AFTER_MS = 500;

/**
 * Writes the facts of sockets and of the detector, in the order in which they were given, many in one transaction.
 * A database that is away loses nothing as long as this process lives: it is tried again.
 */
export class FactWriter {
  readonly #deps: { db: Db; hints: Hints; log: Log; clock: Clock };
  #queue: NewFact[] = [];
  #writing: Promise<void> | null = null;
  #closing = false;

  constructor(deps: { db: Db; hints: Hints; log: Log; clock: Clock }) {
    this.#deps = deps;
  }

  /** Resolves when everything that was given until now is committed. */
  write(facts: readonly NewFact[]): Promise<void> {
    this.#queue.push(...facts);
    if (this.#queue.length > 0) this.#writing ??= this.#run();
    return this.#writing ?? Promise.resolve();
  }

  /** Writes what is left; gives up after one failure. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.write([]);
  }

  async #run(): Promise<void> {
    let size = BATCH;
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, size);
      try {
        await appendAndHint(this.#deps, batch);
        this.#queue = this.#queue.slice(batch.length);
        size = BATCH;
      } catch (error) {
        // One by one from here, so that a fact that no database takes does not hold up the others.
        if (size === 1 && isRefused(error)) this.#drop(error);
        else if (isRefused(error)) size = 1;
        else if (this.#closing) break;
        else await this.#wait(error);
      }
    }
    this.#writing = null;
  }

  #drop(error: unknown): void {
    const [fact, ...rest] = this.#queue;
    this.#deps.log.error({ err: error, type: fact?.type }, 'a fact of presence cannot be stored');
    this.#queue = rest;
  }

  async #wait(error: unknown): Promise<void> {
    const { log, clock } = this.#deps;
    log.error({ err: error, waiting: this.#queue.length }, 'facts of presence wait for the database');
    await new Promise<void>((resolve) => clock.setTimeout(resolve, AGAIN_AFTER_MS));
  }
}

/** Whether the database answered that the values themselves are wrong (SQLSTATE class 22 or 23). */
function isRefused(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /^2[23]/.test(code);
}
