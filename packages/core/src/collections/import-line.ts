import { faultOfInstallments } from './attention.ts';
import { addDays, FIRST_AT, LAST_AT, type Day } from './days.ts';

/** What a file may bring. */
export type ImportKind = 'debtors' | 'credits' | 'payments' | 'assignments';

/** What does not fit, where: the column's name, and what was seen there. */
export interface LineFault {
  readonly column: string | null;
  readonly code: FaultCode;
  readonly seen?: string;
}

/** Why a line or a file does not fit. */
export type FaultCode =
  | 'column_missing'
  | 'column_unknown'
  | 'column_twice'
  | 'cells'
  | 'empty'
  | 'too_long'
  | 'formula'
  | 'not_whole'
  | 'not_positive'
  | 'too_large'
  | 'not_a_day'
  | 'not_an_instant'
  | 'not_a_currency'
  | 'not_a_method'
  | 'not_an_id'
  | 'installments'
  | 'unknown'
  | 'taken'
  | 'twice'
  | 'not_text'
  | 'ahead'
  | 'quote'
  | 'not_taken';

/** Values of a line by their columns. */
export type LineValues = Readonly<Record<string, Value>>;

/** An installment as a file says it. */
export interface PartOfFile {
  readonly dueOn: string;
  readonly amount: number;
}

type Value = string | number | readonly PartOfFile[];
interface Wrong {
  readonly code: FaultCode;
}
/** When it is noon on a day, by the lender's clocks. */
type NoonOf = (day: Day) => number;
/** What a cell says, or what is wrong with it. */
type Read = (cell: string, noonOf: NoonOf) => Value | Wrong;
interface Column {
  readonly isNeeded: boolean;
  readonly read: Read;
  readonly others: readonly string[];
}

const TEXT_MAX = 200;
const SEEN_MAX = 60;
const wrong = (code: FaultCode): Wrong => ({ code });
const isWrong = (read: Value | Wrong): read is Wrong => typeof read === 'object' && 'code' in read;

const column = (read: Read, isNeeded: boolean, ...others: string[]): Column => ({ isNeeded, read, others });

/** What a report repeats of a cell: whole characters, and such as can be stored. */
export function seenOf(cell: string, max = SEEN_MAX): string {
  // A cell may be as long as a file.
  const signs = Array.from(cell.slice(0, 2 * max)).slice(0, max);
  return signs.join('').replaceAll(/[\0\p{Cs}]/gu, '\uFFFD');
}

/** How what a spreadsheet runs begins, also in the wide signs of East Asian keyboards. */
const FORMULA = /^[=@+\-\t\r\uFF1D\uFF20\uFF0B\uFF0D]/;
/** A number or a phone's, `+57 (300) 12-34 ext. 5`: no formula, while `+1+cmd|…` is one. */
const SIGNED = /^[+-][\d\s().-]*(?:\s?(?:ext|x)\.?\s?\d+)?$/i;

/** Text is kept as it stands; what a spreadsheet would run is refused (COLL-20). */
const text: Read = (cell) => {
  if (cell.length > TEXT_MAX) return wrong('too_long');
  if (/[\0\p{Cs}]/u.test(cell)) return wrong('not_text');
  return FORMULA.test(cell) && !SIGNED.test(cell) ? wrong('formula') : cell;
};
const day = (cell: string): string | Wrong => {
  const [found] = /^\d{4}-\d{2}-\d{2}$/.exec(cell) ?? [];
  if (found === undefined) return wrong('not_a_day');
  const at = Date.parse(`${found}T00:00:00Z`);
  return at >= FIRST_AT && addDays(found, 0) === found ? found : wrong('not_a_day');
};
/** An instant; a day alone is its noon, so that it is that day for the lender (COLL-34). */
const instant: Read = (cell, noonOf) => {
  if (day(cell) === cell) return new Date(noonOf(cell)).toISOString();
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(cell))
    return wrong('not_an_instant');
  const written = cell.replace(' ', 'T');
  const at = Date.parse(written);
  return at >= FIRST_AT && at <= LAST_AT ? written : wrong('not_an_instant');
};
/** Minor units, as everywhere. */
const amount = (cell: string): number | Wrong => {
  if (/^-\d/.test(cell) || /^0+$/.test(cell)) return wrong('not_positive');
  if (!/^\d+$/.test(cell)) return wrong('not_whole');
  const minor = Number(cell);
  return Number.isSafeInteger(minor) ? minor : wrong('too_large');
};
const currency: Read = (cell) => (/^[A-Z]{3}$/.test(cell) ? cell : wrong('not_a_currency'));
const METHODS: ReadonlyMap<string, string> = new Map([
  ['cash', 'cash'],
  ['efectivo', 'cash'],
  ['transfer', 'transfer'],
  ['transferencia', 'transfer'],
  ['card', 'card'],
  ['tarjeta', 'card'],
]);
const method: Read = (cell) => METHODS.get(cell.toLowerCase()) ?? wrong('not_a_method');
const clientId: Read = (cell) => (/^[\w-]{1,64}$/.test(cell) ? cell : wrong('not_an_id'));
/** `2026-01-10:12000 2026-02-10:12000`. */
const installments: Read = (cell) => {
  const parts = cell.split(/[\s|]+/).map((part): PartOfFile | null => {
    const at = part.indexOf(':');
    const [dueOn, minor] = [day(part.slice(0, at)), amount(part.slice(at + 1))];
    return typeof minor === 'number' && typeof dueOn === 'string' ? { dueOn, amount: minor } : null;
  });
  return parts.every((part) => part !== null) ? parts : wrong('installments');
};

