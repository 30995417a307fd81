import { COINS, counted } from '../kernel/counted.ts';
import { languageOf, PRINT_WORDS } from '../kernel/print.ts';
import type { StatementEntry } from './statement-csv.ts';

/** A statement in words, for a page that is printed: columns and what stands in them. */
export interface StatementTable {
  readonly title: string;
  readonly about: readonly string[];
  readonly headings: readonly [when: string, what: string, coins: string, balance: string];
  readonly cells: (
    entry: StatementEntry,
  ) => readonly [when: string, what: string, coins: string, balance: string];
  readonly pageName: (page: number) => string;
}

interface Words {
  readonly titles: Readonly<Record<StatementOf['whose'], string>>;
  readonly headings: StatementTable['headings'];
  readonly balance: (coins: number, said: string) => string;
  readonly cut: (lines: string) => string;
  readonly call: (name: string) => string;
  readonly correction: (name: string) => string;
  readonly refund: (name: string) => string;
  /** Coins of a payout that are the earner's again. */
  readonly payoutBack: string;
  readonly kinds: Readonly<Record<string, string>>;
}

const WORDS: Readonly<Record<'en' | 'es', Words>> = {
  en: {
    titles: { wallet: 'Statement', earnings: 'Statement of earnings' },
    headings: ['When', 'What', 'Coins', 'Balance'],
    balance: (coins, said) => `Balance: ${counted(coins, COINS.en, said)}`,
    cut: (lines) => `Only the latest ${lines} lines; the file as CSV has more.`,
    call: (name) => `Call with ${name}`,
    correction: (name) => `Correction, call with ${name}`,
    refund: (name) => `Given back, call with ${name}`,
    payoutBack: 'Payout returned',
    kinds: {
      grant: 'Gift',
      topup: 'Bought',
      bonus: 'Bonus of a pack',
      charge: 'Call',
      adjustment: 'Correction',
      refund: 'Given back',
      expiry: 'Expired',
      payout: 'Paid out',
      chargeback: 'Payment taken back',
    },
  },
  es: {
    titles: { wallet: 'Extracto', earnings: 'Extracto de ganancias' },
    headings: ['Cuándo', 'Qué', 'Monedas', 'Saldo'],
    balance: (coins, said) => `Saldo: ${counted(coins, COINS.es, said)}`,
    cut: (lines) => `Solo las últimas ${lines} líneas; el archivo CSV tiene más.`,
    call: (name) => `Llamada con ${name}`,
    correction: (name) => `Corrección, llamada con ${name}`,
    refund: (name) => `Devolución, llamada con ${name}`,
    payoutBack: 'Retiro devuelto',
    kinds: {
      grant: 'Regalo',
      topup: 'Compra',
      bonus: 'Extra de una compra',
      charge: 'Llamada',
      adjustment: 'Corrección',
      refund: 'Devolución',
      expiry: 'Vencidas',
      payout: 'Retiro',
      chargeback: 'Pago anulado',
    },
  },
};

/** Whose statement, in which words and hours. */
export interface StatementOf {
  /** Of what is spent, or of what was earned. */
  readonly whose: 'wallet' | 'earnings';
  readonly locale: string;
  readonly timeZone: string;
  readonly name: string;
  readonly balance: number;
  /** Made at (epoch ms). */
  readonly madeAt: number;
  /** How many lines there are, where not all are shown. */
  readonly cutTo: number | null;
}

/** A statement as a table of words (LEDGER-13). */
export function statementTable(of: StatementOf): StatementTable {
  const language = languageOf(of.locale);
  const words = WORDS[language];
  const printed = PRINT_WORDS[language];
  const number = new Intl.NumberFormat(of.locale);
  const { timeZone } = of;
  const instant = new Intl.DateTimeFormat(of.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  return {
    title: words.titles[of.whose],
    about: [
      printed.of(of.name, instant.format(of.madeAt), timeZone),
      words.balance(of.balance, number.format(of.balance)),
      ...(of.cutTo === null ? [] : [words.cut(number.format(of.cutTo))]),
    ],
    headings: words.headings,
    cells: (entry) => [
      instant.format(Date.parse(entry.occurredAt)),
      whatOf(entry, words),
      `${entry.coins < 0 ? '−' : '+'}${number.format(Math.abs(entry.coins))}`,
      number.format(entry.balance),
    ],
    pageName: printed.page,
  };
}

/** What is written to these is the name of a pack or a state, which is nobody's language. */
const OF_MACHINE: ReadonlySet<string> = new Set(['topup', 'bonus', 'chargeback']);

function whatOf({ kind, call, memo, coins }: StatementEntry, words: Words): string {
  const said = OF_MACHINE.has(kind) ? null : memo;
  if (call === null) return said ?? kindOf(kind, coins, words);
  if (kind === 'charge') return words.call(call.with);
  const what = kind === 'refund' ? words.refund(call.with) : words.correction(call.with);
  return said === null ? what : `${what}: ${said}`;
}

function kindOf(kind: string, coins: number, words: Words): string {
  return kind === 'payout' && coins > 0 ? words.payoutBack : (words.kinds[kind] ?? kind);
}
