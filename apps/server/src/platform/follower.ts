import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Db, Tx } from './database.ts';
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

const BATCH = 500;
/** How often to look without having been hinted. */
const LOOK_EVERY_MS = 1_000;
/**
 * A log that grows faster than this is being flooded: a thousand calls write some 400 proofs a second, and their
 * partners' notices must not wait.
 */
const FLOOD_ROWS_PER_S = 500;
/** Fewer rows than these are no flood, however close they come. */
const FLOOD_ROWS_LEAST = 64;
/** Under a flood the writers get so many times what a turn has taken, but nobody waits longer than this for a turn. */
const GIVE_WAY_TIMES = 8;
const GIVE_WAY_MOST_MS = 2_000;

/**
 * Follows a log. The head is a locked row that is moved as the last statement of the writer's transaction, so a row
 * that commits late cannot slip in behind a cursor. A batch that fails is tried again fact by fact, so that the log
 * names the one that does not pass; nothing is skipped.
 *
 * In a turn each stage takes one batch, so that the last stage does not wait until the first has caught up. While the
 * log is flooded there is a pause between turns: the embedded database has one session, and whoever writes the log is
 * waited for (webhooks), whoever reads it is not. Large batches are cheaper, too.
 */
export function startFollowers<Row extends LogRow>(options: FollowersOptions<Row>): Followers {
  const { hints, log, topic, stages, clock = systemClock } = options;
  const progress: Progress<Row> = { cursors: new Map(), read: undefined };
  const pause = pauseOf(clock);
  let turn: Promise<Turn> | undefined;
  let before: { head: bigint; at: number } | undefined;
  const takeTurn = (): Promise<Turn> => {
    turn ??= oneTurn(options, progress)
      .then((moved) => {
        const now = { head: progress.cursors.get(HEAD) ?? 0n, at: clock.monotonic() };
        const flooded = before !== undefined && isFlood(before, now);
        before = now;
        return { moved, flooded };
      })
      .finally(() => {
        turn = undefined;
      });
    return turn;
  };
  const catchUp = async (): Promise<void> => {
    for (;;) {
      const startedAt = clock.monotonic();
      const { moved, flooded } = await takeTurn();
      if (!moved) return;
      const tookMs = clock.monotonic() - startedAt;
      if (flooded) await pause.wait(Math.min(tookMs * GIVE_WAY_TIMES, GIVE_WAY_MOST_MS));
    }
  };
  const loop = startLoop({ name: `follow ${topic}`, everyMs: LOOK_EVERY_MS, run: catchUp, log, clock });
  const unsubscribe = hints.subscribe(topic, () => loop.wake());
  loop.wake();
  return {
    async drain() {
      // A turn that began before the call may have passed the newest fact.
      await turn?.catch(() => undefined);
      const { rows } = await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(
        options.db,
      );
      const wanted = rows[0]?.seq ?? 0n;
      const reached = (): boolean => stages.every(({ name }) => (progress.cursors.get(name) ?? 0n) >= wanted);
      for (;;) {
        const { moved, flooded } = await takeTurn();
        // What comes in meanwhile is waited for as well, but not for ever.
        if (!moved || (flooded && reached())) return;
      }
    },
    wake: () => loop.wake(),
    async close() {
      unsubscribe();
      pause.end();
      await loop.close();
      await turn?.catch(() => undefined);
    },
  };
}

/** What one turn has brought. */
interface Turn {
  readonly moved: boolean;
  /** The log grew fast since the turn before. */
  readonly flooded: boolean;
}

/** Whether the log grew fast between two turns. */
function isFlood(before: { head: bigint; at: number }, now: { head: bigint; at: number }): boolean {
  const rows = Number(now.head - before.head);
  return rows >= FLOOD_ROWS_LEAST && rows * 1000 > FLOOD_ROWS_PER_S * (now.at - before.at);
}

/** Where the stages are, and what was read last: as a rule the next stage asks for the same. */
interface Progress<Row> {
  readonly cursors: Map<string, bigint>;
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

/** A pause that can be ended for good. */
function pauseOf(clock: Clock): { wait(ms: number): Promise<void>; end(): void } {
  let resume: (() => void) | undefined;
  let ended = false;
  return {
    wait(ms) {
      if (ended) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = clock.setTimeout(resolve, ms);
        resume = () => {
          clock.clearTimeout(timer);
          resolve();
        };
      });
    },
    end() {
      ended = true;
      resume?.();
    },
  };
}

/** Puts cursors back to the beginning of their log, for a rebuild. No follower of that name may be running. */
export async function rewindFollowers(tx: Tx, names: readonly string[]): Promise<void> {
  await sql`update platform.follower set seq = 0, moved_at = now() where name = any(${[...names]}::text[])`.execute(
    tx,
  );
}

async function step<Row extends LogRow>(
  options: FollowersOptions<Row>,
  progress: Progress<Row>,
  stage: Stage<Row>,
): Promise<boolean> {
  try {
    return await batch(options, progress, { stage, limit: BATCH });
  } catch (error) {
    try {
      return await batch(options, progress, { stage, limit: 1 });
    } catch (again) {
      throw new Error(`the stage ${stage.name} failed`, { cause: again ?? error });
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
    const after = await lockCursor(tx, stage.name);
    const end = await endOf(tx, topic, stage.after);
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

async function lockCursor(tx: Tx, name: string): Promise<bigint> {
  const read = () =>
    sql<LogRow>`select seq from platform.follower where name = ${name} for update`.execute(tx);
  let { rows } = await read();
  if (!rows[0]) {
    await sql`insert into platform.follower (name) values (${name}) on conflict do nothing`.execute(tx);
    ({ rows } = await read());
  }
  return rows[0]?.seq ?? 0n;
}

async function endOf(tx: Tx, topic: string, after: string | undefined): Promise<bigint> {
  const { rows } = after
    ? await sql<LogRow>`select seq from platform.follower where name = ${after}`.execute(tx)
    : await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(tx);
  return rows[0]?.seq ?? 0n;
}
