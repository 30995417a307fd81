import { csv, type Columns, type CsvOptions } from '../kernel/csv.ts';

/** A line of somebody's statement, as it is written into a file. */
export interface StatementEntry {
  readonly id: string;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly kind: string;
  readonly coins: number;
  readonly balance: number;
  readonly unit: number | null;
  readonly memo: string | null;
  readonly call: { readonly callId: string; readonly with: string } | null;
}

const STATEMENT: Columns<StatementEntry> = [
  ['at', (line) => line.occurredAt],
  ['kind', (line) => line.kind],
  ['coins', (line) => line.coins],
  ['balance', (line) => line.balance],
  ['unit', (line) => line.unit],
  ['with', (line) => line.call?.with ?? null],
  ['memo', (line) => line.memo],
  ['call_id', (line) => line.call?.callId ?? null],
  ['id', (line) => line.id],
];

/** Writes a statement as CSV, a line each entry, with the balance after it. */
export function statementCsv(lines: readonly StatementEntry[], options: CsvOptions = {}): string {
  return csv(STATEMENT, lines, options);
}
