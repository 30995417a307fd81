/** A thing by its names, of one and of several. */
export type Noun = readonly [one: string, more: string];

/** Coins in our languages. */
export const COINS = {
  en: ['coin', 'coins'],
  es: ['moneda', 'monedas'],
} as const satisfies Readonly<Record<string, Noun>>;

const RULES = new Intl.PluralRules('en');

/** Whether a number wants the singular: in English and Spanish 1 does, and 0 does not. */
export const isOne = (count: number | bigint): boolean => RULES.select(Number(count)) === 'one';

/** So many of something, `1 coin`, `2 coins`; `said` is the number as it is shown. */
export function counted(count: number | bigint, [one, more]: Noun, said = String(count)): string {
  return `${said} ${isOne(count) ? one : more}`;
}
