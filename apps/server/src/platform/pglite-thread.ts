import { Worker } from 'node:worker_threads';
import { AppError } from './errors.ts';
import type { Log } from './log.ts';
import { Mutex } from './mutex.ts';

/** What is asked of the thread. */
export type Question =
  | { op: 'query'; sql: string; params: unknown[] }
  | { op: 'exec'; sql: string }
  | { op: 'syncs' }
  | { op: 'close' };

/** The id under which a thread says why it ends, without having been asked. */
export const GIVES_UP = -1;

/** What it answers. */
export type Answer = { id: number; result: unknown } | { id: number; error: Record<string, unknown> };

/** What a statement gave. */
export interface QueryResult<T> {
  rows: T[];
  affectedRows?: number;
  fields: { name: string; dataTypeID: number }[];
}

/** Statements inside the one transaction. */
export interface PgliteTx {
  query<T>(sql: string, params?: unknown[]): Promise<QueryResult<T>>;
  exec(sql: string): Promise<void>;
  rollback(): Promise<void>;
}

interface Asked {
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
}

/** How long a statement may take before the thread counts as hanging. PGlite has no statement_timeout. */
const HANGS_AFTER_MS = 60_000;
/** A migration rewrites tables of any size: ended halfway it would begin anew at each start, and never be done. */
const SCRIPT_HANGS_AFTER_MS = 6 * 3_600_000;
/** A database that does not open again, as on a disk that is still full, is tried again after this; nothing waits for it. */
const OPENS_AGAIN_AFTER_MS = 1_000;
/** Making a new database takes 4 to 13 s here, and longer on a slow disk. */
const OPENS_WITHIN_MS = 180_000;

/**
 * The embedded database in a thread of its own (on the main thread a long statement would stop sockets and timers),
 * behind the part of PGlite's interface that kysely's PGliteDialect wants. There is one connection: a transaction
 * excludes everybody else until it is over. A thread that hangs or dies is replaced, as often as it takes; its statements,
 * and those that come while it does not open, fail with `database.unavailable`.
 */
export class PgliteThread {
  closed = false;
  ready = false;
  waitReady: Promise<void>;
  /** When a statement last ended, by `performance.now()`. */
  quietSince = performance.now();
  readonly #dir: string;
  readonly #log: Log;
  readonly #hangsAfterMs: number;
  readonly #mutex = new Mutex();
  #worker!: Worker;
  #asked = new Map<number, Asked>();
  #count = 0;
  #opened = false;
  #again: NodeJS.Timeout | undefined;

  constructor(options: { dir: string; log: Log; hangsAfterMs?: number }) {
    this.#dir = options.dir;
    this.#log = options.log;
    this.#hangsAfterMs = options.hangsAfterMs ?? HANGS_AFTER_MS;
    this.waitReady = this.#open();
    this.waitReady.catch(() => undefined);
  }

  /** Nothing runs and nothing waits. */
  get idle(): boolean {
    return this.#mutex.free;
  }

  query<T>(sql: string, params: unknown[] = []): Promise<QueryResult<T>> {
    return this.#alone(async () => (await this.#ask({ op: 'query', sql, params })) as QueryResult<T>);
  }

  exec(sql: string): Promise<void> {
    return this.#alone(async () => void (await this.#ask({ op: 'exec', sql })));
  }

  /** Runs statements in a transaction of their own, however long they take. */
  script(sql: string): Promise<void> {
    return this.transaction((tx) => tx.exec(sql), { hangsAfterMs: SCRIPT_HANGS_AFTER_MS });
  }

