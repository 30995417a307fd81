import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** How partners were told of silences. */
export interface PartnersTold {
  readonly count: number;
  /** The slowest of a hundred; null under thirty, where it would be one case. */
  readonly p99Ms: number | null;
  readonly worstMs: number | null;
  /** Notices of somebody who was back within five seconds: nobody had been gone. */
  readonly falseAlarms: number;
}

/** Back so soon after their last sign of life: a scare, no absence. */
const SCARE_MS = 5_000;
const FEWEST = 30;

interface Row {
  count: bigint;
  p99Ms: number | null;
  worstMs: number | null;
  falseAlarms: bigint;
}

/** How soon partners were told since an instant: from the last sign of life to the row in the inbox. */
export async function partnersTold(db: DbOrTx, since: Date): Promise<PartnersTold> {
  const { rows } = await sql<Row>`
    select count(*) as count, percentile_disc(0.99) within group (order by t.ms) as "p99Ms", max(t.ms) as "worstMs",
           count(*) filter (where t.back) as "falseAlarms"
      from (select date_part('epoch', n.created_at - (n.payload ->> 'at')::timestamptz) * 1000 as ms,
                   exists (select 1 from notifications.inbox b
                     where b.recipient_id = n.recipient_id and b.seq > n.seq and b.type = 'call.partner_back'
                       and b.payload ->> 'callId' = n.payload ->> 'callId'
                       and b.payload ->> 'personId' = n.payload ->> 'personId'
                       and (b.payload ->> 'at')::timestamptz
                         <= (n.payload ->> 'at')::timestamptz + ${SCARE_MS} * interval '1 ms') as back
              from notifications.inbox n
             where n.type = 'call.partner_left' and n.payload ->> 'state' = 'unreachable'
               and n.created_at >= ${since}::timestamptz) t`.execute(db);
  const { count = 0n, p99Ms = null, worstMs = null, falseAlarms = 0n } = rows[0] ?? {};
  return {
    count: Number(count),
    p99Ms: p99Ms === null || count < FEWEST ? null : Math.round(p99Ms),
    worstMs: worstMs === null ? null : Math.round(worstMs),
    falseAlarms: Number(falseAlarms),
  };
}
