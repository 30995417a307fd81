import type { Clock, DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { parseCursor } from './cursor.ts';
import type { InboxFeeds } from './feeds.ts';
import type { Endings, Owner } from './ports.ts';
import { statusUpdates, updatesFrom, type Updates } from './read-inbox.ts';

/** Who waits, from where, and for how long. */
export interface Wait {
  readonly owner: Owner;
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
  readonly waitMs: number;
  /** The client has gone. */
  readonly signal: AbortSignal;
}

interface LongPollsDeps {
  readonly db: DbOrTx;
  readonly clock: Clock;
  readonly feeds: InboxFeeds;
  readonly access: { readonly endings: Endings };
}

/** Polls that are held back on this node until there is something to tell. */
export class LongPolls {
  readonly #deps: LongPollsDeps;
  /** Ends the wait of each. */
  readonly #waiting = new Set<() => void>();
  #ending = false;

  constructor(deps: LongPollsDeps) {
    this.#deps = deps;
  }

  get count(): number {
    return this.#waiting.size;
  }

  /**
   * As {@link statusUpdates}, answered when there is something to tell or the wait is over.
   *
   * @throws AppError `cursor.invalid`; `auth.required` when the session ends meanwhile
   */
  async updates({ owner, after, limit, waitMs, signal }: Wait): Promise<Updates> {
    const { personId: recipientId } = owner;
    const first = await statusUpdates(this.#deps, { recipientId, after, limit });
    if (first.items.length > 0 || first.reset || waitMs === 0 || this.#ending || signal.aborted) return first;
    await this.#growth({ owner, after: first.cursor, waitMs, signal });
    if (this.#deps.access.endings.isEnded(owner))
      throw problem('auth.required', 'Your session has ended. Sign in again.');
    const from = parseCursor(first.cursor) ?? 'stored';
    return await updatesFrom(this.#deps, recipientId, { from, limit });
  }

  /** The server ends: everybody is answered now, and asks the next one. */
  answerAll(): void {
    this.#ending = true;
    for (const answer of this.#waiting) answer();
  }

  /** Resolves when the inbox has grown past a cursor, the wait or the session is over, or nobody waits any more. */
  async #growth(of: { owner: Owner; after: string; waitMs: number; signal: AbortSignal }): Promise<void> {
    const { clock, feeds, access } = this.#deps;
    const { endings } = access;
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    this.#waiting.add(answer);
    of.signal.addEventListener('abort', answer, { once: true });
    const timer = clock.setTimeout(answer, of.waitMs);
    const look = (): void => void (endings.isEnded(of.owner) && answer());
    const unsubscribe = endings.subscribe(look);
    look();
    const feed = await feeds.attach({
      recipientId: of.owner.personId,
      from: parseCursor(of.after) ?? 'stored',
      deliver: answer,
      lost: answer,
    });
    feed.start();
    await answered;
    feed.detach();
    unsubscribe();
    clock.clearTimeout(timer);
    of.signal.removeEventListener('abort', answer);
    this.#waiting.delete(answer);
  }
}
