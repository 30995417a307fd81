import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Db, Tx } from './database.ts';
import { paceOf, waitsOn, type Pause } from './follower-pace.ts';
import type { Hints } from './hints.ts';
import type { Log } from './log.ts';
import { startLoop } from './loop.ts';

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
  /** After the commit; may be skipped by a crash, so only for hints. */
  committed?(facts: Row[]): void;
}

/** Followers that run. */
export interface Followers {
  /** Resolves when every stage has reached the head of the log; rejects with a stage's error. */
  drain(): Promise<void>;
  wake(): void;
  close(): Promise<void>;
}

/** What {@link startFollowers} needs. */
export interface FollowersOptions<Row extends LogRow> {
  db: Db;
  hints: Hints;
  log: Log;
  clock?: Clock;
  /** Name of the log in platform.log_head, and of the hint that it has grown. */
  topic: string;
  /** Rows with `after < seq <= upTo`, in order, at most `limit`. */
  read(tx: Tx, after: bigint, upTo: bigint, limit: number): Promise<Row[]>;
  /** In the order of their dependence. */
  stages: readonly Stage<Row>[];
}

/** Rows in one transaction of a stage: each costs the less the more come together, and webhooks wait meanwhile. */
const BATCH = 4_000;
/** A batch that fails is tried again in parts of so many times fewer rows, down to the one row that does not pass. */
const NARROWED_TIMES = 16;
/** How often to look without having been hinted. */
const LOOK_EVERY_MS = 1_000;

/**
 * Follows a log. The head is a locked row that is moved as the last statement of the writer's transaction, so a row
 * that commits late cannot slip in behind a cursor. A batch that fails is tried again with fewer and fewer facts, so
 * that the log names the one that does not pass; nothing is skipped.
 *
 * In a turn each stage takes one batch, so that the last stage does not wait until the first has caught up. While the
 * log is flooded there is a pause between turns ({@link paceOf}).
 */
export function startFollowers<Row extends LogRow>(options: FollowersOptions<Row>): Followers {
  const { hints, log, topic, stages, clock = systemClock } = options;
  const progress: Progress<Row> = { cursors: new Map(), limits: new Map(), read: undefined };
  const pace = paceOf(clock);
  const waits = waitsOn(clock);
  let turn: Promise<Turn> | undefined;
  const reached = (): bigint =>
    stages
      .map(({ name }) => progress.cursors.get(name) ?? 0n)
      .reduce((least, each) => (each < least ? each : least));
  const takeTurn = (): Promise<Turn> => {
    const startedAt = clock.monotonic();
    turn ??= oneTurn(options, progress)
      .then((moved) => {
        const head = progress.cursors.get(HEAD) ?? 0n;
        const tookMs = clock.monotonic() - startedAt;
        return { moved, pause: pace({ head, reached: reached(), tookMs }) };
      })
      .finally(() => {
        turn = undefined;
      });
    return turn;
  };
  const catchUp = async (): Promise<void> => {
    for (;;) {
      const { moved, pause } = await takeTurn();
      if (!moved) return;
      await waits.wait(pause.ms);
    }
  };
  const loop = startLoop({ name: `follow ${topic}`, everyMs: LOOK_EVERY_MS, run: catchUp, log, clock });
  const unsubscribe = hints.subscribe(topic, () => loop.wake());
  loop.wake();
  return {
    async drain() {
      // A turn that began before the call may have passed the newest fact.
      await turn?.catch(() => undefined);
      const wanted = await headOf(options.db, topic);
      for (;;) {
        const { moved, pause } = await takeTurn();
        // What comes in meanwhile is waited for as well, but not for ever.
        if (!moved || (pause.flooded && reached() >= wanted)) return;
      }
    },
    wake: () => loop.wake(),
    async close() {
      unsubscribe();
      waits.end();
      await loop.close();
      await turn?.catch(() => undefined);
    },
  };
}

/** What one turn has brought. */
interface Turn {
  readonly moved: boolean;
  readonly pause: Pause;
}

/** Where the stages are, and what was read last: as a rule the next stage asks for the same. */
interface Progress<Row> {
  readonly cursors: Map<string, bigint>;
  /** How many rows a stage takes at a time, while that is fewer than others: its last batch failed. */
  readonly limits: Map<string, number>;
  /** The rows with `after < seq <= upTo`. */
  read: { readonly after: bigint; readonly upTo: bigint; readonly rows: Row[] } | undefined;
}

/** The key of the log's head among the cursors. */
const HEAD = '';

/** One batch of each stage. Says whether any cursor moved. */
async function oneTurn<Row extends LogRow>(
  options: FollowersOptions<Row>,
  progress: Progress<Row>,
): Promise<boolean> {
  let moved = false;
  try {
    for (const stage of options.stages) {
      if (await step(options, progress, stage)) moved = true;
    }
    return moved;
  } finally {
    progress.read = undefined;
  }
}

