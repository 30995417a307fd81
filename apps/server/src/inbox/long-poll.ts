import type { Clock, DbOrTx } from '../platform/index.ts';
import { parseCursor } from './cursor.ts';
import type { InboxFeeds } from './feeds.ts';
import { statusUpdates, updatesFrom, type Updates } from './read-inbox.ts';

/** Who waits, from where, and for how long. */
export interface Wait {
  readonly recipientId: string;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly waitMs: number;
  /** The client has gone. */
  readonly signal: AbortSignal;
}

/** Polls that are held back on this node until there is something to tell. */
export class LongPolls {
  readonly #deps: { db: DbOrTx; clock: Clock; feeds: InboxFeeds };
  /** Ends the wait of each. */
  readonly #waiting = new Set<() => void>();
  #ending = false;

  constructor(deps: { db: DbOrTx; clock: Clock; feeds: InboxFeeds }) {
    this.#deps = deps;
  }

  /**
   * As {@link statusUpdates}, answered when there is something to tell or the wait is over.
   *
   * @throws AppError `cursor.invalid`
   */
  async updates({ recipientId, after, limit, waitMs, signal }: Wait): Promise<Updates> {
    const first = await statusUpdates(this.#deps, { recipientId, after, limit });
    if (first.items.length > 0 || first.reset || waitMs === 0 || this.#ending || signal.aborted) return first;
    await this.#growth({ recipientId, after: first.cursor, waitMs, signal });
    const from = parseCursor(first.cursor) ?? 'stored';
    return await updatesFrom(this.#deps, recipientId, { from, limit });
  }

  /** The server ends: everybody is answered now, and asks the next one. */
  answerAll(): void {
    this.#ending = true;
    for (const answer of this.#waiting) answer();
  }

  /** Resolves when the inbox has grown past a cursor, the wait is over, or nobody waits any more. */
  async #growth(of: {
    recipientId: string;
    after: string;
    waitMs: number;
    signal: AbortSignal;
  }): Promise<void> {
    const { clock, feeds } = this.#deps;
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    this.#waiting.add(answer);
    of.signal.addEventListener('abort', answer, { once: true });
    const timer = clock.setTimeout(answer, of.waitMs);
    const feed = await feeds.attach({
      recipientId: of.recipientId,
      from: parseCursor(of.after) ?? 'stored',
      deliver: answer,
      lost: answer,
    });
    feed.start();
    await answered;
    feed.detach();
    clock.clearTimeout(timer);
    of.signal.removeEventListener('abort', answer);
    this.#waiting.delete(answer);
  }
}
