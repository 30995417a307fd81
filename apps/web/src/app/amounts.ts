import { placesOf, type CollectorShown } from '@latido/protocol';

type Sum = CollectorShown['collectedToday'][number];

/**
 * A number as it is said in a language, in parts: the digits stand in another face than the currency. A `$` alone is the
 * reader's own: elsewhere it is said whose.
 */
export function amountParts(
  locale: string,
  minor: number,
  currency: string,
): { readonly text: string; readonly isDigits: boolean }[] {
  const places = placesOf(currency);
  const parts = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    trailingZeroDisplay: 'stripIfInteger',
  }).formatToParts(minor / 10 ** places);
  const shown: { text: string; isDigits: boolean }[] = [];
  for (const { type, value } of parts) {
    const isDigits = type !== 'currency' && type !== 'literal';
    const last = shown.at(-1);
    if (last?.isDigits === isDigits) last.text += value;
    else shown.push({ text: value, isDigits });
  }
  return shown;
}

/** An amount in words for a sentence. */
export const amountText = (locale: string, minor: number, currency: string): string =>
  amountParts(locale, minor, currency)
    .map(({ text }) => text)
    .join('');

/** An amount as it is put into a field: the reader's own point, and no thousands. */
export function amountInField(locale: string, minor: number, currency: string): string {
  const places = placesOf(currency);
  return new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  }).format(minor / 10 ** places);
}

/**
 * Reads an amount that somebody typed, with a comma or a point, into minor units. Of one mark with three digits behind it nobody can
 * tell whether thousands were meant: where the currency has other places, they were.
 *
 * @returns null for what is no amount above zero, or finer than the currency
 */
export function readAmount(typed: string, currency: string): number | null {
  const places = placesOf(currency);
  const text = typed.trim().replaceAll(/[\s\u00a0\u202f'’]/g, '');
  if (!/^\d[\d.,]*$/.test(text)) return null;
  const at = Math.max(text.lastIndexOf(','), text.lastIndexOf('.'));
  const mark = text.charAt(at);
  const behind = at < 0 ? 0 : text.length - at - 1;
  const isPoint = at >= 0 && behind <= places && text.indexOf(mark) === at;
  if (at >= 0 && !isPoint && !isGrouped(text)) return null;
  const whole = (isPoint ? text.slice(0, at) : text).replaceAll(/[.,]/g, '');
  if (isPoint && /[.,]/.test(text.slice(0, at)) && !isGrouped(text.slice(0, at))) return null;
  const fraction = isPoint ? text.slice(at + 1) : '';
  const minor = Number(whole + fraction.padEnd(places, '0'));
  return Number.isSafeInteger(minor) && minor > 0 ? minor : null;
}

const isGrouped = (text: string): boolean => /^\d{1,3}(\.\d{3})+$|^\d{1,3}(,\d{3})+$/.test(text);

/** Sums of a list by currency. */
export function sumsOf(amounts: readonly Sum[]): Sum[] {
  const found = new Map<string, number>();
  for (const { currency, amount } of amounts) found.set(currency, (found.get(currency) ?? 0) + amount);
  return [...found].map(([currency, amount]) => ({ currency, amount }));
}