/** How far the follower of that name has come, wherever it runs; 0 when it never ran. */
export async function followerCursor(db: Db, name: string): Promise<bigint> {
  const { rows } = await sql<LogRow>`select seq from platform.follower where name = ${name}`.execute(db);
  return rows[0]?.seq ?? 0n;
}

/** Puts cursors back to the beginning of their log, for a rebuild. No follower of that name may be running. */
export async function rewindFollowers(tx: Tx, names: readonly string[]): Promise<void> {
  await sql`update platform.follower set seq = 0, moved_at = now() where name = any(${[...names]}::text[])`.execute(
    tx,
  );
}

/** One batch, smaller ones while it fails. */
async function step<Row extends LogRow>(
  options: FollowersOptions<Row>,
  progress: Progress<Row>,
  stage: Stage<Row>,
): Promise<boolean> {
  const { limits } = progress;
  for (;;) {
    const limit = limits.get(stage.name) ?? BATCH;
    try {
      const moved = await batch(options, progress, { stage, limit });
      limits.set(stage.name, Math.min(limit * NARROWED_TIMES, BATCH));
      return moved;
    } catch (error) {
      if (limit === 1) throw new Error(`the stage ${stage.name} failed`, { cause: error });
      limits.set(stage.name, Math.max(1, Math.floor(limit / NARROWED_TIMES)));
    }
  }
}

/** One batch of one stage in one transaction. Says whether the cursor moved. */
async function batch<Row extends LogRow>(
  options: FollowersOptions<Row>,
  progress: Progress<Row>,
  { stage, limit }: { stage: Stage<Row>; limit: number },
): Promise<boolean> {
  const { db, topic, log } = options;
  let applied: Row[] = [];
  const { moved, cursor } = await db.transaction().execute(async (tx) => {
    const { after, end } = await lockCursor(tx, { name: stage.name, topic, behind: stage.after });
    if (!stage.after) progress.cursors.set(HEAD, end);
    if (end <= after) return { moved: false, cursor: after };
    const { rows, upTo } = await readOnce(tx, { options, progress }, { after, end, limit });
    applied = rows;
    try {
      if (rows.length > 0) await stage.apply(tx, rows);
    } catch (error) {
      const seq = String(rows.at(-1)?.seq);
      if (limit === 1) log.error({ err: error, stage: stage.name, seq }, 'a fact does not pass');
      throw error;
    }
    await sql`update platform.follower set seq = ${upTo}, moved_at = now() where name = ${stage.name}`.execute(
      tx,
    );
    return { moved: true, cursor: upTo };
  });
  progress.cursors.set(stage.name, cursor);
  if (applied.length > 0) stage.committed?.(applied);
  return moved;
}

/** The next rows and how far they reach. Rows never change, so what another stage has just read is not read again. */
async function readOnce<Row extends LogRow>(
  tx: Tx,
  { options, progress }: { options: FollowersOptions<Row>; progress: Progress<Row> },
  { after, end, limit }: { after: bigint; end: bigint; limit: number },
): Promise<{ rows: Row[]; upTo: bigint }> {
  const had = progress.read;
  if (limit > 1 && had?.after === after && had.upTo <= end) return had;
  const rows = await options.read(tx, after, end, limit);
  const last = rows.at(-1);
  const upTo = last && rows.length === limit ? last.seq : end;
  if (limit > 1) progress.read = { after, upTo, rows };
  return { rows, upTo };
}

/** Where a stage is, locked, and how far it may go: to the log's head, or to the stage that it follows. */
async function lockCursor(
  tx: Tx,
  { name, topic, behind }: { name: string; topic: string; behind: string | undefined },
): Promise<{ after: bigint; end: bigint }> {
  const ahead = behind
    ? sql`select a.seq from platform.follower a where a.name = ${behind}`
    : sql`select h.seq from platform.log_head h where h.name = ${topic}`;
  const read = () =>
    sql<{ after: bigint; end: bigint | null }>`
      select f.seq as after, (${ahead}) as "end" from platform.follower f where f.name = ${name} for update of f`.execute(
      tx,
    );
  let { rows } = await read();
  if (!rows[0]) {
    await sql`insert into platform.follower (name) values (${name}) on conflict do nothing`.execute(tx);
    ({ rows } = await read());
  }
  return { after: rows[0]?.after ?? 0n, end: rows[0]?.end ?? 0n };
}

async function headOf(db: Db, topic: string): Promise<bigint> {
  const { rows } = await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(db);
  return rows[0]?.seq ?? 0n;
}
