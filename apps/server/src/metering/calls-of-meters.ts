import { sql } from 'kysely';
import type { CallsOfMeters } from '../ledger/index.ts';
import type { Db } from '../platform/index.ts';

interface Row {
  id: string;
  callId: string;
  payerId: string;
  earnerId: string | null;
}

/** Reads whose meters some entries of the ledger are of. */
export function createCallsOfMeters(db: Db): CallsOfMeters {
  return async (meterIds) => {
    if (meterIds.length === 0) return new Map();
    const { rows } = await sql<Row>`
      select m.id, m.call_id as "callId", m.payer_id as "payerId", m.earner_id as "earnerId"
        from metering.meter m where m.id = any(${[...meterIds]}::text[])`.execute(db);
    return new Map(rows.map(({ id, ...call }) => [id, call]));
  };
}
