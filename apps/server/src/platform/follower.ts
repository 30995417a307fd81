import { sql } from 'kysely';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Db, Tx } from './database.ts';
import type { LogRow, LogSource, Progress, Stage } from './follower-batch.ts';
import { HEAD, newProgress, takeBatch } from './follower-batch.ts';
import { paceOf, waitsOn, type Pause } from './follower-pace.ts';
import type { Hints } from './hints.ts';
import { startLoop } from './loop.ts';

/** Followers that run. */
export interface Followers {
  /** Resolves when every stage has reached the head of the log; rejects with a stage's error. */
  caughtUp(): Promise<void>;
  wake(): void;
  close(): Promise<void>;
}

export interface FollowersOptions<Row extends LogRow> extends LogSource<Row> {
  hints: Hints;
  clock?: Clock;
  /** In the order of their dependence. */
  stages: readonly Stage<Row>[];
}

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
  const progress = newProgress<Row>();
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
    async caughtUp() {
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

/** One batch of each stage. Says whether any cursor moved. */
async function oneTurn<Row extends LogRow>(
  options: FollowersOptions<Row>,
  progress: Progress<Row>,
): Promise<boolean> {
  let moved = false;
  try {
    for (const stage of options.stages) {
      if (await takeBatch(options, progress, stage)) moved = true;
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

async function headOf(db: Db, topic: string): Promise<bigint> {
  const { rows } = await sql<LogRow>`select seq from platform.log_head where name = ${topic}`.execute(db);
  return rows[0]?.seq ?? 0n;
}
