import type { Attention } from '@latido/core';

/** What a collector reads on a locked phone. */
type Sentence = (of: { name: string; days: number; amount: string; overdue: boolean }) => string;

const SENTENCES: Readonly<Record<'en' | 'es', Sentence>> = {
  en: ({ name, days, amount, overdue }) =>
    overdue
      ? `${name}: ${amount}, ${days} ${days === 1 ? 'day' : 'days'} overdue`
      : `${name}: ${amount}, due ${days === 0 ? 'today' : days === 1 ? 'tomorrow' : `in ${days} days`}`,
  es: ({ name, days, amount, overdue }) =>
    overdue
      ? `${name}: ${amount}, ${days} ${days === 1 ? 'día' : 'días'} de atraso`
      : `${name}: ${amount}, vence ${days === 0 ? 'hoy' : days === 1 ? 'mañana' : `en ${days} días`}`,
};

/** Why a debtor needs somebody, in the reader's language. */
export function attentionSentence(
  locale: string,
  { name, currency, attention }: { name: string; currency: string; attention: Attention },
): string {
  const language = locale.startsWith('es') ? 'es' : 'en';
  const { days, reason, amountDue } = attention;
  const amount = moneyIn(language, amountDue, currency);
  return SENTENCES[language]({ name, days, amount, overdue: reason === 'overdue' });
}

/**
 * Places after the point of the currencies that do not have two (ISO 4217). What `Intl` says is how a currency is shown, and not what
 * its minor unit is: Colombian pesos have centavos that nobody shows.
 */
const PLACES: readonly (readonly [places: number, currencies: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

function moneyIn(language: string, minor: bigint, currency: string): string {
  const places = PLACES.find(([, currencies]) => currencies.includes(currency))?.[0] ?? 2;
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(Number(minor) / 10 ** places);
}
