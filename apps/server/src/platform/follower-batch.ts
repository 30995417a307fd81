import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db, DbOrTx, Tx } from './database.ts';
import type { Log } from './log.ts';

/** What a follower needs of a row: its place in the log. */
export interface LogRow {
  seq: bigint;
}

/** One reader of the log: folds facts into rows of its own, with its own cursor. */
export interface Stage<Row extends LogRow = LogRow> {
  /** Name of the cursor; never change it. */
  readonly name: string;
  /** Only facts that this stage has passed. */
  readonly after?: string;
  /** Writes what the facts mean. Same transaction as the cursor, so each fact is applied once. */
  apply(tx: Tx, facts: Row[]): Promise<void>;
  /**
   * Works out ahead of the transaction what {@link apply} would write, and gives what writes it: a transaction shuts
   * everybody else out of the embedded database. It is thrown away when another node has moved the cursor meanwhile.
   * Only for a stage that reads nothing but the log and rows of its own.
   */
  prepare?(db: DbOrTx, facts: Row[]): Promise<(tx: Tx) => Promise<void>>;
  /** After the commit; may be skipped by a crash, so only for hints. */
  committed?(facts: Row[]): void;
}

/** A log, and how it is read. */
export interface LogSource<Row extends LogRow> {
  db: Db;
  log: Log;
  /** Name of the log in platform.log_head, and of the hint that it has grown. */
  topic: string;
  /** Rows with `after < seq <= upTo`, in order, at most `limit`. */
  read(db: DbOrTx, after: bigint, upTo: bigint, limit: number): Promise<Row[]>;
}

/** Rows in one transaction of a stage: each costs the less the more come together, and webhooks wait meanwhile. */
const BATCH = 4_000;
/** Rows in one statement, so that the statements of others come between. */
const READ_AT_ONCE = 1_000;
/** A batch that fails is tried again in parts of so many times fewer rows, down to the one row that does not pass. */
const NARROWED_TIMES = 16;

/** Where the stages are, and what was read last: as a rule the next stage asks for the same. */
export interface Progress<Row> {
  readonly cursors: Map<string, bigint>;
  /** How many rows a stage takes at a time, while that is fewer than others: its last batch failed. */
  readonly limits: Map<string, number>;
  /** Stages whose cursor another node moved while this one worked: what is worked out for them waits for the lock. */
  readonly contended: Set<string>;
  /** The rows with `after < seq <= upTo`. */
  read: { readonly after: bigint; readonly upTo: bigint; readonly rows: Row[] } | undefined;
}

/** The key of the log's head among the cursors. */
export const HEAD = '';

/** Nothing is known yet. */
export function newProgress<Row>(): Progress<Row> {
  return { cursors: new Map(), limits: new Map(), contended: new Set(), read: undefined };
}

/** One batch of a stage, smaller ones while it fails. Says whether its cursor moved. */
export async function takeBatch<Row extends LogRow>(
  source: LogSource<Row>,
  progress: Progress<Row>,
  stage: Stage<Row>,
): Promise<boolean> {
  const { limits } = progress;
  for (;;) {
    const limit = limits.get(stage.name) ?? BATCH;
    try {
      const moved = await batch(source, progress, { stage, limit });
      limits.set(stage.name, Math.min(limit * NARROWED_TIMES, BATCH));
      return moved;
    } catch (error) {
      if (limit === 1) throw new Error(`the stage ${stage.name} failed`, { cause: error });
      limits.set(stage.name, Math.max(1, Math.floor(limit / NARROWED_TIMES)));
    }
  }
}

/** One batch of one stage, written in one transaction. Says whether the cursor moved. */
async function batch<Row extends LogRow>(
  source: LogSource<Row>,
  progress: Progress<Row>,
  task: Task<Row>,
): Promise<boolean> {
  const { db } = source;
  const { stage } = task;
  const seen = await placeOf(db, source, stage);
  if (!stage.after) progress.cursors.set(HEAD, seen.end);
  progress.cursors.set(stage.name, seen.after);
  if (seen.end <= seen.after) return false;
  const early = progress.contended.has(stage.name)
    ? undefined
    : await workOut(db, { source, progress }, { ...task, ...seen });
  const done = await db.transaction().execute(async (tx) => {
    const place = await lockCursor(tx, source, stage);
    if (place.after === seen.after) progress.contended.delete(stage.name);
    else progress.contended.add(stage.name);
    if (place.end <= place.after) return undefined;
    const isGood = early !== undefined && place.after === seen.after;
    const work = isGood ? early : await workOut(tx, { source, progress }, { ...task, ...place });
    await passing(source, { ...task, rows: work.rows }, () => work.write(tx));
    await sql`update platform.follower set seq = ${work.upTo}, moved_at = now() where name = ${stage.name}`.execute(
      tx,
    );
    return work;
  });
  if (done === undefined) return false;
  progress.cursors.set(stage.name, done.upTo);
  if (done.rows.length > 0) stage.committed?.(done.rows);
  return true;
}

