import { sql } from 'kysely';
import type { Clock, TimerHandle } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Db, DbOrTx, Tx } from './database.ts';
import { retryStuck, takeBatch, type Taken } from './fold-batch.ts';
import type { Hints } from './hints.ts';
import { startLoop } from './loop.ts';
import type { LogRow, LogSource, Stage } from './stage.ts';

/** Followers that run. */
export interface Followers {
  /** Resolves when every stage has passed what is in the log now; rejects when the database fails. */
  caughtUp(): Promise<void>;
  wake(): void;
  close(): Promise<void>;
}

/** What {@link startFollowers} needs. */
export interface FollowersOptions<Row extends LogRow> extends LogSource<Row> {
  hints: Hints;
  clock?: Clock;
  /** Default: a second, which a lost hint may cost. */
  lookEveryMs?: number;
  /** In the order of their dependence. */
  stages: readonly Stage<Row>[];
}

/** How often to look without having been hinted. */
const LOOK_EVERY_MS = 1_000;
/** A batch of so many rows: the log is being flooded … */
export const FLOOD_ROWS = 100;
/** … and its writers get so many times what the batch has taken … */
export const REST_TIMES = 8;
/** … but what is in the log is read after this: somebody may be waiting to be told that their partner has gone. */
export const REST_MOST_MS = 250;

/**
 * Follows a log: one loop a stage, each with its own cursor, dependent only on the stage that it comes after. The head
 * is a locked row that is moved as the last statement of the writer's transaction, so a row that commits late cannot
 * slip in behind a cursor. What does not fold is put aside by its key ({@link takeBatch}), so that no fact and no stage
 * stops another; it is tried again at the start and when somebody asks.
 */
export function startFollowers<Row extends LogRow>(options: FollowersOptions<Row>): Followers {
  const { hints, db, topic, stages } = options;
  const running = new Map<string, Running>();
  for (const stage of stages) {
    const moved = (): void => {
      for (const { name, after } of stages) if (after === stage.name) running.get(name)?.wake();
    };
    running.set(stage.name, startStage(options, stage, moved));
  }
  const wake = (): void => {
    for (const stage of stages) if (!running.has(stage.after ?? '')) running.get(stage.name)?.wake();
  };
  const unsubscribe = hints.subscribe(topic, wake);
  wake();
  return {
    async caughtUp() {
      const head = await headOf(db, topic);
      for (const each of running.values()) await each.reach(head);
    },
    wake,
    async close() {
      unsubscribe();
      await Promise.all([...running.values()].map((each) => each.close()));
    },
  };
}

/** One stage that runs. */
interface Running {
  wake(): void;
  /** Resolves when its cursor is there. */
  reach(seq: bigint): Promise<void>;
  close(): Promise<void>;
}

function startStage<Row extends LogRow>(
  options: FollowersOptions<Row>,
  stage: Stage<Row>,
  moved: () => void,
): Running {
  const { log, clock = systemClock, lookEveryMs = LOOK_EVERY_MS } = options;
  let turn: Promise<Taken> | undefined;
  let restsUntil = -Infinity;
  let resting: TimerHandle | undefined;
  let isFirst = true;
  const once = (): Promise<Taken> =>
    (turn ??= takeBatch(options, stage).finally(() => {
      turn = undefined;
    }));
  const run = async (): Promise<void> => {
    if (isFirst) await retryStuck(options, stage, true);
    isFirst = false;
    while (clock.monotonic() >= restsUntil) {
      const startedAt = clock.monotonic();
      const { rows, wanted } = await once();
      if (wanted) await retryStuck(options, stage, false);
      if (rows > 0) moved();
      if (rows === 0) return;
      const tookMs = clock.monotonic() - startedAt;
      if (rows >= FLOOD_ROWS) restsUntil = startedAt + tookMs + Math.min(tookMs * REST_TIMES, REST_MOST_MS);
    }
    resting ??= clock.setTimeout(() => {
      resting = undefined;
      loop.wake();
    }, restsUntil - clock.monotonic());
  };
  const loop = startLoop({ name: `follow ${stage.name}`, everyMs: lookEveryMs, run, log, clock });
  return {
    wake: () => loop.wake(),
    async reach(seq) {
      // A turn that began before may have passed the newest fact.
      await turn?.catch(() => undefined);
      for (;;) {
        const { cursor, rows } = await once();
        if (rows > 0) moved();
        if (cursor >= seq || rows === 0) return;
      }
    },
    async close() {
      await loop.close();
      if (resting !== undefined) clock.clearTimeout(resting);
      await turn?.catch(() => undefined);
    },
  };
}

/** How far the follower of that name has come, wherever it runs; 0 when it never ran. */
export async function followerCursor(db: DbOrTx, name: string): Promise<bigint> {
  const { rows } = await sql<LogRow>`select seq from platform.follower where name = ${name}`.execute(db);
  return rows[0]?.seq ?? 0n;
}

/** Puts cursors back to the beginning of their log, for a rebuild; what was stuck is tried like the rest. */
export async function rewindFollowers(tx: Tx, names: readonly string[]): Promise<void> {
  await sql`update platform.follower set seq = 0, moved_at = now() where name = any(${[...names]}::text[])`.execute(
    tx,
  );
  await sql`delete from platform.stuck where stage = any(${[...names]}::text[])`.execute(tx);
}

async function headOf(db: Db, topic: string): Promise<bigint> {
  const { rows } = await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(db);
  return rows[0]?.seq ?? 0n;
}
