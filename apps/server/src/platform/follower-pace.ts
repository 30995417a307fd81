import type { Clock } from './clock.ts';

/**
 * A log that grows faster than this is being flooded: a thousand calls write some 400 proofs a second, and their
 * partners' notices must not wait.
 */
export const FLOOD_ROWS_PER_S = 500;
/** Fewer rows than these are no flood, however close they come. */
export const FLOOD_ROWS_LEAST = 64;
/** Under a flood the writers get so many times what a turn has taken … */
export const GIVE_WAY_TIMES = 8;
/** … but what is in the log is read after this: somebody may be waiting to be told that their partner has gone … */
export const GIVE_WAY_MOST_MS = 500;
/** … and who reads later than that still leaves the writers so many times what the turn has taken. */
export const GIVE_WAY_LEAST_TIMES = 0.5;

/** A turn of the followers, as it ended. */
export interface TurnEnd {
  /** The head of the log when the turn began. */
  readonly head: bigint;
  /** How far the stage has come that is behind all others. */
  readonly reached: bigint;
  readonly tookMs: number;
}

/** What follows from a turn. */
export interface Pause {
  /** The log grew fast since the turn before. */
  readonly flooded: boolean;
  /** How long the next turn waits. */
  readonly ms: number;
}

/** Says how long the followers of a log leave the database to its writers. */
export type Pace = (turn: TurnEnd) => Pause;

/**
 * While the log is flooded there is a pause between turns: the embedded database has one session, and whoever writes
 * the log is waited for (webhooks), whoever reads it is not. Large batches are cheaper, too. The later the readers are,
 * the shorter the pause.
 */
export function paceOf(clock: Pick<Clock, 'monotonic'>): Pace {
  /** When the log was first seen to reach so far: what of it nobody has read is at least as old. */
  let seen: { readonly head: bigint; readonly at: number }[] = [];
  let before: { readonly head: bigint; readonly at: number } | undefined;
  return ({ head, reached, tookMs }) => {
    const now = { head, at: clock.monotonic() };
    const flooded = before !== undefined && isFlood(before, now);
    before = now;
    // The head was read when the turn began.
    if (seen.at(-1)?.head !== head) seen.push({ head, at: now.at - tookMs });
    seen = seen.filter((each) => each.head > reached);
    const lateMs = seen[0] === undefined ? 0 : now.at - seen[0].at;
    return { flooded, ms: flooded ? pauseMs(tookMs, lateMs) : 0 };
  };
}

function pauseMs(tookMs: number, lateMs: number): number {
  const wanted = Math.min(tookMs * GIVE_WAY_TIMES, GIVE_WAY_MOST_MS - lateMs);
  return Math.max(wanted, tookMs * GIVE_WAY_LEAST_TIMES);
}

/** Whether the log grew fast between two turns. */
function isFlood(before: { head: bigint; at: number }, now: { head: bigint; at: number }): boolean {
  const rows = Number(now.head - before.head);
  return rows >= FLOOD_ROWS_LEAST && rows * 1000 > FLOOD_ROWS_PER_S * (now.at - before.at);
}

/** Waits that can be ended for good. */
export interface Waits {
  wait(ms: number): Promise<void>;
  end(): void;
}

/** Waits on a clock. */
export function waitsOn(clock: Clock): Waits {
  let resume: (() => void) | undefined;
  let ended = false;
  return {
    wait(ms) {
      if (ended || ms <= 0) return Promise.resolve();
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
