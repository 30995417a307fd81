import { sql } from 'kysely';
import { systemClock, type Clock, type Db, type Hints, type Job, type Log } from '../platform/index.ts';

/** What something hangs on: a session, and a person as they were at an instant (epoch ms). */
export interface Hanging {
  readonly sessionId?: string | null | undefined;
  readonly personId: string | null;
  readonly since?: number | undefined;
  /** Epoch ms at which it runs out by itself. */
  readonly until?: number | undefined;
}

/** Sessions that were ended early: by signing out, a new password, a ban, another role. */
export interface Endings {
  /** Whether what hangs on this session and person is over. What runs out later is watched from now on: whoever listens is called then. */
  isEnded(of: Hanging): boolean;
  /** Calls back whenever something has ended, on whatever node. Returns how to stop. */
  subscribe(heard: () => void): () => void;
  /** Has every node look at once. */
  announce(): void;
  /** Looks now. */
  look(): Promise<void>;
  readonly jobs: readonly Job[];
}

/** Tells the nodes that something has ended; a hint may be lost, so each looks by itself too. */
const ENDED_HINT = 'access.ended';
const LOOK_EVERY_MS = 500;
/** A row that commits late is older than what was seen before it. */
const OVERLAP_MS = 15_000;
/** Longer than any ticket lives. */
const KEPT_MS = 3 * 3_600_000;
const FORGET_EVERY_MS = 600_000;
/** How far the clocks of a node and the database may differ: a ticket that was signed at that very moment is refused. */
const LEEWAY_MS = 1_000;

/** What listening needs. */
export interface EndingsDeps {
  readonly db: Db;
  readonly hints: Hints | undefined;
  readonly log: Log;
  /** Default: the machine's. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
  /** Default: half a second. */
  readonly lookEveryMs?: number | undefined;
}

/** Starts listening. What ended before the start is known with the first look, which is begun here. */
export function startEndings(deps: EndingsDeps): Endings {
  const { db, hints, log, clock = systemClock, lookEveryMs = LOOK_EVERY_MS } = deps;
  const ended = new Ended();
  const running = new RunningOut();
  const listeners = new Set<() => void>();
  const look = async (): Promise<void> => {
    const isNew = await ended.read(db);
    if (running.hasRunOut(clock.now()) || isNew) for (const heard of listeners) heard();
  };
  const lookNow = (): void => {
    look().catch((error: unknown) => log.warn({ err: error }, 'sessions that ended are looked for again'));
  };
  hints?.subscribe(ENDED_HINT, lookNow);
  return {
    isEnded: (of) => ended.has(of) || running.isOver(of, clock.now()),
    subscribe(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
    announce: () => hints?.publish(ENDED_HINT),
    look,
    jobs: [
      { name: 'ended sessions', everyMs: lookEveryMs, run: look },
      {
        name: 'old ended sessions',
        everyMs: FORGET_EVERY_MS,
        async run() {
          await sql`delete from access.ended where ended_at < now() - ${KEPT_MS} * interval '1 ms'`.execute(
            db,
          );
        },
      },
    ],
  };
}

/** When what somebody hangs on runs out by itself, to the second. */
class RunningOut {
  readonly #at = new Set<number>();

  isOver({ until }: Hanging, now: number): boolean {
    if (until === undefined) return false;
    if (until > now) this.#at.add(Math.ceil(until / 1_000) * 1_000);
    return until <= now;
  }

  /** Whether anything has, since it was asked last. */
  hasRunOut(now: number): boolean {
    const over = [...this.#at].filter((at) => at <= now);
    for (const at of over) this.#at.delete(at);
    return over.length > 0;
  }
}

class Ended {
  /** When each session and person was ended last (epoch ms). */
  readonly #at = new Map<string, number>();
  readonly #seen = new Map<bigint, number>();
  #newestAt = 0;

  has({ sessionId, personId, since = Infinity }: Hanging): boolean {
    if (sessionId && this.#at.has(sessionId)) return true;
    const endedAt = personId === null ? undefined : this.#at.get(personId);
    return endedAt !== undefined && since <= endedAt + LEEWAY_MS;
  }

  /** @returns whether there was anything new */
  async read(db: Db): Promise<boolean> {
    const { rows } = await sql<{ seq: bigint; key: string | null; at: Date }>`
      select seq, coalesce(session_id, person_id) as key, ended_at as at from access.ended
      where ended_at > ${new Date(this.#newestAt - OVERLAP_MS)} and ended_at > now() - ${KEPT_MS} * interval '1 ms'`.execute(
      db,
    );
    const fresh = rows.filter(({ seq }) => !this.#seen.has(seq));
    for (const { seq, key, at } of fresh) {
      this.#seen.set(seq, at.getTime());
      this.#newestAt = Math.max(this.#newestAt, at.getTime());
      if (key !== null) this.#at.set(key, Math.max(this.#at.get(key) ?? 0, at.getTime()));
    }
    if (fresh.length > 0) this.#forget();
    return fresh.length > 0;
  }

  #forget(): void {
    for (const [seq, at] of this.#seen) if (at < this.#newestAt - 2 * OVERLAP_MS) this.#seen.delete(seq);
    for (const [key, at] of this.#at) if (at < this.#newestAt - KEPT_MS) this.#at.delete(key);
  }
}
