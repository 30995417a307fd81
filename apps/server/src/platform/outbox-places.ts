import { sql } from 'kysely';
import type { Clock, TimerHandle } from './clock.ts';
import type { Db } from './database.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import { Mutex } from './mutex.ts';

/** Carries one command out. It may be called twice for one command, so it has to be idempotent. */
export type Carrier = (payload: Record<string, unknown>, key: string) => Promise<void>;

interface OutboxRow {
  id: string;
  topic: string;
  key: string;
  payload: Record<string, unknown>;
  attempts: number;
  room: string;
}

/** Commands that are tried for the first time at once, besides those that turned out to be slow. */
const AT_ONCE = 20;
/** Who takes longer holds up nobody who waits for a place. */
const SLOW_AFTER_MS = 1_000;
/** Of those that have failed before, so that a destination that never answers leaves the places to others. */
const AGAIN_AT_ONCE = 10;
/** Of one room: the media server may be away for that one alone. */
const OF_ONE_ROOM = 4;
/** What has not been answered by then has failed: nothing is waited for as long as a claim is good. */
const CARRIED_WITHIN_MS = 30_000;
/** A claim that is not answered in this time (the node died) goes to the next one. */
const CLAIM_MS = 60_000;
/** Due commands that are looked through for a claim. */
const LOOKED_THROUGH = 500;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Milliseconds until the next attempt after so many: 0.25 s, 0.5 s … 30 s. */
export function pauseMs(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1));
}

/** What commands are carried out with. */
export interface PlacesDeps {
  readonly db: Db;
  readonly log: Log;
  readonly clock: Clock;
  readonly carriers: Readonly<Record<string, Carrier>>;
  /** There is a place, or what is due may have changed. */
  readonly freed: () => void;
  /** Something failed, and is due again in so many ms. */
  readonly failed: (againInMs: number) => void;
}

interface Carried {
  readonly row: OutboxRow;
  isSlow: boolean;
  readonly ended: Promise<void>;
}

/** The commands that are being carried out, and who may come beside them. */
export class Places {
  readonly #deps: PlacesDeps;
  readonly #running = new Set<Carried>();
  readonly #filling = new Mutex();
  #isClosed = false;

  constructor(deps: PlacesDeps) {
    this.#deps = deps;
  }

  /** Begins what is due, as far as there are places. */
  async fill(): Promise<void> {
    await this.#filling.run(async () => {
      while (!this.#isClosed) {
        const rows = await this.#claim();
        if (rows.length === 0) return;
        for (const row of rows) this.#begin(row);
      }
    });
  }

  /** Waits for the next one that ends; false when none is being carried out. */
  async oneEnded(): Promise<boolean> {
    if (this.#running.size === 0) return false;
    await Promise.race([...this.#running].map(({ ended }) => ended));
    return true;
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#isClosed = true;
  }

  #begin(row: OutboxRow): void {
    const { clock, freed, failed } = this.#deps;
    const slow = clock.setTimeout(() => {
      carried.isSlow = true;
      freed();
    }, SLOW_AFTER_MS);
    const ended = carryOut(this.#deps, row).then((againInMs) => {
      clock.clearTimeout(slow);
      this.#running.delete(carried);
      if (againInMs !== null) failed(againInMs);
      freed();
    });
    const carried: Carried = { row, isSlow: false, ended };
    this.#running.add(carried);
  }

  async #claim(): Promise<OutboxRow[]> {
    const rows = [...this.#running].map(({ row, isSlow }) => ({ ...row, isSlow }));
    const first = AT_ONCE - rows.filter(({ attempts, isSlow }) => attempts <= 1 && !isSlow).length;
    const again = AGAIN_AT_ONCE - rows.filter(({ attempts }) => attempts > 1).length;
    const { db, clock, carriers } = this.#deps;
    const topics = Object.keys(carriers);
    if (topics.length === 0 || (first <= 0 && again <= 0)) return [];
    return await claim(db, { now: clock.now(), topics, first, again, taken: rows.map(({ room }) => room) });
  }
}

interface Claim {
  readonly now: number;
  readonly topics: string[];
  /** How many of those that nobody has tried, and of those that failed. */
  readonly first: number;
  readonly again: number;
  /** The rooms of the commands that are being carried out here. */
  readonly taken: string[];
}

/** What names no room is a room of its own. */
async function claim(db: Db, { now, topics, first, again, taken }: Claim): Promise<OutboxRow[]> {
  const at = new Date(now);
  const { rows } = await sql<OutboxRow>`
    with taken as (
      select room, count(*) as places from unnest(${taken}::text[]) as t (room) group by room
    ), due as (
      select o.id, o.due_at, o.attempts, t.places, coalesce(o.payload ->> 'roomName', o.key) as room
        from platform.outbox o left join taken t on t.room = coalesce(o.payload ->> 'roomName', o.key)
       where o.done_at is null and o.due_at <= ${at} and o.topic = any(${topics}::text[])
         and coalesce(t.places, 0) < ${OF_ONE_ROOM}::int
         and (case when o.attempts = 0 then ${first}::int else ${again}::int end) > 0
       order by o.due_at, o.id limit ${LOOKED_THROUGH}
    ), of_rooms as (
      select id, due_at, attempts, coalesce(places, 0) + row_number() over (partition by room order by due_at, id) as nth
        from due
    ), free as (
      select id, attempts, row_number() over (partition by attempts = 0 order by due_at, id) as nth
        from of_rooms where nth <= ${OF_ONE_ROOM}::int
    )
    update platform.outbox set attempts = attempts + 1, due_at = ${new Date(now + CLAIM_MS)}
    where id in (
      select id from platform.outbox
      where done_at is null and due_at <= ${at} and id in (
        select id from free where nth <= case when attempts = 0 then ${first}::int else ${again}::int end)
      for update skip locked)
    returning id, topic, key, payload, attempts, coalesce(payload ->> 'roomName', key) as room`.execute(db);
  return rows;
}

/** Carries a command out. Gives in how many milliseconds it is due again, if it failed. Never rejects. */
async function carryOut({ db, log, clock, carriers }: PlacesDeps, row: OutboxRow): Promise<number | null> {
  const { id, topic, key, payload, attempts } = row;
  try {
    await within(clock, CARRIED_WITHIN_MS, carriers[topic]?.(payload, key));
    await sql`update platform.outbox set done_at = ${new Date(clock.now())}, last_error = null
      where id = ${id}`.execute(db);
    return null;
  } catch (error) {
    log.warn({ err: error, topic, key, attempts }, 'a command failed, it is tried again');
    return await putOff(db, row, { now: clock.now(), error }).catch((fault: unknown) => {
      log.warn({ err: fault, topic, key }, 'a command is tried again once its claim is void');
      return null;
    });
  }
}

/** Unless another node has it meanwhile. */
async function putOff(
  db: Db,
  { id, attempts }: OutboxRow,
  failed: { now: number; error: unknown },
): Promise<number> {
  const pause = pauseMs(attempts);
  await sql`update platform.outbox
    set due_at = ${new Date(failed.now + pause)}, last_error = ${messageOf(failed.error).slice(0, 500)}
    where id = ${id} and attempts = ${attempts} and done_at is null`.execute(db);
  return pause;
}

async function within(clock: Clock, ms: number, work: Promise<void> | undefined): Promise<void> {
  let timer: TimerHandle | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    if (timer !== undefined) clock.clearTimeout(timer);
  }
}
