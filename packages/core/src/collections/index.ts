export {
  attentionOn,
  faultOfInstallments,
  nextDueOn,
  partsDue,
  statusOf,
  unpaidOf,
  type Attention,
  type CreditTerms,
  type Installment,
} from './attention.ts';
export { addDays, dayOf, noonsIn, type Day } from './days.ts';
export { CsvReader, separatorOf, type TableLine } from './csv.ts';
export {
  columnsOf,
  IMPORT_COLUMNS,
  isFault,
  readImportLine,
  seenOf,
  type FaultCode,
  type ImportKind,
  type LineFault,
  type LineValues,
  type PartOfFile,
} from './import-line.ts';
