import { describe, expect, it } from 'vitest';
import { amountInField, amountText, readAmount, sumsOf } from './amounts.ts';

describe('amounts', () => {
  it.each([
    ['240,00', 'EUR', 24_000],
    ['240.5', 'EUR', 24_050],
    ['1.080,00', 'EUR', 108_000],
    ['1,080.00', 'EUR', 108_000],
    ['1.080', 'EUR', 108_000],
    ['1 080', 'EUR', 108_000],
    ['12.345.678', 'EUR', 1_234_567_800],
    ['300', 'CLP', 300],
    ['1.500', 'CLP', 1_500],
    ['1,5', 'KWD', 1_500],
    ['', 'EUR', null],
    ['0', 'EUR', null],
    ['-5', 'EUR', null],
    ['1,234', 'KWD', 1_234],
    ['1,2345', 'EUR', null],
    ['1.5', 'CLP', null],
    ['1e3', 'EUR', null],
    ['=1', 'EUR', null],
    ['1,2,3', 'EUR', null],
    ['12,34.5,6', 'EUR', null],
    ['99999999999999999', 'EUR', null],
  ])('[WEB-MONEY-1] "%s" %s is read as %j', (typed, currency, minor) => {
    expect(readAmount(typed, currency)).toBe(minor);
  });

  it('[WEB-MONEY-1] what stands in a field is read back as it was', () => {
    for (const locale of ['en-GB', 'es-ES', 'es-MX', 'de-CH'])
      for (const currency of ['EUR', 'CLP', 'KWD'])
        expect(readAmount(amountInField(locale, 1_234_567, currency), currency)).toBe(1_234_567);
  });

  it('[WEB-MONEY-2] amounts are said in the reader’s way, and summed by currency', () => {
    expect(amountText('es-ES', 24_050, 'EUR').replace(/\s/, ' ')).toBe('240,50 €');
    expect(amountText('en-GB', 30_000, 'COP')).toMatch(/300$/);
    // Of a sign that several currencies have it is said whose.
    expect(amountText('es-MX', 1_200, 'USD').replace(/\s/, ' ')).toBe('USD 12');
    expect([amountText('es-MX', 1_200, 'MXN'), amountText('en-US', 1_200, 'USD')]).toEqual(['$12', '$12']);
    expect(
      sumsOf([
        { currency: 'EUR', amount: 1 },
        { currency: 'COP', amount: 5 },
        { currency: 'EUR', amount: 2 },
      ]),
    ).toEqual([
      { currency: 'EUR', amount: 3 },
      { currency: 'COP', amount: 5 },
    ]);
  });
});