/** A batch that is to be made. */
interface Task<Row extends LogRow> {
  readonly stage: Stage<Row>;
  readonly limit: number;
}

/** A batch that is worked out: what was read, how far that reaches, what writes it. */
interface Work<Row> {
  readonly rows: Row[];
  readonly upTo: bigint;
  write(tx: Tx): Promise<void>;
}

async function workOut<Row extends LogRow>(
  db: DbOrTx,
  { source, progress }: { source: LogSource<Row>; progress: Progress<Row> },
  task: Task<Row> & Place,
): Promise<Work<Row>> {
  const { stage } = task;
  const { rows, upTo } = await readOnce(db, { source, progress }, task);
  if (rows.length === 0) return { rows, upTo, write: () => Promise.resolve() };
  const { prepare } = stage;
  if (prepare === undefined) return { rows, upTo, write: (tx) => stage.apply(tx, rows) };
  return { rows, upTo, write: await passing(source, { ...task, rows }, () => prepare(db, rows)) };
}

/** Names the fact that does not pass, once it stands alone. */
async function passing<Row extends LogRow, T>(
  { log }: LogSource<Row>,
  { stage, limit, rows }: Task<Row> & { readonly rows: readonly Row[] },
  fn: () => Promise<T>,
): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    const seq = String(rows.at(-1)?.seq);
    if (limit === 1) log.error({ err: error, stage: stage.name, seq }, 'a fact does not pass');
    throw error;
  }
}

/** The next rows and how far they reach. Rows never change, so what another stage has just read is not read again. */
async function readOnce<Row extends LogRow>(
  db: DbOrTx,
  { source, progress }: { source: LogSource<Row>; progress: Progress<Row> },
  { after, end, limit }: Place & { readonly limit: number },
): Promise<{ rows: Row[]; upTo: bigint }> {
  const had = progress.read;
  if (limit > 1 && had?.after === after && had.upTo <= end) return had;
  const rows: Row[] = [];
  let upTo = after;
  while (upTo < end && rows.length < limit) {
    const atOnce = Math.min(READ_AT_ONCE, limit - rows.length);
    const more = await source.read(db, upTo, end, atOnce);
    rows.push(...more);
    upTo = more.length === atOnce ? (more.at(-1)?.seq ?? end) : end;
  }
  if (limit > 1) progress.read = { after, upTo, rows };
  return { rows, upTo };
}

/** Where a stage is, and how far it may go: to the log's head, or to the stage that it follows. */
interface Place {
  readonly after: bigint;
  readonly end: bigint;
}

async function placeOf<Row extends LogRow>(
  db: DbOrTx,
  { topic }: LogSource<Row>,
  { name, after: behind }: Stage<Row>,
): Promise<Place> {
  const { rows } = await sql<{ after: bigint | null; end: bigint | null }>`
    select (select f.seq from platform.follower f where f.name = ${name}) as after, (${endOf(topic, behind)}) as "end"`.execute(
    db,
  );
  return { after: rows[0]?.after ?? 0n, end: rows[0]?.end ?? 0n };
}

function endOf(topic: string, behind: string | undefined): RawBuilder<unknown> {
  return behind
    ? sql`select a.seq from platform.follower a where a.name = ${behind}`
    : sql`select h.seq from platform.log_head h where h.name = ${topic}`;
}

/** {@link placeOf}, with the cursor locked. */
async function lockCursor<Row extends LogRow>(
  tx: Tx,
  { topic }: LogSource<Row>,
  { name, after: behind }: Stage<Row>,
): Promise<Place> {
  const read = () =>
    sql<{ after: bigint; end: bigint | null }>`
      select f.seq as after, (${endOf(topic, behind)}) as "end"
      from platform.follower f where f.name = ${name} for update of f`.execute(tx);
  let { rows } = await read();
  if (!rows[0]) {
    await sql`insert into platform.follower (name) values (${name}) on conflict do nothing`.execute(tx);
    ({ rows } = await read());
  }
  return { after: rows[0]?.after ?? 0n, end: rows[0]?.end ?? 0n };
}
