import type { ImportKind, LineFault } from '@latido/core';
import type { ImportShown } from '@latido/protocol';
import { sql } from 'kysely';
import { problem, type DbOrTx } from '../../platform/index.ts';

/** An import as it is kept. */
export interface ImportRow {
  id: string;
  kind: ImportKind;
  fileName: string | null;
  isPreview: boolean;
  status: ImportShown['status'];
  lines: number;
  faults: number;
  fault: LineFault | null;
  byId: string;
  startedAt: Date;
  doneAt: Date | null;
  undoneAt: Date | null;
}

const columns = sql`i.id, i.kind, i.file_name as "fileName", i.is_preview as "isPreview", i.status, i.lines, i.faults, i.fault,
  i.by_id as "byId", i.started_at as "startedAt", i.done_at as "doneAt", i.undone_at as "undoneAt"`;

/** @throws import.not_found */
export async function importById(db: DbOrTx, id: string): Promise<ImportRow> {
  const { rows } =
    await sql<ImportRow>`select ${columns} from collections.import i where i.id = ${id}`.execute(db);
  if (!rows[0]) throw problem('import.not_found', `There is no import ${id.slice(0, 64)}.`);
  return rows[0];
}

/** Imports, the newest first. */
export async function newestImports(db: DbOrTx, limit: number): Promise<ImportRow[]> {
  const { rows } = await sql<ImportRow>`
    select ${columns} from collections.import i order by i.id desc limit ${limit}`.execute(db);
  return rows;
}

/** An import with the lines of its report: all of them, or those with faults, after a line. */
export async function importShown(
  db: DbOrTx,
  row: ImportRow,
  { after, limit, onlyFaults }: { after: number; limit: number; onlyFaults: boolean },
): Promise<ImportShown> {
  const { rows } = await sql<{ line: number; fault: LineFault | null; madeId: string | null }>`
    select l.line, l.fault, l.made_id as "madeId" from collections.import_line l
    where l.import_id = ${row.id} and l.line > ${after} and (not ${onlyFaults}::boolean or l.fault is not null)
    order by l.line limit ${limit + 1}`.execute(db);
  const isWritten = row.status === 'done';
  const shown = rows.slice(0, limit);
  return {
    ...importOnWire(row),
    report: shown.map(({ line, fault, madeId }) => ({
      line,
      fault: fault && faultOnWire(fault),
      madeId: isWritten ? madeId : null,
    })),
    nextLine: rows.length > limit ? (shown.at(-1)?.line ?? null) : null,
  };
}

/** An import without its lines. */
export function importOnWire(row: ImportRow): Omit<ImportShown, 'report' | 'nextLine'> {
  const { startedAt, doneAt, undoneAt, fault, byId, ...rest } = row;
  return {
    ...rest,
    made: row.status === 'done' ? row.lines : 0,
    fault: fault && faultOnWire(fault),
    by: byId,
    startedAt: startedAt.toISOString(),
    doneAt: doneAt?.toISOString() ?? null,
    undoneAt: undoneAt?.toISOString() ?? null,
  };
}

const WORDS: Readonly<Record<LineFault['code'], string>> = {
  column_missing: 'the column is missing',
  column_unknown: 'there is no such column',
  column_twice: 'the column is there twice',
  cells: 'there are more cells than columns',
  empty: 'it is empty',
  too_long: 'it is longer than 200 characters',
  formula: 'a spreadsheet would run it as a formula',
  not_whole: 'it is no whole number of minor units (24000 for 240.00)',
  not_positive: 'it is not above zero',
  too_large: 'it is too large to be counted exactly',
  not_a_day: 'it is no day such as 2026-01-05',
  not_an_instant: 'it is no day or instant such as 2026-01-05T10:00:00Z',
  not_a_currency: 'it is no currency of three capital letters, such as COP',
  not_a_method: 'it is none of cash, transfer, card',
  not_an_id: 'an id is 1 to 64 of A-Z a-z 0-9 _ -',
  installments: 'it is no list such as 2026-01-10:12000 2026-02-10:12000 that adds up to the amount',
  unknown: 'there is none by this id',
  taken: 'it is there already',
  twice: 'it is in the file twice',
  not_text: 'it has a character that cannot be stored, e.g. NUL',
  ahead: 'it lies ahead: a payment is recorded when it was made',
  quote: 'a quote is not closed, or a cell has no end',
  not_taken: 'it cannot be taken',
};

const faultOnWire = ({ column, code, seen }: LineFault) => ({
  column,
  code,
  seen: seen ?? null,
  words: `${column === null ? '' : `${column}: `}${WORDS[code]}${seen === undefined ? '' : ` (${seen})`}`,
});
