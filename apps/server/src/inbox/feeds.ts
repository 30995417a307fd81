import type { Notice } from '@latido/protocol';
import { Histogram, type Registry } from 'prom-client';
import { startLoop, type Clock, type Db, type Hints, type Log, type Loop } from '../platform/index.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { INBOX_HINT } from './notify.ts';
import { acknowledge, markDelivered, readInbox, type From, type InboxPage } from './read-inbox.ts';
import { headsOf } from './store.ts';

/** How often heads are compared, so that a lost hint costs no more than this. */
const COMPARE_HEADS_MS = 5_000;

/** One client that reads one inbox. */
export interface Feed {
  readonly recipientId: string;
  /** Starts reading; what is there comes first, then what comes. */
  start(): void;
  detach(): void;
}

interface Reader {
  readonly recipientId: string;
  readonly deliver: (notices: readonly Notice[]) => void;
  readonly lost: (cursor: string) => void;
  from: From;
  started: boolean;
  reading: boolean;
  again: boolean;
  stopped: boolean;
}

/**
 * Inboxes that are being read by clients of this node, by whichever door. Attaching registers for hints first, then reads until nothing
 * is left, then waits: whatever is committed in between is either read or hinted, and the cursor drops what is both.
 */
export class InboxFeeds {
  readonly #deps: { db: Db; clock: Clock; log: Log };
  readonly #readers = new Map<string, Set<Reader>>();
  readonly #lag = new Histogram({
    name: 'latido_notice_lag_seconds',
    help: 'From the moment a notice became true to when it was handed to a client that waited for it, or came back for it.',
    buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 3_600, 86_400],
    registers: [],
  });
  readonly #work = new Set<Promise<unknown>>();
  readonly #loop: Loop;
  readonly #unsubscribe: () => void;

  constructor({ db, clock, log, hints }: { db: Db; clock: Clock; log: Log; hints: Hints }) {
    this.#deps = { db, clock, log };
    this.#unsubscribe = hints.subscribe(INBOX_HINT, (recipientId) => this.#wake(recipientId));
    const run = (): Promise<void> => this.compareHeads();
    this.#loop = startLoop({ name: 'compare inbox heads', everyMs: COMPARE_HEADS_MS, run, log, clock });
  }

  /**
   * Registers a reader. `from: 'now'` looks up the head before it resolves, so that what is told after this promise
   * has resolved is delivered. Nothing is delivered before `start`.
   */
  async attach(of: {
    recipientId: string;
    from: From;
    deliver: (notices: readonly Notice[]) => void;
    /** The cursor could not be continued: this is where it goes on. */
    lost: (cursor: string) => void;
  }): Promise<Feed> {
    const reader: Reader = { ...of, started: false, reading: false, again: false, stopped: false };
    const readers = this.#readers.get(of.recipientId) ?? new Set();
    this.#readers.set(of.recipientId, readers.add(reader));
    const detach = (): void => this.#detach(reader);
    if (of.from === 'now') {
      try {
        reader.from = (await readInbox(this.#deps.db, of.recipientId, { from: 'now' })).cursor;
      } catch (error) {
        detach();
        throw error;
      }
    }
    return { recipientId: of.recipientId, start: () => this.#start(reader), detach };
  }

  /** The client says that it has dealt with everything up to this cursor. */
  acknowledge(recipientId: string, text: unknown): void {
    const cursor = typeof text === 'string' ? parseCursor(text) : null;
    if (cursor) this.#track(acknowledge(this.#deps, recipientId, cursor));
  }

  /** Shows how late notices were on a Prometheus page. */
  register(registry: Registry): void {
    registry.registerMetric(this.#lag);
  }

  /** Wakes every reader whose inbox has grown past it. */
  async compareHeads(): Promise<void> {
    if (this.#readers.size === 0) return;
    for (const { recipient_id, epoch, seq } of await headsOf(this.#deps.db, [...this.#readers.keys()])) {
      for (const reader of this.#readers.get(recipient_id) ?? []) {
        const { from } = reader;
        if (typeof from === 'string' || from.epoch !== epoch || from.seq < seq) this.#read(reader);
      }
    }
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    await this.#loop.close();
    for (const readers of this.#readers.values()) for (const reader of readers) reader.stopped = true;
    this.#readers.clear();
    await Promise.all(this.#work);
  }

  #start(reader: Reader): void {
    reader.started = true;
    this.#read(reader);
  }

  #detach(reader: Reader): void {
    reader.stopped = true;
    const readers = this.#readers.get(reader.recipientId);
    readers?.delete(reader);
    if (readers?.size === 0) this.#readers.delete(reader.recipientId);
  }

  #wake(recipientId: string): void {
    for (const reader of this.#readers.get(recipientId) ?? []) this.#read(reader);
  }

  #read(reader: Reader): void {
    if (!reader.started || reader.stopped) return;
    reader.again = true;
    if (!reader.reading) this.#track(this.#readUntilEmpty(reader));
  }

  async #readUntilEmpty(reader: Reader): Promise<void> {
    reader.reading = true;
    try {
      while (reader.again && !reader.stopped) {
        reader.again = false;
        const page = await readInbox(this.#deps.db, reader.recipientId, { from: reader.from });
        if (reader.stopped) return;
        this.#give(reader, page);
      }
    } finally {
      reader.reading = false;
    }
  }

  #give(reader: Reader, { rows, cursor, reset, isFull = false }: InboxPage): void {
    reader.from = cursor;
    const [first] = rows;
    if (reset) reader.lost(formatCursor(first ? { epoch: cursor.epoch, seq: first.seq - 1n } : cursor));
    reader.again ||= isFull;
    if (first === undefined) return;
    reader.deliver(
      rows.map(({ seq, type, payload }) => ({
        cursor: formatCursor({ epoch: cursor.epoch, seq }),
        type,
        payload,
      })),
    );
    const now = this.#deps.clock.now();
    for (const { created_at } of rows) this.#lag.observe(Math.max(0, now - created_at.getTime()) / 1_000);
    const seqs = rows.map(({ seq }) => seq);
    this.#track(markDelivered(this.#deps, reader.recipientId, seqs));
  }

  /** What fails here is made up for when heads are compared. */
  #track(work: Promise<unknown>): void {
    const settled = work
      .catch((error: unknown) => this.#deps.log.warn({ err: error }, 'an inbox could not be served'))
      .finally(() => this.#work.delete(settled));
    this.#work.add(settled);
  }
}
