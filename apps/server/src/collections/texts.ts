import type { Attention } from '@latido/core';
import { moneyText } from '../platform/index.ts';

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
  const amount = moneyText(language, amountDue, currency);
  return SENTENCES[language]({ name, days, amount, overdue: reason === 'overdue' });
}
