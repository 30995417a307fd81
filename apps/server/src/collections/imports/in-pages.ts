import { sql, type RawBuilder } from 'kysely';
import { notifyMany } from '../../inbox/index.ts';
import type { Clock, DbOrTx, Tx } from '../../platform/index.ts';
import { tellMany, type TellDeps, type Told } from '../telling.ts';

/** Lines of a file that are held in memory at a time, however many it has. */
const LINES = 1_000;

/** Locks the rows that a statement says, in its order: all that a file is about, of which no list comes here (COLL-28). */
export async function lockRows(tx: Tx, rows: RawBuilder<unknown>): Promise<void> {
  await sql`select count(*) from (${rows}) held`.execute(tx);
}

/** Lines that are taken together: those after the first of these numbers, up to the second. */
export type LineRange = readonly [after: number, to: number];

/**
 * The lines of a file, some at a time. By their numbers and not by a limit: what is joined to a limited set is reckoned for all that is left
 * of the file, for each page anew.
 */
export async function* rangesOf(db: DbOrTx, importId: string): AsyncGenerator<LineRange> {
  const { rows } = await sql<{ last: number | null }>`
    select max(line) as last from collections.import_line where import_id = ${importId}`.execute(db);
  const last = rows[0]?.last ?? 0;
  for (let after = 0; after < last; after += LINES) yield [after, after + LINES];
}

/** What follows from the lines of a file, some at a time; asked for again it is the same. */
export type Pages = AsyncIterable<readonly Told[]>;

/** Puts the notices of a file into inboxes; who gets some has been locked by `holdInboxes`. */
export async function notifyPages(tx: Tx, pages: Pages, clock: Pick<Clock, 'now'>): Promise<void> {
  for await (const notices of pages) await notifyMany(tx, notices, clock);
}

/** After the commit: tells whoever is connected. */
export async function announcePages(deps: TellDeps, pages: Pages): Promise<void> {
  for await (const notices of pages) await tellMany(deps, notices);
}
