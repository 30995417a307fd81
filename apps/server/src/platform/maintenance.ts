import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { startLoop, type Loop } from './loop.ts';

/** The part of the embedded database that its upkeep needs. */
export interface Kept {
  readonly idle: boolean;
  /** When a statement last ended, by `performance.now()`. */
  readonly quietSince: number;
  query<T>(sql: string): Promise<{ rows: T[] }>;
  exec(sql: string): Promise<void>;
}

const LOOK_EVERY_MS = 15_000;
const CHECKPOINT_EVERY_MS = 5 * 60_000;
const CHECKPOINT_WAL_BYTES = 64n * 1024n * 1024n;
const VACUUM_EVERY_MS = 10 * 60_000;
const VACUUM_WAL_BYTES = 4n * 1024n * 1024n;
/** The loops of the server ask a few times a second, so quiet means a moment without a queue, not silence. */
const QUIET_MS = 50;

/**
 * Does for the embedded database what Postgres' background processes do: PGlite has neither checkpointer nor
 * autovacuum. A missed run means a longer recovery after a crash, and tables that grow.
 */
export function startMaintenance({ kept, log, clock }: { kept: Kept; log: Log; clock: Clock }): Loop {
  let checkpoint = { at: clock.monotonic(), wal: 0n };
  let vacuum = { at: clock.monotonic(), wal: 0n };
  const run = async (): Promise<void> => {
    const now = clock.monotonic();
    const wal = await walBytes(kept);
    const written = wal - checkpoint.wal;
    if (written >= CHECKPOINT_WAL_BYTES || (written > 0n && now - checkpoint.at >= CHECKPOINT_EVERY_MS)) {
      await kept.exec('checkpoint');
      // The checkpoint writes a record itself: it must not be the reason of the next one.
      checkpoint = { at: now, wal: await walBytes(kept) };
    }
    const isDue = now - vacuum.at >= VACUUM_EVERY_MS && wal - vacuum.wal >= VACUUM_WAL_BYTES;
    if (isDue && kept.idle && performance.now() - kept.quietSince >= QUIET_MS) {
      await kept.exec('vacuum analyze');
      vacuum = { at: now, wal: await walBytes(kept) };
    }
  };
  return startLoop({ name: 'upkeep of the database', everyMs: LOOK_EVERY_MS, run, log, clock });
}

async function walBytes(kept: Kept): Promise<bigint> {
  const { rows } = await kept.query<{ wal: string }>(`select (pg_current_wal_lsn() - '0/0')::text as wal`);
  return BigInt(rows[0]?.wal ?? 0);
}
