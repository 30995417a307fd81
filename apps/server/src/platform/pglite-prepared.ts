import { parse, protocol, type PGlite, type messages, type Results } from '@electric-sql/pglite';

const { serialize } = protocol;
type Message = messages.BackendMessage;

/** A statement that Postgres has parsed. */
interface Prepared {
  readonly name: string;
  /** Types of its parameters. */
  readonly types: readonly number[];
  /** What its rows look like, as a message; nothing where it gives none. */
  readonly shape: readonly Message[];
}

/** A text that comes so often is one of the server's own, and comes again. */
const PREPARED_FROM_USE = 3;
/** The server has some hundred texts. Those that came least lately go. */
const PREPARED_MOST = 300;
const SEEN_MOST = 2_000;
/**
 * A kept plan does not see that a table has grown from nothing to a million rows, as one that is made for each run does, and
 * nothing here analyses tables by itself: plans are made anew after this.
 */
const PLANS_FOR_MS = 10_000;
const PREPARABLE = /^\s*(?:select|insert|update|delete|with|savepoint|release|rollback to)\b/i;
/** A transaction that has failed takes nothing but a way out of it. */
const PLANNED = /^\s*(?:select|insert|update|delete|with)\b/i;
/** After these a name may be another table, or have other columns. */
const CHANGES_NAMES = /\b(?:create|alter|drop|do)\b/i;

/**
 * Runs statements of the embedded database, and those that come again and again without parsing and planning them each time:
 * that was most of what a short one cost, with six ways into Postgres and back.
 */
export class PreparedStatements {
  readonly #pglite: PGlite;
  readonly #kept = new Map<string, Prepared>();
  readonly #seen = new Map<string, number>();
  #count = 0;
  #plannedAt = performance.now();

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  /** Runs one statement. */
  async query(text: string, params: readonly unknown[]): Promise<Results> {
    const kept = this.#kept.get(text);
    if (kept === undefined && !(PREPARABLE.test(text) && this.#comesAgain(text))) {
      await this.#forgetBefore(text);
      return await this.#pglite.query(text, [...params], { rowMode: 'object' });
    }
    if (PLANNED.test(text)) await this.#planAnew();
    const prepared = kept ?? (await this.#prepare(text));
    this.#kept.delete(text);
    this.#kept.set(text, prepared);
    return await this.#run(prepared, params);
  }

  /** Runs several without parameters. */
  async exec(text: string): Promise<void> {
    await this.#forgetBefore(text);
    await this.#pglite.exec(text);
  }

  async #forgetBefore(text: string): Promise<void> {
    if (this.#kept.size === 0 || PREPARABLE.test(text) || !CHANGES_NAMES.test(text)) return;
    this.#kept.clear();
    await this.#pglite.exec('deallocate all');
  }

  #comesAgain(text: string): boolean {
    const times = (this.#seen.get(text) ?? 0) + 1;
    this.#seen.delete(text);
    if (times >= PREPARED_FROM_USE) return true;
    this.#seen.set(text, times);
    if (this.#seen.size > SEEN_MOST) this.#seen.delete(oldestOf(this.#seen));
    return false;
  }

  async #planAnew(): Promise<void> {
    const now = performance.now();
    if (now - this.#plannedAt < PLANS_FOR_MS) return;
    this.#plannedAt = now;
    await this.#pglite.exec('discard plans');
  }

  async #prepare(text: string): Promise<Prepared> {
    const name = `s${(this.#count += 1)}`;
    const { messages } = await this.#say(
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
    );
    const shape = messages.filter((message) => message.name === 'rowDescription');
    const prepared = { name, types: parse.parseDescribeStatementResults(messages), shape };
    this.#kept.set(text, prepared);
    if (this.#kept.size > PREPARED_MOST) await this.#close(oldestOf(this.#kept));
    return prepared;
  }

  async #close(text: string): Promise<void> {
    const name = this.#kept.get(text)?.name;
    this.#kept.delete(text);
    if (name !== undefined) await this.#say(serialize.close({ type: 'S', name }));
  }

  async #run({ name, types, shape }: Prepared, params: readonly unknown[]): Promise<Results> {
    const values = params.map((param, n) => this.#textOf(param, types[n]));
    const { messages } = await this.#say(serialize.bind({ statement: name, values }), serialize.execute({}));
    const [result] = parse.parseResults([...shape, ...messages], this.#pglite.parsers, { rowMode: 'object' });
    if (result === undefined) throw new Error('Postgres answered nothing');
    return result;
  }

  /** As PGlite itself makes texts of parameters. */
  #textOf(param: unknown, type: number | undefined): string | null {
    if (param === null || param === undefined) return null;
    return (
      this.#pglite.serializers[type ?? 0]?.(param) ?? String(param as string | number | bigint | boolean)
    );
  }

  /** Says several things at once. What Postgres does not take it throws, and is ready for the next. */
  async #say(...parts: Uint8Array[]): Promise<{ messages: Message[] }> {
    return await this.#pglite.execProtocol(Buffer.concat([...parts, serialize.sync()]), { syncToFs: false });
  }
}

function oldestOf(map: ReadonlyMap<string, unknown>): string {
  for (const key of map.keys()) return key;
  return '';
}
