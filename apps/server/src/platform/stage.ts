import type { Db, DbOrTx, Tx } from './database.ts';
import type { Log } from './log.ts';

/** What a follower needs of a row: its place in the log. */
export interface LogRow {
  seq: bigint;
}

/** What is done once a transaction is committed. A crash may skip it, so only for hints. */
export type AfterCommit = (() => void) | undefined;

/** One follower of the log: folds facts into rows of its own, with its own cursor. */
export interface Stage<Row extends LogRow = LogRow> {
  /** Name of the cursor; never change it. */
  readonly name: string;
  /** Only facts that this stage has passed. */
  readonly after?: string;
  /** What a fact is about. Facts of one key are folded in their order; one that fails stops its own key only. */
  keyOf(fact: Row): string;
  /** Writes what the facts mean. Same transaction as the cursor, so each fact is applied once. */
  apply(tx: Tx, facts: Row[]): Promise<AfterCommit>;
  /**
   * Works out ahead of the transaction what {@link apply} would write, and gives what writes it: in the embedded database
   * nobody else gets in during a transaction. Only for a stage that reads nothing but the log and rows of its own.
   */
  prepare?(db: DbOrTx, facts: Row[]): Promise<(tx: Tx) => Promise<AfterCommit>>;
}

/** A log, and how it is read. */
export interface LogSource<Row extends LogRow> {
  db: Db;
  log: Log;
  /** Name of the log in platform.log_head, and of the hint that it has grown. */
  topic: string;
  /**
   * Rows with `after < seq <= upTo`, in order, at most `limit`. What of a row may turn out unreadable is looked at as it is folded, when
   * there is a key to blame: whatever this throws holds every stage.
   */
  read(db: DbOrTx, after: bigint, upTo: bigint, limit: number): Promise<Row[]>;
}
