import { sql } from 'kysely';
import type { Db, DbOrTx, Hints, Log } from '../platform/index.ts';
import type { UnpaidTime, UnpaidTimes } from './unpaid-times.ts';

/** An unpaid time of somebody was noted. Payload: JSON of it with the node. */
const UNPAID_HINT = 'presence.unpaid';
/** The longest that any of them counts (PRES-F25). */
const KEPT_MS = 600_000;

export interface SharingDeps {
  readonly db: Db;
  readonly hints: Pick<Hints, 'node' | 'publish' | 'subscribe'>;
  readonly log: Log;
  readonly now: () => number;
  readonly unpaid: UnpaidTimes;
}

/** Unpaid times as all nodes know them, and the next start. */
export interface SharingUnpaid {
  /** Writes what was noted here, and tells the others at once. */
  tell(time: UnpaidTime): void;
  /** Takes over what is written: a hint may be lost, and at the start none has come. */
  load(): Promise<void>;
  /** Resolves when what was noted is written. Never rejects. */
  caughtUp(): Promise<void>;
  close(): void;
}

/** A row for each, and only where something unpaid happened: mostly there is none. */
export function shareUnpaid({ db, hints, log, now, unpaid }: SharingDeps): SharingUnpaid {
  let work = Promise.resolve();
  const unsubscribe = hints.subscribe(UNPAID_HINT, (payload) => {
    const { node, ...time } = JSON.parse(payload) as UnpaidTime & { node: string };
    if (node !== hints.node) unpaid.take([time], now());
  });
  return {
    tell(time) {
      hints.publish(UNPAID_HINT, JSON.stringify({ ...time, node: hints.node }));
      work = work
        .then(() => insertUnpaid(db, time))
        .catch((error: unknown) => log.warn({ err: error }, 'an unpaid time is known to this node alone'));
    },
    async load() {
      unpaid.take(await unpaidTimes(db, new Date(now() - KEPT_MS)), now());
    },
    async caughtUp() {
      for (let last; last !== work; await last) last = work;
    },
    close: unsubscribe,
  };
}

/** Notes a time, and lets go of those that count no more. */
async function insertUnpaid(db: Db, { roomName, person, kind, fromAt, toAt }: UnpaidTime): Promise<void> {
  await sql`
    with old as (delete from presence.unpaid where to_at < ${new Date(toAt - KEPT_MS)}::timestamptz)
    insert into presence.unpaid (room_name, person, kind, from_at, to_at)
    values (${roomName}, ${person}, ${kind}, ${new Date(fromAt)}, ${new Date(toAt)})
    on conflict (room_name, person, kind, from_at) do update set to_at = greatest(unpaid.to_at, excluded.to_at)`.execute(
    db,
  );
}

interface Row {
  roomName: string;
  person: string;
  kind: UnpaidTime['kind'];
  fromAt: Date;
  toAt: Date;
}

async function unpaidTimes(db: DbOrTx, since: Date): Promise<UnpaidTime[]> {
  const { rows } = await sql<Row>`
    select room_name as "roomName", person, kind, from_at as "fromAt", to_at as "toAt" from presence.unpaid
     where to_at >= ${since}::timestamptz order by from_at`.execute(db);
  return rows.map((row) => ({ ...row, fromAt: row.fromAt.getTime(), toAt: row.toAt.getTime() }));
}
