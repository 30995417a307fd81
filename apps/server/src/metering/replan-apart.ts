import { sql } from 'kysely';
import { eachApart, putAside, type Tx } from '../platform/index.ts';
import { METERING, replan } from './replan.ts';

/**
 * Replans meters of which the tick has charged or started some. One that cannot be laid is put aside as its call is by
 * the stage, and no unit of it falls due until it is laid again: the others are charged all the same.
 */
export async function replanApart(tx: Tx, ids: readonly string[]): Promise<void> {
  const { failed } = await eachApart(tx, ids, {
    keyOf: (id) => id,
    run: (some) => replan(tx, { ids: some }),
  });
  for (const { key: id, error } of failed) {
    const { rows } = await sql<{ callId: string; seq: bigint }>`
      select m.call_id as "callId", coalesce((
          select max(f.seq) from presence.place p, lateral (select max(seq) as seq from presence.fact where place_no = p.no) f
           where p.call_id = m.call_id), 0) as seq
        from metering.meter m where m.id = ${id}`.execute(tx);
    await sql`update metering.due set due_at = null where meter_id = ${id}`.execute(tx);
    for (const { callId, seq } of rows) await putAside(tx, { stage: METERING, key: callId, seq, error });
  }
}
