import type { ComingVerdict, VerdictCorrection } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { namesOf } from './may.ts';

interface CorrectionRow {
  personId: string;
  verdict: ComingVerdict;
  reason: string;
  byId: string;
  at: Date;
}

/** What was corrected in a session, by person, the first one first. */
export async function correctionsOf(
  db: DbOrTx,
  bookingId: string,
): Promise<ReadonlyMap<string, readonly VerdictCorrection[]>> {
  const { rows } = await sql<CorrectionRow>`
    select e.payload ->> 'personId' as "personId", e.payload ->> 'verdict' as verdict, e.payload ->> 'reason' as reason,
           e.by_id as "byId", e.at
      from mentoring.event e where e.booking_id = ${bookingId} and e.type = 'verdict_corrected' order by e.n`.execute(
    db,
  );
  const nameOf = await namesOf(db, [...new Set(rows.map(({ byId }) => byId))]);
  const byPerson = new Map<string, VerdictCorrection[]>();
  for (const { personId, verdict, reason, byId, at } of rows) {
    const by = { personId: byId, name: nameOf(byId) };
    const had = byPerson.get(personId) ?? [];
    byPerson.set(personId, [...had, { verdict, reason, by, at: at.toISOString() }]);
  }
  return byPerson;
}
