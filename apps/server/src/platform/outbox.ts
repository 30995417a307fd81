import { sql } from 'kysely';
import type { Clock, TimerHandle } from './clock.ts';
import type { Db, Tx } from './database.ts';
import type { Hints } from './hints.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { startLoop, type Job } from './loop.ts';
import { Places, type Carrier } from './outbox-places.ts';
import { trimOutboxJob } from './trim-outbox.ts';

/**
 * A command to the world outside, written in the transaction that decides it. Those of one `payload.roomName` go to one
 * destination: some of them at once at most, in no order.
 */
export interface Command {
  topic: string;
  /** Asking twice with one (topic, key) is asking once, also after it was done. */
  key: string;
  payload: Record<string, unknown>;
  /** Not before; default at once. */
  dueAt?: Date;
}

/** Puts a command into the outbox. */
export async function enqueue(tx: Tx, { topic, key, payload, dueAt = new Date(0) }: Command): Promise<void> {
  await sql`insert into platform.outbox (id, topic, key, payload, due_at)
    values (${newId('outbox')}, ${topic}, ${key}, ${JSON.stringify(payload)}::jsonb, ${dueAt})
    on conflict (topic, key) do nothing`.execute(tx);
}

/** The outbox at work. */
export interface Outbox {
  /** Forgetting what is done. */
  readonly jobs: readonly Job[];
  /** Carries out what is due now, until nothing is. Resolves also when something failed: that is due later. */
  caughtUp(): Promise<void>;
  /** Looks at once. */
  wake(): void;
  close(): Promise<void>;
}

export interface OutboxOptions {
  db: Db;
  log: Log;
  clock: Clock;
  carriers: Readonly<Record<string, Carrier>>;
  /** Default: nobody hints. */
  hints?: Pick<Hints, 'subscribe'>;
  /** Default: a second. What failed here is tried again at its time all the same. */
  lookEveryMs?: number;
  /** How long commands that are done are kept; default: for ever. */
  keepMs?: number;
}

/** Whoever enqueues hints at it after the commit; without the hint a command waits so long. */
const LOOK_EVERY_MS = 1_000;
/** Hint that commands were written. */
export const OUTBOX_HINT = 'outbox';
/**
 * Carries commands out until each is done, each for itself: one that hangs holds up its own room at most. A row is claimed by
 * moving its due time ahead, not by a lock: the world outside may take seconds, and the embedded database has one connection
 * for everybody.
 */
export function startOutbox(options: OutboxOptions): Outbox {
  const { db, log, clock, hints, lookEveryMs = LOOK_EVERY_MS } = options;
  const wakeSoonest = soonestTimer(clock, () => loop.wake());
  const places = new Places({
    ...options,
    freed: () => loop.wake(),
    failed: (againInMs) => {
      if (againInMs < lookEveryMs) wakeSoonest.in(againInMs);
    },
  });
  const loop = startLoop({ name: 'outbox', everyMs: lookEveryMs, run: () => places.fill(), log, clock });
  const unsubscribe = hints?.subscribe(OUTBOX_HINT, () => loop.wake());
  return {
    jobs: options.keepMs === undefined ? [] : [trimOutboxJob({ db, log, clock, keepMs: options.keepMs })],
    async caughtUp() {
      do await places.fill();
      while (await places.oneEnded());
    },
    wake: () => loop.wake(),
    async close() {
      unsubscribe?.();
      wakeSoonest.stop();
      places.close();
      await loop.close();
      while (await places.oneEnded());
    },
  };
}

/** A timer that keeps the soonest of the instants that it was asked for. */
function soonestTimer(clock: Clock, fire: () => void): { in(ms: number): void; stop(): void } {
  let timer: TimerHandle | undefined;
  let atMs = Infinity;
  const stop = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    atMs = Infinity;
  };
  return {
    in(ms) {
      const wantedMs = clock.monotonic() + ms;
      if (wantedMs >= atMs) return;
      stop();
      atMs = wantedMs;
      timer = clock.setTimeout(() => {
        stop();
        fire();
      }, ms);
    },
    stop,
  };
}