/** The columns of each kind, by the names of the API; others are what people call them in their sheets. */
export const IMPORT_COLUMNS: Readonly<Record<ImportKind, Readonly<Record<string, Column>>>> = {
  debtors: {
    name: column(text, true, 'nombre'),
    phone: column(text, false, 'telefono'),
    zone: column(text, false, 'zona'),
    externalId: column(text, false, 'idexterno', 'codigo'),
  },
  credits: {
    debtorId: column(text, true, 'debtor', 'cliente', 'idcliente'),
    amount: column(amount, true, 'importe', 'monto'),
    currency: column(currency, true, 'moneda'),
    endDate: column(day, true, 'vence', 'fechafin'),
    installments: column(installments, false, 'cuotas'),
    externalId: column(text, false, 'idexterno', 'codigo'),
  },
  payments: {
    creditId: column(text, true, 'credit', 'credito', 'idcredito'),
    amount: column(amount, true, 'importe', 'monto'),
    paidAt: column(instant, true, 'fecha'),
    id: column(clientId, false, 'recibo'),
    method: column(method, false, 'metodo'),
  },
  assignments: {
    debtorId: column(text, true, 'debtor', 'cliente', 'idcliente'),
    collectorId: column(text, true, 'collector', 'cobrador', 'idcobrador'),
  },
};

/** Names of columns are compared without case, accents, spaces and marks. */
const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .toLowerCase();

/** Which column each place of the first line is, or what is wrong with it (COLL-19). */
export function columnsOf(kind: ImportKind, header: readonly string[]): readonly string[] | LineFault {
  const known = Object.entries(IMPORT_COLUMNS[kind]);
  const found: string[] = [];
  // Sheets with more columns than names end their first line in separators.
  const last = header.findLastIndex((cell) => cell.trim() !== '');
  for (const [at, cell] of header.slice(0, last + 1).entries()) {
    const named = known.find(([name, { others }]) => [plain(name), ...others].includes(plain(cell)));
    if (!named) return { column: seenOf(cell, TEXT_MAX) || `#${at + 1}`, code: 'column_unknown' };
    if (found.includes(named[0])) return { column: named[0], code: 'column_twice' };
    found.push(named[0]);
  }
  const missing = known.find(([name, { isNeeded }]) => isNeeded && !found.includes(name));
  return missing ? { column: missing[0], code: 'column_missing' } : found;
}

/** Whether what was read is a fault. */
export const isFault = (read: object): read is LineFault => 'code' in read;

/** The values of a line, or the first that does not fit (COLL-19). */
export function readImportLine(
  { kind, columns, noonOf }: { kind: ImportKind; columns: readonly string[]; noonOf: NoonOf },
  cells: readonly string[],
): LineValues | LineFault {
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) return { column: null, code: 'cells' };
  const values: Record<string, Value> = {};
  for (const [at, name] of columns.entries()) {
    const cell = (cells[at] ?? '').trim();
    const { isNeeded, read } = IMPORT_COLUMNS[kind][name]!;
    if (cell === '') {
      if (isNeeded) return { column: name, code: 'empty' };
      continue;
    }
    const found = read(cell, noonOf);
    if (isWrong(found)) return { column: name, code: found.code, seen: seenOf(cell) };
    values[name] = found;
  }
  return faultOfTerms(values) ?? values;
}

function faultOfTerms({ installments: parts, amount: minor, endDate }: LineValues): LineFault | null {
  if (!Array.isArray(parts) || typeof minor !== 'number' || typeof endDate !== 'string') return null;
  const fault = faultOfInstallments(
    BigInt(minor),
    (parts as PartOfFile[]).map((part) => ({ dueOn: part.dueOn, amount: BigInt(part.amount) })),
    endDate,
  );
  return fault === null ? null : { column: 'installments', code: 'installments', seen: fault };
}
