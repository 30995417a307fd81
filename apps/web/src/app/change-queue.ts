import { LatidoError } from '@latido/client';

/** Something to be told to the server, under an id of its own: sent twice it counts once. */
export interface Change {
  readonly id: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Which credit it is about, and what it is called while it waits. */
  readonly creditId: string;
  readonly label: string;
}

/** A change that waits; `refused` when the server would not have it, which no waiting mends. */
export interface Waiting extends Change {
  readonly refused?: boolean;
}

type Send = (change: Change) => Promise<unknown>;

/** Where changes are kept over a reload. */
export type Kept = Pick<Storage, 'getItem' | 'setItem'>;

/**
 * Changes in the order in which they were made, each sent until the server has answered. Without a network they wait, also over a
 * reload; one that is refused stays to be seen and keeps nobody waiting.
 */
export class ChangeQueue {
  readonly #key: string;
  readonly #kept: Kept;
  readonly #send: Send;
  readonly #told = new Set<() => void>();
  #waiting: readonly Waiting[];
  /** The end of what is being sent: one sends after the other. */
  #sending: Promise<void> = Promise.resolve();

  constructor(of: { key: string; kept: Kept; send: Send }) {
    this.#key = of.key;
    this.#kept = of.kept;
    this.#send = of.send;
    this.#waiting = this.#read();
  }

  /** What waits or was refused, oldest first; the same array until it changes. */
  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  subscribe(tell: () => void): () => void {
    this.#told.add(tell);
    return () => this.#told.delete(tell);
  }

  /** Keeps a change and sends it as soon as it can be. Resolves with whether the server has it now. */
  async add(change: Change): Promise<'sent' | 'kept' | 'refused'> {
    this.#set([...this.#waiting, change]);
    await this.flush();
    const left = this.#waiting.find(({ id }) => id === change.id);
    return left === undefined ? 'sent' : left.refused === true ? 'refused' : 'kept';
  }

  /** Takes back what was not sent, or what was refused. */
  drop(id: string): boolean {
    const rest = this.#waiting.filter((change) => change.id !== id);
    const was = rest.length < this.#waiting.length;
    if (was) this.#set(rest);
    return was;
  }

  /** Sends what waits; ends at the first that cannot be sent now. */
  async flush(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#sendAll());
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    try {
      for (;;) {
        const next = this.#waiting.find(({ refused }) => refused !== true);
        if (!next) return;
        await this.#send(next);
        this.drop(next.id);
      }
    } catch (error) {
      if (!isRefusal(error)) return;
      const refused = this.#waiting.find((change) => change.refused !== true);
      this.#set(this.#waiting.map((change) => (change === refused ? { ...change, refused: true } : change)));
      await this.#sendAll();
    }
  }

  #set(waiting: readonly Waiting[]): void {
    this.#waiting = waiting;
    try {
      this.#kept.setItem(this.#key, JSON.stringify(waiting));
    } catch {
      // Storage may be full or forbidden: it then waits as long as the page lives.
    }
    for (const tell of this.#told) tell();
  }

  #read(): readonly Waiting[] {
    try {
      const read: unknown = JSON.parse(this.#kept.getItem(this.#key) ?? '[]');
      return Array.isArray(read) ? (read as Waiting[]) : [];
    } catch {
      return [];
    }
  }
}

/** What the server will say again: not a line that is cut, not a server in trouble, not a sign-in that has ended. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof LatidoError &&
    error.status >= 400 &&
    error.status < 500 &&
    ![401, 408, 429].includes(error.status)
  );
}
