export interface GroupCommitOptions<T> {
  /** Stores all of them in one transaction, or throws. */
  readonly store: (batch: readonly T[]) => Promise<void>;
  /** Bytes that one of them takes, for the bounds. */
  readonly sizeOf: (one: T) => number;
  /** Called after each commit: how many, and how long it took. */
  readonly committed?: (count: number, tookMs: number) => void;
}

/** More in one transaction wins nothing, and makes the first of them wait. */
const BATCH_MAX = 256;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
/** What waits beyond this is refused: LiveKit keeps it and comes again, better than we in memory. */
const WAITING_MAX = 4_096;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** Too many wait for the store. */
export class Overloaded extends Error {
  override name = 'Overloaded';
}

interface Waiting<T> {
  readonly one: T;
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores what many requests bring in few transactions. One writer: whatever arrives while it commits is the next
 * batch, so that a lone request waits for nobody and a crowd shares the cost of a commit. Each `add` resolves after
 * the commit that holds it.
 */
export class GroupCommit<T> {
  readonly #options: GroupCommitOptions<T>;
  #waiting: Waiting<T>[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<T>) {
    this.#options = options;
  }

  /** Resolves once it is stored. Rejects when it could not be, or with {@link Overloaded}. */
  add(one: T): Promise<void> {
    const bytes = this.#options.sizeOf(one);
    const full = this.#waiting.length >= WAITING_MAX || this.#waitingBytes + bytes > WAITING_BYTES_MAX;
    if (full) return Promise.reject(new Overloaded(`${this.#waiting.length} wait to be stored`));
    const stored = new Promise<void>((resolve, reject) => {
      this.#waiting.push({ one, bytes, resolve, reject });
    });
    this.#waitingBytes += bytes;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return stored;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when nothing waits any more. */
  async close(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    // One turn of the loop, so that requests which arrived together are one batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#storeAll(this.#take());
  }

  #take(): Waiting<T>[] {
    let bytes = 0;
    let count = 0;
    for (const each of this.#waiting) {
      bytes += each.bytes;
      if (count >= BATCH_MAX || (count > 0 && bytes > BATCH_BYTES_MAX)) break;
      count += 1;
      this.#waitingBytes -= each.bytes;
    }
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return batch;
  }

  async #storeAll(batch: readonly Waiting<T>[]): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#options.store(batch.map((each) => each.one));
    } catch (error) {
      return this.#afterFailure(batch, error);
    }
    this.#options.committed?.(batch.length, performance.now() - startedAt);
    // Answering takes as long as storing: the next batch is on its way to the database before.
    setImmediate(() => {
      for (const each of batch) each.resolve();
    });
  }

  /** One that the database cannot hold must not take its neighbours with it. */
  async #afterFailure(batch: readonly Waiting<T>[], error: unknown): Promise<void> {
    if (batch.length > 1 && isAboutContent(error)) {
      for (const each of batch) await this.#storeAll([each]);
      return;
    }
    for (const each of batch) each.reject(error);
  }
}

/**
 * Whether the content itself was refused, so that another try cannot help: by the database (SQLSTATE 22, 23, 54), or
 * by JSON.stringify, whose stack a deeply nested body exceeds.
 */
export function isAboutContent(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(22|23|54)/.test(code);
}
