import { placesOf } from '@latido/protocol';

/** An amount of minor units as it is said in a language; a plain number where the currency is none. */
export function moneyText(language: string, minor: number | bigint, currency: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return String(minor);
  const places = placesOf(currency);
  return new Intl.NumberFormat(language, {
    style: 'currency',
    currency,
    minimumFractionDigits: places,
    maximumFractionDigits: places,
    trailingZeroDisplay: 'stripIfInteger',
  }).format(Number(minor) / 10 ** places);
}
