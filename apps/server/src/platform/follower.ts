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
 * Follows a log. The head is a locked row that is moved as the last statement of the writer's transaction, so a row
 * that commits late cannot slip in behind a cursor. A batch that fails is tried again fact by fact, so that the log
 * names the one that does not pass; nothing is skipped.
 */
export function startFollowers<Row extends LogRow>(options: FollowersOptions<Row>): Followers {
  const { hints, log, topic, stages, clock = systemClock } = options;
  let round: Promise<void> | undefined;
  const catchUp = async (): Promise<void> => {
    let moved = true;
    while (moved) {
      moved = false;
      for (const stage of stages) {
        while (await step(options, stage)) moved = true;
      }
    }
  };
  const once = (): Promise<void> => {
    round ??= catchUp().finally(() => {
      round = undefined;
    });
    return round;
  };
  const loop = startLoop({
    name: `follow ${topic}`,
    everyMs: LOOK_EVERY_MS,
    run: once,
    log,
    clock,
  });
  const unsubscribe = hints.subscribe(topic, () => loop.wake());
  loop.wake();
  return {
    async drain() {
      // A round that began before the call may have passed the newest fact.
      await round?.catch(() => undefined);
      await once();
    },
    wake: () => loop.wake(),
    async close() {
      unsubscribe();
      await loop.close();
      await round?.catch(() => undefined);
    },
  };
}

/** Puts cursors back to the beginning of their log, for a rebuild. No follower of that name may be running. */
export async function rewindFollowers(tx: Tx, names: readonly string[]): Promise<void> {
  await sql`update platform.follower set seq = 0, moved_at = now() where name = any(${[...names]}::text[])`.execute(
    tx,
  );
}

async function step<Row extends LogRow>(options: FollowersOptions<Row>, stage: Stage<Row>): Promise<boolean> {
  try {
    return await batch(options, stage, BATCH);
  } catch (error) {
    try {
      return await batch(options, stage, 1);
    } catch (again) {
      throw new Error(`the stage ${stage.name} failed`, { cause: again ?? error });
    }
  }
}

/** One batch of one stage in one transaction. Says whether the cursor moved. */
async function batch<Row extends LogRow>(
  { db, topic, read, log }: FollowersOptions<Row>,
  stage: Stage<Row>,
  limit: number,
): Promise<boolean> {
  let applied: Row[] = [];
  const moved = await db.transaction().execute(async (tx) => {
    const after = await lockCursor(tx, stage.name);
    const upTo = await end(tx, topic, stage.after);
    if (upTo <= after) return false;
    applied = await read(tx, after, upTo, limit);
    const last = applied.at(-1);
    const cursor = last && applied.length === limit ? last.seq : upTo;
    try {
      if (last) await stage.apply(tx, applied);
    } catch (error) {
      if (limit === 1)
        log.error({ err: error, stage: stage.name, seq: String(last?.seq) }, 'a fact does not pass');
      throw error;
    }
    await sql`update platform.follower set seq = ${cursor}, moved_at = now() where name = ${stage.name}`.execute(
      tx,
    );
    return true;
  });
  if (applied.length > 0) stage.committed?.(applied);
  return moved;
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

async function end(tx: Tx, topic: string, after: string | undefined): Promise<bigint> {
  const { rows } = after
    ? await sql<LogRow>`select seq from platform.follower where name = ${after}`.execute(tx)
    : await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(tx);
  return rows[0]?.seq ?? 0n;
}
