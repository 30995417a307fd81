import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/**
 * Which of these pay by a meter whose call has ended after an instant and that holds coins still: they are given back, or charged, as it is
 * settled. What ended before is stuck, and not to be waited for.
 */
export async function payersUnsettled(
  db: DbOrTx,
  personIds: readonly string[],
  endedAfter: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ personId: string }>`
    select distinct m.payer_id as "personId" from metering.meter m join calls.call c on c.id = m.call_id
      join ledger.hold h on h.meter_id = m.id
     where m.settled_at is null and m.payer_id = any(${[...personIds]}::text[]) and c.status = 'ended'
       and c.ended_at > ${endedAfter} and h.amount > 0`.execute(db);
  return new Set(rows.map(({ personId }) => personId));
}

/**
 * Whether a call has ended and its meter has not been settled: one of these calls, or of one person's. `laid`: only those
 * whose end is known to the meter, which the next tick can settle.
 */
export async function someUnsettled(
  db: DbOrTx,
  of: { personId: string } | { callIds: readonly string[] },
  { laid = false } = {},
): Promise<boolean> {
  const whose =
    'personId' in of
      ? sql`(m.payer_id = ${of.personId} or m.earner_id = ${of.personId})`
      : sql`m.call_id = any(${[...of.callIds]}::text[])`;
  const { rows } = await sql<{ some: boolean }>`
    select exists (select 1 from metering.meter m join calls.call c on c.id = m.call_id
                    where m.settled_at is null and c.status = 'ended' and ${whose}
                      and (m.closing_at is not null or not ${laid})) as some`.execute(db);
  return rows[0]?.some ?? false;
}
