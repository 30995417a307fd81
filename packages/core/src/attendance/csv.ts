import type { Attendance } from './attend.ts';

/** The columns of the default CSV, in their order: who, since when and how long come first. */
const COLUMNS: readonly (readonly [title: string, read: (line: Attendance) => string | number | null])[] = [
  ['name', (line) => line.name],
  ['first_join_at', (line) => instant(line.firstJoinAt)],
  ['present_seconds', (line) => line.presentMs / 1000],
  ['last_leave_at', (line) => (line.lastLeaveAt === null ? null : instant(line.lastLeaveAt))],
  ['visits', (line) => line.visits],
  ['reconnects', (line) => line.reconnects],
  ['connected_seconds', (line) => line.connectedMs / 1000],
  ['together_seconds', (line) => line.togetherMs / 1000],
  ['alone_seconds', (line) => line.aloneMs / 1000],
  ['identity', (line) => line.identity],
  ['person_id', (line) => line.personId],
];

/** Writes attendance as CSV (RFC 4180): CRLF, quotes where needed, ISO instants, durations in seconds. */
export function attendanceCsv(lines: readonly Attendance[]): string {
  const header = COLUMNS.map(([title]) => title);
  const rows = lines.map((line) => COLUMNS.map(([, read]) => cell(read(line))));
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/**
 * One cell. A name that begins like a formula gets an apostrophe in front: a spreadsheet would run
 * `=HYPERLINK(…)` with the rights of whoever opens the report.
 */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n]|^\s+[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
