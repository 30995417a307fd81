import { LatidoError } from '@latido/client';
import { KeptChanges, type Kept } from './kept-changes.ts';

/** Something to be told to the server, under an id of its own: sent twice it counts once. */
export interface Change {
  readonly id: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Which credit it is about, and what it is called while it waits. */
  readonly creditId: string;
  readonly label: string;
  /** Codes of errors that say that there is nothing left to do. */
  readonly overBy?: readonly string[];
}

/** A change that waits. */
export interface Waiting extends Change {
  /** The server would not have it, which no waiting mends. */
  readonly refused?: boolean;
  /** A request told of it and may have arrived, though no answer did. */
  readonly tried?: boolean;
}

type Send = (change: Change) => Promise<unknown>;

/**
 * Changes in the order in which they were made, each sent until the server has answered. Without a network they wait, also over a
 * reload; one that is refused stays to be seen and keeps nobody waiting. Tabs share what waits and any of them sends it: two that send the
 * same do no harm, since it counts once.
 */
export class ChangeQueue {
  readonly #kept: KeptChanges;
  readonly #send: Send;
  /** Whether the browser knows that there is no network at all: then no request leaves it. */
  readonly #isCutOff: () => boolean;
  readonly #told = new Set<() => void>();
  #waiting: readonly Waiting[] = [];
  /** The end of what is being sent: one sends after the other. */
  #sending: Promise<void> = Promise.resolve();

  constructor(of: { key: string; kept: Kept; send: Send; isCutOff?: () => boolean }) {
    this.#kept = new KeptChanges(of.key, of.kept);
    this.#send = of.send;
    this.#isCutOff = of.isCutOff ?? (() => false);
    this.follow();
  }

  /** What waits or was refused, oldest first; the same array until it changes. */
  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  subscribe(tell: () => void): () => void {
    this.#told.add(tell);
    return () => this.#told.delete(tell);
  }

  /** Reads anew what waits: another tab may have added to it or sent it. */
  follow(): void {
    this.#waiting = this.#kept.all().map(([, change]) => change);
    for (const tell of this.#told) tell();
  }

  /** Keeps a change and sends it as soon as it can be. Resolves with whether the server has it now. */
  async add(change: Change): Promise<'sent' | 'kept' | 'refused'> {
    this.#kept.add(change);
    this.follow();
    await this.flush();
    const left = this.#waiting.find(({ id }) => id === change.id);
    return left === undefined ? 'sent' : left.refused === true ? 'refused' : 'kept';
  }

  /**
   * Takes back what no request has told of, or what was refused. False: the server has it, or may have it; then only the server takes it
   * back.
   */
  drop(id: string): boolean {
    const found = this.#kept.all().find(([, change]) => change.id === id);
    if (!found || (found[1].tried === true && found[1].refused !== true)) return false;
    this.#kept.remove(found[0]);
    this.follow();
    return true;
  }

  /** Sends what waits; ends at the first that cannot be sent now. */
  async flush(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#sendAll());
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      // Read anew each time: another tab may have sent it, or taken it back.
      const next = this.#kept.all().find(([, { refused }]) => refused !== true);
      if (!next) return this.follow();
      if (!(await this.#sendOne(...next))) return;
    }
  }

  /** Whether it was answered. */
  async #sendOne(key: string, change: Waiting): Promise<boolean> {
    const wasCutOff = this.#isCutOff();
    this.#put(key, { ...change, tried: true });
    try {
      await this.#send(change);
    } catch (error) {
      if (isRefusal(error) && !change.overBy?.includes(error.code ?? '')) {
        this.#put(key, { ...change, tried: true, refused: true });
        return true;
      }
      if (!isRefusal(error)) {
        if (wasCutOff && !(error instanceof LatidoError)) this.#put(key, change);
        return false;
      }
    }
    this.#kept.remove(key);
    this.follow();
    return true;
  }

  /** Only what is there still: another tab may have had its answer meanwhile. */
  #put(key: string, change: Waiting): void {
    if (this.#kept.all().some(([each]) => each === key)) this.#kept.put(key, change);
    this.follow();
  }
}

/** What the server will say again: not a line that is cut, not a server in trouble, not a sign-in that has ended. */
function isRefusal(error: unknown): error is LatidoError {
  return (
    error instanceof LatidoError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 408, 429].includes(error.status)
  );
}
