import { sql } from 'kysely';
import type { Clock, Db, Log } from '../platform/index.ts';
import type { LivekitClocks } from './livekit-clocks.ts';

/** An offset that has moved by so much is kept for the next start. */
const KEEP_FROM_MS = 1_000;

/** How far a LiveKit's clock was off, and when that was last said. */
interface KeptClock {
  readonly key: string;
  readonly offsetMs: number;
  readonly heardAt: Date;
}

/** What our own restarts take from nobody: how far clocks were off. */
export interface Keeping {
  /** Gives the clocks what is kept of these LiveKits, by their keys, once. */
  recall(keys: readonly string[]): Promise<void>;
  /** Keeps what has moved, where anything was heard. */
  keep(keys: readonly string[], heardAt: Date): Promise<void>;
}

/** Keeps the offsets in the database. */
export function keepingOf({ db, clocks }: { db: Db; clocks: LivekitClocks }): Keeping {
  /** Null where none is. */
  const kept = new Map<string, number | null>();
  return {
    async recall(keys) {
      const missing = keys.filter((key) => !kept.has(key));
      if (missing.length === 0) return;
      for (const clock of await keptClocks(db, missing)) {
        clocks.recall(clock.key, clock);
        kept.set(clock.key, clock.offsetMs);
      }
      for (const key of missing) if (!kept.has(key)) kept.set(key, null);
    },
    async keep(keys, heardAt) {
      for (const key of keys) {
        const offsetMs = clocks.offsetMs(key);
        const before = kept.get(key) ?? null;
        if (!clocks.isHeard(key) || (before !== null && Math.abs(offsetMs - before) < KEEP_FROM_MS)) continue;
        await keepClock(db, { key, offsetMs, heardAt });
        kept.set(key, offsetMs);
      }
    },
  };
}

interface KeepingOf {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly clocks: LivekitClocks;
  /** Of the LiveKit that we ask; undefined where there is none. */
  readonly key: string | undefined;
}

/** Keeps that of the LiveKit that we ask: what its lists say is put on our clock only once it is known what was known before. */
export function startKeeping({ key, clock, log, ...deps }: KeepingOf) {
  const keeping = keepingOf(deps);
  const keys = key === undefined ? [] : [key];
  const unkept = (error: unknown): void => log.warn({ err: error }, "livekit's clock of before is not known");
  let isRecalled = false;
  void keeping
    .recall(keys)
    .catch(unkept)
    .finally(() => (isRecalled = true));
  return {
    isRecalled: () => isRecalled,
    keep: () => void keeping.keep(keys, new Date(clock.now())).catch(unkept),
  };
}

async function keptClocks(db: Db, keys: readonly string[]): Promise<KeptClock[]> {
  const { rows } = await sql<KeptClock>`
    select key, offset_ms::float8 as "offsetMs", heard_at as "heardAt" from presence.livekit_clock
     where key = any(${[...keys]}::text[])`.execute(db);
  return rows;
}

async function keepClock(db: Db, { key, offsetMs, heardAt }: KeptClock): Promise<void> {
  await sql`insert into presence.livekit_clock (key, offset_ms, heard_at) values (${key}, ${Math.round(offsetMs)}, ${heardAt})
    on conflict (key) do update set offset_ms = excluded.offset_ms, heard_at = excluded.heard_at`.execute(db);
}
