import { sql } from 'kysely';
import type { Clock, Db, Job, Log } from '../platform/index.ts';
import { inTime } from './in-time.ts';
import type { RoomCloser } from './ports.ts';

const LOOK_EVERY_MS = 5_000;
/** An answer that takes longer is none. */
const ANSWERS_WITHIN_MS = 5_000;
/** A restart of Postgres, or a move to its standby, is over by then. */
const DOWN_FOR_MS = 30_000;

/**
 * Closes the rooms of paid calls while the database that would charge them does not answer (METER-61): those that were live when it
 * last did. What is left of each call is its reconciliation, once the database is back.
 */
export function endUnbilled(deps: {
  readonly db: Db;
  readonly rooms: RoomCloser;
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'setTimeout' | 'clearTimeout'>;
  readonly log: Pick<Log, 'error'>;
}): Job {
  const { db, rooms, clock, log } = deps;
  let answeredAt = clock.monotonic();
  let live: readonly string[] = [];
  return {
    name: 'paid calls without a ledger',
    everyMs: LOOK_EVERY_MS,
    async run() {
      const asked = liveRooms(db, new Date(clock.now())).catch(() => null);
      const known = await inTime(asked, { clock, withinMs: ANSWERS_WITHIN_MS });
      if (known !== null) {
        answeredAt = clock.monotonic();
        live = known;
        return;
      }
      const downForMs = clock.monotonic() - answeredAt;
      if (downForMs < DOWN_FOR_MS || live.length === 0) return;
      log.error({ calls: live.length, downForMs }, 'paid calls end, since the database does not answer');
      const closed = await Promise.allSettled(live.map((room) => rooms.deleteRoom(room)));
      live = live.filter((_, n) => closed[n]?.status === 'rejected');
    },
  };
}

/** Where paid calls go on, from a database that writes: one that only reads charges nothing. */
async function liveRooms(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ room: string }>`
    with wrote as (
      insert into metering.answered (at) values (${now}::timestamptz) on conflict (is_one) do update set at = excluded.at)
    select distinct c.livekit_room as room from metering.meter m join calls.call c on c.id = m.call_id
     where m.settled_at is null and m.closing_at is null and c.status in ('live', 'reconnecting')`.execute(
    db,
  );
  return rows.map(({ room }) => room);
}
