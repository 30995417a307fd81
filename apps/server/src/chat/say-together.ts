import type { Clock, Db } from '../platform/index.ts';
import { sayAll, type Said, type Wish } from './say.ts';

/** So many messages share a transaction at most. */
const TOGETHER_MAX = 64;

interface Waiting extends Wish {
  readonly resolve: (said: Said) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes what people say in a call: while one transaction is on its way the next ones gather, and share the one after it. */
export class SayTogether {
  readonly #deps: { readonly db: Db; readonly clock: Pick<Clock, 'now'> };
  /** By call; there while somebody writes in it. */
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(deps: { db: Db; clock: Pick<Clock, 'now'> }) {
    this.#deps = deps;
  }

  /** Resolves once it is stored. */
  say(callId: string, wish: Wish): Promise<Said> {
    return new Promise((resolve, reject) => {
      const one = { ...wish, resolve, reject };
      const queue = this.#waiting.get(callId);
      if (queue) return queue.push(one);
      const fresh = [one];
      this.#waiting.set(callId, fresh);
      return void this.#work(callId, fresh);
    });
  }

  async #work(callId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await this.#write(callId, queue.splice(0, TOGETHER_MAX));
    this.#waiting.delete(callId);
  }

  async #write(callId: string, wishes: readonly Waiting[]): Promise<void> {
    const { db, clock } = this.#deps;
    try {
      const outcomes = await db.transaction().execute((tx) => sayAll(tx, { callId, wishes, clock }));
      for (const [at, wish] of wishes.entries()) settle(wish, outcomes[at]);
    } catch (error) {
      const [only, ...more] = wishes;
      if (only && more.length === 0) return only.reject(error);
      // One of them may be at fault: each by itself, so that it harms no other.
      for (const wish of wishes) await this.#write(callId, [wish]);
    }
  }
}

function settle(wish: Waiting, outcome: Said | Error | undefined): void {
  if (outcome === undefined || outcome instanceof Error) wish.reject(outcome);
  else wish.resolve(outcome);
}
