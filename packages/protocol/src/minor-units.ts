/**
 * Places after the point of the currencies that do not have two (ISO 4217). What `Intl` says is how a currency is shown, and not what
 * its minor unit is: Colombian pesos have centavos that nobody shows.
 */
const PLACES: readonly (readonly [places: number, currencies: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];

/** How many places after the point the minor unit of a currency makes: 2 for cents. */
export function placesOf(currency: string): number {
  return PLACES.find(([, currencies]) => currencies.split(' ').includes(currency))?.[0] ?? 2;
}
