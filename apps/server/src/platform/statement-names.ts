import type { PoolClient } from 'pg';

/** A text that comes so often is one of the server's own, and comes again. */
const NAMED_FROM_USE = 3;
/** The server has some hundred texts; each is kept by every connection that runs it. */
const NAMED_MOST = 400;
const SEEN_MOST = 2_000;
/** A kept plan does not see that a table has grown from nothing to a million rows before somebody analyses it: plans are made anew after this. */
const PLANS_FOR_MS = 60_000;
const NAMEABLE = /^\s*(?:select|insert|update|delete|with)\b/i;
/** What a statement's rows look like has changed since it was parsed. */
const CHANGED_SHAPE = '0A000';
/** Behind a pooler that gives the same connection to several: a name is unknown there, or known already. */
const NOT_OURS = ['26000', '42P05'];

/**
 * Names for statements that come again and again, so that a connection to Postgres parses and plans each once: that was most of what
 * a short one cost there.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();
  readonly #seen = new Map<string, number>();
  readonly #plannedAt = new WeakMap<PoolClient, number>();
  #generation = 0;
  #isOff = false;

  /** The name of a text; undefined for one that is not to be kept. */
  nameOf(text: string): string | undefined {
    if (this.#isOff) return undefined;
    const name = this.#names.get(text);
    if (name !== undefined) return name;
    if (this.#names.size >= NAMED_MOST || !NAMEABLE.test(text)) return undefined;
    const times = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.delete(text);
    if (times < NAMED_FROM_USE) return this.#note(text, times);
    const given = `s${this.#generation}_${this.#names.size}`;
    this.#names.set(text, given);
    return given;
  }

  /** A name that does not work is not used again: after another version has changed a table, and behind a pooler. */
  heed(error: unknown): void {
    const { code = '' } = (error ?? {}) as { code?: string };
    if (NOT_OURS.includes(code)) this.#isOff = true;
    if (code !== CHANGED_SHAPE) return;
    this.#generation += 1;
    this.#names.clear();
  }

  /** Has a connection forget plans that are old. */
  async planAnew(client: PoolClient): Promise<void> {
    const now = performance.now();
    const before = this.#plannedAt.get(client) ?? now;
    if (before === now) this.#plannedAt.set(client, now);
    if (now - before < PLANS_FOR_MS) return;
    this.#plannedAt.set(client, now);
    await client.query('discard plans');
  }

  #note(text: string, times: number): undefined {
    this.#seen.set(text, times);
    if (this.#seen.size <= SEEN_MOST) return;
    for (const oldest of this.#seen.keys()) return void this.#seen.delete(oldest);
  }
}
