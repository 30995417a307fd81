import { z } from 'zod';
import { Instant } from './calls.ts';

/** What a file may bring. */
export const ImportKind = z.enum(['debtors', 'credits', 'payments', 'assignments']);
export type ImportKind = z.infer<typeof ImportKind>;

/** Body of `POST /api/v1/imports` as JSON; a form has the same fields, with the file itself. */
export const NewImport = z.strictObject({
  kind: ImportKind,
  /** The text of a CSV, its first line naming the columns. */
  file: z.string(),
  /** Only look whether everything fits. */
  preview: z.boolean().optional(),
});

/** What does not fit. */
export const ImportFault = z.object({
  column: z.string().nullable(),
  code: z.string(),
  seen: z.string().nullable(),
  /** The same in a sentence. */
  words: z.string(),
});

/** An import without its lines. */
export const ImportListed = z.object({
  id: z.string(),
  kind: ImportKind,
  fileName: z.string().nullable(),
  isPreview: z.boolean(),
  /**
   * `reading`: not over; `checked`: everything fits, and nothing was to be written; `refused`: something does not fit, nothing was
   * written; `done`; `undone`; `broken`: it broke off, nothing was written; `cancelled`: the same, by somebody's wish.
   */
  status: z.enum(['reading', 'checked', 'refused', 'done', 'undone', 'broken', 'cancelled']),
  lines: z.number().int(),
  faults: z.number().int(),
  made: z.number().int(),
  /** What is wrong with the file as a whole. */
  fault: ImportFault.nullable(),
  by: z.string(),
  startedAt: Instant,
  doneAt: Instant.nullable(),
  undoneAt: Instant.nullable(),
});
export type ImportListed = z.infer<typeof ImportListed>;
/** `GET /api/v1/imports`. */
export const Imports = z.object({ items: z.array(ImportListed) });

/** `GET /api/v1/imports/{id}`. */
export const ImportShown = ImportListed.extend({
  /** By line of the file, the first one being 1. */
  report: z.array(
    z.object({ line: z.number().int(), fault: ImportFault.nullable(), madeId: z.string().nullable() }),
  ),
  /** Where the report goes on. */
  nextLine: z.number().int().nullable(),
});
export type ImportShown = z.infer<typeof ImportShown>;

/** Query of `POST /api/v1/imports`. */
export const ImportWait = z.object({
  /** For how many seconds the answer may wait for the end of the import. */
  wait: z.coerce.number().int().min(0).max(15).default(15),
});

/** Query of `GET /api/v1/imports/{id}`. */
export const ImportQuery = z.object({
  after: z.coerce.number().int().min(0).max(2_000_000_000).default(0),
  faults: z.enum(['true', 'false']).optional(),
});
