import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** Ids are made in the order of time, each by its own node's clock: none is out of its turn by more. */
const OUT_OF_TURN_MS = 3_600_000;

/**
 * The calls of a person that were made at an instant or later and in which they met, the newest first. Their calls are read
 * backwards, as far as that: an evening of offers that came to nothing is a thousand rows, what was before it may be a hundred thousand.
 */
export async function metSince(
  db: DbOrTx,
  { personId, since, page = 500 }: { personId: string; since: number; page?: number | undefined },
): Promise<string[]> {
  const found: string[] = [];
  for (let before: string | null = null; ;) {
    const rows: readonly Row[] = await pageOf(db, { personId, before, page });
    for (const { id, madeAt, hasMet } of rows) if (hasMet && madeAt.getTime() >= since) found.push(id);
    const last = rows.at(-1);
    if (last === undefined || rows.length < page || last.madeAt.getTime() < since - OUT_OF_TURN_MS)
      return found;
    before = last.id;
  }
}

interface Row {
  readonly id: string;
  readonly madeAt: Date;
  readonly hasMet: boolean;
}

async function pageOf(
  db: DbOrTx,
  of: { personId: string; before: string | null; page: number },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select c.id, c.created_at as "madeAt", c.started_at is not null as "hasMet"
      from calls.call_person p join calls.call c on c.id = p.call_id
     where p.person_id = ${of.personId} and p.removed_at is null and (${of.before}::text is null or p.call_id < ${of.before}::text)
     order by p.call_id desc limit ${of.page}`.execute(db);
  return rows;
}
