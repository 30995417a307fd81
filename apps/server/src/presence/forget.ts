import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';

/** Throws every interval away, for a rebuild: the facts hold all that they said. */
export async function forgetIntervals(tx: Tx): Promise<void> {
  await sql`delete from presence.interval`.execute(tx);
}
