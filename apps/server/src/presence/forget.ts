import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { noteFoldedAnew } from './folded.ts';

/** Throws intervals away, for a rebuild: the facts hold all that they said. Those whose facts were forgotten stay as they are. */
export async function forgetIntervals(tx: Tx): Promise<void> {
  await sql`
    delete from presence.interval i
     where exists (select from presence.place p join presence.fact f on f.place_no = p.no
                    where p.participant_sid = i.participant_sid)`.execute(tx);
  await noteFoldedAnew(tx);
}
