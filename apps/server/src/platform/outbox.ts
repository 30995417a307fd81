import { sql } from 'kysely';
import type { Clock, TimerHandle } from './clock.ts';
import type { Db, Tx } from './database.ts';
import { messageOf } from './errors.ts';
import type { Hints } from './hints.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { startLoop, type Job } from './loop.ts';
import { trimOutboxJob } from './trim-outbox.ts';

/** A command to the world outside, written in the transaction that decides it. */
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

/** Carries one command out. It may be called twice for one command, so it has to be idempotent. */
export type Carrier = (payload: Record<string, unknown>, key: string) => Promise<void>;

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

interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  payload: Record<string, unknown>;
  attempts: number;
}

/** Whoever enqueues hints at it after the commit; without the hint a command waits so long. */
const LOOK_EVERY_MS = 1_000;
/** Hint that commands were written. */
export const OUTBOX_HINT = 'outbox';
const AT_ONCE = 20;
/** A claim that is not answered in this time (the node died) goes to the next one. */
const CLAIM_MS = 60_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Milliseconds until the next attempt after so many: 0.25 s, 0.5 s … 30 s. */
export function pauseMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1));
}

/**
 * Carries commands out until each is done. A row is claimed by moving its due time ahead, not by a lock: the world
 * outside may take seconds, and the embedded database has one connection for everybody.
 */
export function startOutbox(options: OutboxOptions): Outbox {
  const { db, log, clock, carriers, hints, lookEveryMs = LOOK_EVERY_MS } = options;
  const topics = Object.keys(carriers);
  const round = async (): Promise<number> => {
    const rows = topics.length > 0 ? await claim(db, clock.now(), topics) : [];
    const pauses = await Promise.all(rows.map((row) => carryOut({ db, log, clock, carriers }, row)));
    const soonest = Math.min(...pauses);
    if (soonest < lookEveryMs) wakeIn(soonest);
    return rows.length;
  };
  let again: TimerHandle | undefined;
  const wakeIn = (ms: number): void => {
    if (again !== undefined) clock.clearTimeout(again);
    again = clock.setTimeout(() => loop.wake(), ms);
  };
  let running: Promise<void> | undefined;
  const once = (): Promise<void> => {
    running ??= (async () => {
      while ((await round()) > 0);
    })().finally(() => {
      running = undefined;
    });
    return running;
  };
  const loop = startLoop({ name: 'outbox', everyMs: lookEveryMs, run: once, log, clock });
  const unsubscribe = hints?.subscribe(OUTBOX_HINT, () => loop.wake());
  return {
    jobs: options.keepMs === undefined ? [] : [trimOutboxJob({ db, log, clock, keepMs: options.keepMs })],
    async caughtUp() {
      await running?.catch(() => undefined);
      await once();
    },
    wake: () => loop.wake(),
    async close() {
      unsubscribe?.();
      if (again !== undefined) clock.clearTimeout(again);
      await loop.close();
      await running?.catch(() => undefined);
    },
  };
}

async function claim(db: Db, now: number, topics: string[]): Promise<OutboxRow[]> {
  const until = new Date(now + CLAIM_MS);
  const { rows } = await sql<OutboxRow>`
    update platform.outbox set attempts = attempts + 1, due_at = ${until}
    where id in (
      select id from platform.outbox
      where done_at is null and due_at <= ${new Date(now)} and topic = any(${topics}::text[])
      order by due_at, id limit ${AT_ONCE} for update skip locked)
    returning id, topic, key, payload, attempts`.execute(db);
  return rows;
}

/** Carries a command out. Gives in how many milliseconds it is to be tried again; for ever when it is done. */
async function carryOut({ db, log, clock, carriers }: OutboxOptions, row: OutboxRow): Promise<number> {
  try {
    await carriers[row.topic]?.(row.payload, row.key);
    await sql`update platform.outbox set done_at = ${new Date(clock.now())}, last_error = null
      where id = ${row.id}`.execute(db);
    return Infinity;
  } catch (error) {
    log.warn(
      { err: error, topic: row.topic, key: row.key, attempts: row.attempts },
      'a command failed, it is tried again',
    );
    const pause = pauseMs(row.attempts);
    const dueAt = new Date(clock.now() + pause);
    await sql`update platform.outbox set due_at = ${dueAt}, last_error = ${messageOf(error).slice(0, 500)}
      where id = ${row.id}`.execute(db);
    return pause;
  }
}
