import {
  columnsOf,
  isFault,
  noonsIn,
  readImportLine,
  type ImportKind,
  type LineFault,
  type TableLine,
} from '@latido/core';
import { sql } from 'kysely';
import { AppError, newId, type Clock, type Config, type Db, type Log } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import { applyImport, type ApplyDeps } from './apply.ts';
import { GivenUp, goesOn } from './cancel.ts';
import { checkLines, type CheckLinesDeps } from './check-lines.ts';
import { findOvertaken, isOvertaken } from './overtaken.ts';
import type { ReadLine } from './read-line.ts';
import { readTable } from './read-table.ts';

/** Lines that are read, compared and stored in one go. */
const PAGE = 1_000;
/** So often a file is written that others get in the way of. */
const APPLIED_MOST = 3;

export interface ImportDeps extends CheckLinesDeps, ApplyDeps {
  readonly access: CheckLinesDeps['access'] & ApplyDeps['access'];
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly settings: Pick<Config['collections'], 'timeZone'>;
}

/** What is to be imported. */
export interface ImportAsked {
  readonly kind: ImportKind;
  readonly fileName: string | null;
  readonly isPreview: boolean;
  /** Where the file lies. */
  readonly path: string;
}

/** Opens an import; its lines come with {@link runImport}. */
export async function openImport(
  db: Db,
  { kind, fileName, isPreview }: ImportAsked,
  { byId, at }: Doing,
): Promise<string> {
  const id = newId('import');
  await sql`insert into collections.import (id, kind, file_name, is_preview, status, by_id, started_at, beat_at)
    values (${id}, ${kind}, ${fileName}, ${isPreview}, 'reading', ${byId}, ${at}, ${at})`.execute(db);
  return id;
}

/**
 * Reads a file into its report, and writes what it brings where every line of it fits: all of it, or nothing. Whatever goes wrong in
 * between, nothing was written.
 */
export async function runImport(
  deps: ImportDeps,
  { id, ...asked }: ImportAsked & { readonly id: string },
  doing: Doing,
): Promise<void> {
  try {
    const sum = await stageLines(deps, id, asked);
    if (sum.faults > 0 || sum.fault !== null) return await close(deps, { id, status: 'refused', sum });
    if (asked.isPreview) return await close(deps, { id, status: 'checked', sum });
    await applyOrRefuse(deps, { id, kind: asked.kind, sum }, doing);
  } catch (error) {
    if (error instanceof GivenUp) return;
    if (error instanceof AppError && error.status < 500) await refuse(deps, id, error.detail);
    else await breakOff(deps, id, error);
    throw error;
  }
}

/** No table, or more than can be counted: the file's fault, and not ours. */
async function refuse({ db, clock }: ImportDeps, id: string, seen: string): Promise<void> {
  const fault: LineFault = { column: null, code: 'not_taken', seen };
  await sql`update collections.import set status = 'refused', fault = ${JSON.stringify(fault)}::jsonb,
    done_at = ${new Date(clock.now())} where id = ${id} and status = 'reading'`.execute(db);
}

async function breakOff({ db, clock, log }: ImportDeps, id: string, error: unknown): Promise<void> {
  log.error({ err: error, import: id }, 'an import broke off; nothing of it was written');
  await sql`update collections.import set status = 'broken', done_at = ${new Date(clock.now())}
    where id = ${id} and status = 'reading'`.execute(db);
}

/** What came or went since the lines were compared is named as if they were compared now. */
async function applyOrRefuse(
  deps: ImportDeps,
  { id, kind, sum }: { id: string; kind: ImportKind; sum: Sum },
  doing: Doing,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await applyImport(deps, { id, kind }, doing);
    } catch (error) {
      if (!isOvertaken(error) || tries === APPLIED_MOST) throw error;
      const faults = await findOvertaken(deps.db, { id, kind });
      // Else what stood in its way is gone again.
      if (faults > 0) return await close(deps, { id, status: 'refused', sum: { ...sum, faults } });
    }
  }
}

interface Sum {
  lines: number;
  faults: number;
  fault: LineFault | null;
}

async function stageLines(
  deps: ImportDeps,
  id: string,
  { kind, path }: Pick<ImportAsked, 'kind' | 'path'>,
): Promise<Sum> {
  const sum: Sum = { lines: 0, faults: 0, fault: null };
  let columns: readonly string[] | null = null;
  let page: ReadLine[] = [];
  const paid = { sum: 0n };
  const noonOf = noonsIn(deps.settings.timeZone);
  const flush = async (): Promise<void> => {
    if (page.length === 0) return;
    await checkLines(deps, { importId: id, kind, lines: page, paid });
    await storeLines(deps, id, page);
    sum.lines += page.length;
    sum.faults += page.filter(({ fault }) => fault !== null).length;
    page = [];
  };
  for await (const lines of readLines(path, sum)) {
    for (const { line, cells } of lines) {
      if (columns === null) {
        const read = columnsOf(
          kind,
          cells.map((cell) => cell.trim()),
        );
        if (isFault(read)) return { ...sum, fault: read };
        columns = read;
        continue;
      }
      const read = readImportLine({ kind, columns, noonOf }, cells);
      const fits = !isFault(read);
      page.push({ line, vals: fits ? read : null, fault: fits ? null : read, key: null, madeId: null });
      if (page.length >= PAGE) await flush();
    }
  }
  await flush();
  return columns === null ? { ...sum, fault: { column: null, code: 'empty' } } : sum;
}

/** The file's lines; a quote that is never closed is a fault of the file. */
async function* readLines(path: string, sum: Sum): AsyncGenerator<readonly TableLine[]> {
  try {
    yield* readTable(path);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    sum.fault = { column: null, code: 'quote', seen: error.message };
  }
}

async function storeLines({ db, clock }: ImportDeps, id: string, lines: readonly ReadLine[]): Promise<void> {
  await sql`insert into collections.import_line (import_id, line, vals, fault, key, made_id)
    select ${id}, r.line, r.vals, r.fault, r.key, r."madeId"
    from jsonb_to_recordset(${JSON.stringify(lines)}::jsonb)
      as r (line int, vals jsonb, fault jsonb, key text, "madeId" text)`.execute(db);
  await goesOn(db, { id, lines: lines.length, at: new Date(clock.now()) });
}

async function close(
  { db, clock }: ImportDeps,
  { id, status, sum }: { id: string; status: 'refused' | 'checked'; sum: Sum },
): Promise<void> {
  const { lines, faults, fault } = sum;
  await sql`update collections.import set status = ${status}, lines = ${lines}, faults = ${faults},
    fault = ${fault === null ? null : JSON.stringify(fault)}::jsonb, done_at = ${new Date(clock.now())}
    where id = ${id} and status = 'reading'`.execute(db);
}