  /** How often the thread has synced to the disk. */
  async syncs(): Promise<number> {
    return (await this.#alone(() => this.#ask({ op: 'syncs' }))) as number;
  }

  /** Runs `fn` in a transaction. `fn` is called even when it cannot begin (its statements fail then): kysely waits for that. */
  transaction<T>(fn: (tx: PgliteTx) => Promise<T>, { hangsAfterMs = this.#hangsAfterMs } = {}): Promise<T> {
    return this.#mutex.run(async () => {
      const failed = await this.#begin();
      const worker = this.#worker;
      const ask = async (question: Question): Promise<unknown> => {
        if (failed) throw failed.error;
        if (worker !== this.#worker) throw unavailable('The transaction was lost with the database thread.');
        return await this.#ask(question, hangsAfterMs);
      };
      const tx: PgliteTx = {
        query: async <R>(sql: string, params: unknown[] = []) =>
          (await ask({ op: 'query', sql, params })) as QueryResult<R>,
        exec: async (sql) => void (await ask({ op: 'exec', sql })),
        rollback: async () => void (await ask({ op: 'exec', sql: 'rollback' })),
      };
      try {
        const result = await fn(tx);
        await tx.exec('commit');
        return result;
      } catch (error) {
        await tx.rollback().catch(() => undefined);
        throw error;
      } finally {
        this.quietSince = performance.now();
      }
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.#again);
    await this.#mutex.run(async () => {
      await this.waitReady.then(() => this.#ask({ op: 'close' })).catch(() => undefined);
      await this.#worker.terminate();
    });
  }

  async #begin(): Promise<{ error: unknown } | undefined> {
    try {
      if (this.closed) throw unavailable('The database is closed.');
      await this.waitReady;
      await this.#ask({ op: 'exec', sql: 'begin' });
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  #alone<T>(fn: () => Promise<T>): Promise<T> {
    return this.#mutex.run(async () => {
      if (this.closed) throw unavailable('The database is closed.');
      await this.waitReady;
      try {
        return await fn();
      } finally {
        this.quietSince = performance.now();
      }
    });
  }

  #ask(question: Question, hangsAfterMs = this.#hangsAfterMs): Promise<unknown> {
    const id = (this.#count += 1);
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#expect(id, { resolve, reject, withinMs: hangsAfterMs });
      worker.postMessage({ id, question });
    });
  }

  #expect(id: number, wait: { resolve: Asked['resolve']; reject: Asked['reject']; withinMs: number }): void {
    const worker = this.#worker;
    const timer = setTimeout(() => {
      this.#log.error(
        { afterMs: wait.withinMs },
        'the embedded database hangs: its thread is ended and begun again',
      );
      void worker.terminate();
    }, wait.withinMs).unref();
    this.#asked.set(id, { resolve: wait.resolve, reject: wait.reject, timer });
  }

  #open(): Promise<void> {
    this.ready = false;
    const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
      workerData: { dir: this.#dir },
      execArgv: ['--conditions=source'],
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    this.#worker = worker;
    const asked = new Map<number, Asked>();
    this.#asked = asked;
    let died = 'ended';
    worker.on('message', (answer: Answer) => {
      if (answer.id === GIVES_UP && 'error' in answer) died = String(answer.error['message']);
      else this.#hear(asked, answer);
    });
    worker.on('error', (error) => {
      died = error.message;
    });
    worker.on('exit', () => this.#lost(asked, died));
    return new Promise((resolve, reject) => {
      this.#expect(0, { resolve: () => resolve(), reject, withinMs: OPENS_WITHIN_MS });
    });
  }

  #hear(asked: Map<number, Asked>, answer: Answer): void {
    const waiting = asked.get(answer.id);
    if (!waiting) return;
    asked.delete(answer.id);
    clearTimeout(waiting.timer);
    if (answer.id === 0 && 'result' in answer) this.ready = this.#opened = true;
    if ('result' in answer) waiting.resolve(answer.result);
    else waiting.reject(Object.assign(new Error(String(answer.error['message'])), answer.error));
  }

  #lost(asked: Map<number, Asked>, why: string): void {
    const wasReady = this.ready;
    this.ready = false;
    for (const { reject, timer } of asked.values()) {
      clearTimeout(timer);
      reject(unavailable('The database thread ended. Try again in a moment.', why));
    }
    asked.clear();
    // One that never opened would not open the second time either: whoever waits for it is told.
    if (this.closed || !this.#opened) return;
    this.#log.error({ why }, 'the thread of the embedded database ended: it is begun again');
    if (wasReady) this.#openAgain();
    else this.#again = setTimeout(() => this.#openAgain(), OPENS_AGAIN_AFTER_MS);
  }

  /** What fails here fails for want of room, memory or a disk, and those come back. */
  #openAgain(): void {
    this.waitReady = this.#open().catch((error: unknown) => {
      throw unavailable('The embedded database does not open again yet. Look for room on its disk.', error);
    });
    this.waitReady.catch(() => undefined);
  }
}

function unavailable(detail: string, cause?: unknown): AppError {
  return new AppError('database.unavailable', detail, { cause });
}
