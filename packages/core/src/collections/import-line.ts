import { faultOfInstallments } from './attention.ts';
import { addDays } from './days.ts';

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
  | 'quote';

/** Values of a line by their columns. */
export type LineValues = Readonly<Record<string, string | number | readonly PartOfFile[]>>;

/** An installment as a file says it. */
export interface PartOfFile {
  readonly dueOn: string;
  readonly amount: number;
}

/** What a cell says, or the code of what is wrong with it. */
type Read = (cell: string) => string | number | readonly PartOfFile[];
interface Column {
  readonly isNeeded: boolean;
  readonly read: (cell: string) => { value: string | number | readonly PartOfFile[] } | { code: FaultCode };
  readonly others: readonly string[];
}

const TEXT_MAX = 200;
const CODES = new Set<unknown>([
  'too_long',
  'formula',
  'not_whole',
  'not_positive',
  'too_large',
  'not_a_day',
  'not_an_instant',
  'not_a_currency',
  'not_a_method',
  'not_an_id',
  'installments',
]);

const column = (read: Read, isNeeded: boolean, ...others: string[]): Column => ({
  isNeeded,
  others,
  read(cell) {
    const value = read(cell);
    return CODES.has(value) ? { code: value as FaultCode } : { value };
  },
});

/** Text is kept as it stands; what a spreadsheet would run is refused (COLL-20). */
const text: Read = (cell) => {
  if (cell.length > TEXT_MAX) return 'too_long';
  return /^[=@\t\r]|^[+-](?![\d\s(])/.test(cell) ? 'formula' : cell;
};
const day: Read = (cell) => {
  const [found] = /^\d{4}-\d{2}-\d{2}$/.exec(cell) ?? [];
  if (found === undefined) return 'not_a_day';
  const at = Date.parse(`${found}T00:00:00Z`);
  return !Number.isNaN(at) && addDays(found, 0) === found ? found : 'not_a_day';
};
/** An instant; a day alone is its noon. */
const instant: Read = (cell) => {
  if (day(cell) === cell) return `${cell}T12:00:00.000Z`;
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(cell))
    return 'not_an_instant';
  const written = cell.replace(' ', 'T');
  return Number.isNaN(Date.parse(written)) ? 'not_an_instant' : written;
};
/** Minor units, as everywhere. */
const amount: Read = (cell) => {
  if (/^-\d/.test(cell) || /^0+$/.test(cell)) return 'not_positive';
  if (!/^\d+$/.test(cell)) return 'not_whole';
  const minor = Number(cell);
  return Number.isSafeInteger(minor) ? minor : 'too_large';
};
const currency: Read = (cell) => (/^[A-Z]{3}$/.test(cell) ? cell : 'not_a_currency');
const METHODS: Readonly<Record<string, string>> = {
  cash: 'cash',
  efectivo: 'cash',
  transfer: 'transfer',
  transferencia: 'transfer',
  card: 'card',
  tarjeta: 'card',
};
const method: Read = (cell) => METHODS[cell.toLowerCase()] ?? 'not_a_method';
const clientId: Read = (cell) => (/^[\w-]{8,64}$/.test(cell) ? cell : 'not_an_id');
/** `2026-01-10:12000 2026-02-10:12000`. */
const installments: Read = (cell) => {
  const parts = cell.split(/[\s|]+/).map((part): PartOfFile | null => {
    const at = part.indexOf(':');
    const [dueOn, minor] = [day(part.slice(0, at)), amount(part.slice(at + 1))];
    return typeof minor === 'number' && typeof dueOn === 'string' && dueOn !== 'not_a_day'
      ? { dueOn, amount: minor }
      : null;
  });
  return parts.every((part) => part !== null) ? parts : 'installments';
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
  for (const cell of header) {
    const named = known.find(([name, { others }]) => [plain(name), ...others].includes(plain(cell)));
    if (!named) return { column: cell.slice(0, TEXT_MAX), code: 'column_unknown' };
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
  kind: ImportKind,
  columns: readonly string[],
  cells: readonly string[],
): LineValues | LineFault {
  if (cells.slice(columns.length).some((cell) => cell.trim() !== '')) return { column: null, code: 'cells' };
  const values: Record<string, string | number | readonly PartOfFile[]> = {};
  for (const [at, name] of columns.entries()) {
    const cell = (cells[at] ?? '').trim();
    const { isNeeded, read } = IMPORT_COLUMNS[kind][name]!;
    if (cell === '') {
      if (isNeeded) return { column: name, code: 'empty' };
      continue;
    }
    const found = read(cell);
    if ('code' in found) return { column: name, code: found.code, seen: cell.slice(0, 60) };
    values[name] = found.value;
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
