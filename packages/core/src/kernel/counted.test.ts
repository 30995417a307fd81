import { expect, it } from 'vitest';
import { sentenceOf } from '../notifications/index.ts';
import { COINS, counted } from './counted.ts';

const WORDS: Record<'en' | 'es', [number | bigint, string][]> = {
  en: [
    [0, '0 coins'],
    [1, '1 coin'],
    [2, '2 coins'],
    [1n, '1 coin'],
    [21, '21 coins'],
    [1_000_000n, '1000000 coins'],
  ],
  es: [
    [0, '0 monedas'],
    [1, '1 moneda'],
    [2, '2 monedas'],
    [1n, '1 moneda'],
    [21, '21 monedas'],
    [1_000_000n, '1000000 monedas'],
  ],
};

for (const locale of ['en', 'es'] as const) {
  it.each(WORDS[locale])(`[LEDGER-95] %s coins in ${locale}: %s`, (count, said) => {
    expect(counted(count, COINS[locale])).toBe(said);
  });

  const noticed = (type: string, payload: object): string => {
    const { title, text } = sentenceOf({ type, payload: { ...payload } }, { locale, money: String });
    return `${title} ${text}`;
  };
  it.each([
    ['matching.on_air', { price: 1 }, { price: 2 }],
    ['topup.changed', { status: 'paid', coins: 1 }, { status: 'paid', coins: 2 }],
    ['payout.changed', { status: 'sent', coins: 1 }, { status: 'sent', coins: 2 }],
    ['payout.changed', { status: 'paid', coins: 1 }, { status: 'paid', coins: 2 }],
    ['payout.changed', { status: 'returned', coins: 1 }, { status: 'returned', coins: 2 }],
    ['booking.cancelled', { name: 'Dora', back: 1 }, { name: 'Dora', back: 2 }],
  ])(`[LEDGER-95] the notice %s of one coin, and of two, in ${locale}`, (type, one, two) => {
    const [coin, coins] = COINS[locale];
    expect(noticed(type, one)).toMatch(new RegExp(`\\b1 ${coin}\\b`));
    expect(noticed(type, two)).toMatch(new RegExp(`\\b2 ${coins}\\b`));
  });
}
