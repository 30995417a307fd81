/** The columns of a file, in their order, with what stands in each. */
export type Columns<Line> = readonly (readonly [
  title: string,
  read: (line: Line) => string | number | null,
])[];

/** A table by itself, for whatever file it goes into. */
export interface Table {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Reads lines into a table. */
export function tableOf<Line>(columns: Columns<Line>, lines: readonly Line[]): Table {
  return {
    titles: columns.map(([title]) => title),
    rows: lines.map((line) => columns.map(([, read]) => read(line))),
  };
}

/** How a file is written. */
export interface CsvOptions {
  /** Begins with a byte order mark: without one Excel takes UTF-8 for something else. */
  readonly excel?: boolean;
  /** Without titles and mark: these lines follow others in the same file. */
  readonly goesOn?: boolean;
}

/** Writes lines as CSV (RFC 4180): CRLF, quotes where needed. */
export function csv<Line>(
  columns: Columns<Line>,
  lines: readonly Line[],
  { excel = false, goesOn = false }: CsvOptions,
): string {
  const { titles, rows } = tableOf(columns, lines);
  const all = [...(goesOn ? [] : [titles]), ...rows.map((row) => row.map(cell))];
  return (excel && !goesOn ? '\uFEFF' : '') + all.map((row) => `${row.join(',')}\r\n`).join('');
}

/**
 * One cell. A name that begins like a formula gets an apostrophe in front: a spreadsheet would run
 * `=HYPERLINK(…)` with the rights of whoever opens the report, and in some languages the same with full-width signs.
 */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@＝＋－＠\t\r\n]|^\s+[=+\-@＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
