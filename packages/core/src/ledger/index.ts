export { expireLots, type LeftOver } from './expire-lots.ts';
export { statementCsv, type StatementEntry } from './statement-csv.ts';
export { statementTable, type StatementTable } from './statement-table.ts';
