import { CompiledQuery } from 'kysely';
import type { Db, Tx } from './database.ts';
import { AppError } from './errors.ts';

/** What came of one part. */
export interface Failed<Item> {
  readonly key: string;
  readonly items: readonly Item[];
  readonly error: unknown;
}

/** The transaction itself is gone: nothing of it can be kept, and nobody's item is to blame. */
class LostTransaction extends Error {}

/**
 * Does something for all items, and where that fails for each half of their keys, down to the keys that fail by
 * themselves: what the others write stays. A fault of the database (away, full, a deadlock) is no key's, and rejects.
 */
export async function eachApart<Item, Result>(
  tx: Tx,
  items: readonly Item[],
  of: { keyOf: (item: Item) => string; run: (items: Item[]) => Promise<Result> },
): Promise<{ results: Result[]; failed: Failed<Item>[] }> {
  if (items.length === 0) return { results: [], failed: [] };
  try {
    return { results: [await inSavepoint(tx, () => of.run([...items]))], failed: [] };
  } catch (error) {
    if (!isOfTheItem(error)) throw error;
    const keys = [...new Set(items.map((item) => of.keyOf(item)))];
    const [key = ''] = keys;
    if (keys.length === 1) return { results: [], failed: [{ key, items, error }] };
    const half = new Set(keys.slice(0, Math.ceil(keys.length / 2)));
    const first = await eachApart(
      tx,
      items.filter((item) => half.has(of.keyOf(item))),
      of,
    );
    const second = await eachApart(
      tx,
      items.filter((item) => !half.has(of.keyOf(item))),
      of,
    );
    return {
      results: [...first.results, ...second.results],
      failed: [...first.failed, ...second.failed],
    };
  }
}

/**
 * The same in transactions of its own: all of them at once, and only where that fails each half by itself. What goes well, as nearly
 * always, pays for no savepoint.
 *
 * @throws what the database's own state throws
 */
export async function allOrApart<Item, Result>(
  db: Db,
  items: readonly Item[],
  of: { keyOf: (item: Item) => string; run: (tx: Tx, items: Item[]) => Promise<Result> },
): Promise<{ results: Result[]; failed: Failed<Item>[] }> {
  try {
    return { results: [await db.transaction().execute((tx) => of.run(tx, [...items]))], failed: [] };
  } catch (error) {
    if (!isOfTheItem(error)) throw error;
    const { keyOf } = of;
    return await db
      .transaction()
      .execute((tx) => eachApart(tx, items, { keyOf, run: (some) => of.run(tx, some) }));
  }
}

async function inSavepoint<T>(tx: Tx, run: () => Promise<T>): Promise<T> {
  const say = (command: string) => tx.executeQuery(CompiledQuery.raw(command));
  await say('savepoint part');
  try {
    const result = await run();
    await say('release savepoint part');
    return result;
  } catch (error) {
    try {
      await say('rollback to savepoint part');
    } catch {
      throw new LostTransaction('the transaction is gone', { cause: error });
    }
    throw error;
  }
}

/** SQLSTATE classes of a connection, a deadlock, resources, locks, an operator and the system. */
const OF_THE_DATABASE = /^(08|40|53|55|57|58)/;

/**
 * Node's codes of a connection, a disk or a thread (ECONNRESET, ENOSPC, ERR_STREAM_DESTROYED) begin with an E, as no class of SQLSTATE does.
 * Its other ERR_ (ERR_INVALID_URL, ERR_OUT_OF_RANGE) are about a value, and come again with it.
 */
const OF_THE_SYSTEM = /^(E(?!RR_)|ERR_(STREAM|SOCKET|TLS|WORKER|IPC)_)/;

/** Whether an error is about what was being worked on, and would come again; not about the database's own state. */
export function isOfTheItem(error: unknown): boolean {
  if (error instanceof LostTransaction) return false;
  if (error instanceof AppError) return error.code !== 'database.unavailable';
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return true;
  return !OF_THE_SYSTEM.test(code) && !OF_THE_DATABASE.test(code);
}
