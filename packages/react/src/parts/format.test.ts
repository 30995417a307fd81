import { describe, expect, it } from 'vitest';
import { formatClock, initialsOf, localeOfReader, secondsLeft } from './format.ts';

describe('clock', () => {
  it.each([
    [0, '00:00'],
    [999, '00:00'],
    [1000, '00:01'],
    [252_000, '04:12'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [36_061_000, '10:01:01'],
    [-5, '00:00'],
    [Number.NaN, '00:00'],
  ])('[REACT-FORMAT] %d ms read %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it('[REACT-FORMAT] a countdown shows 1 until its last millisecond and never goes below 0', () => {
    expect([30_000, 29_999, 1, 0, -900].map(secondsLeft)).toEqual([30, 30, 1, 0, 0]);
  });
});

describe('dates', () => {
  it.each([
    ['en', ['en-GB', 'en-US'], 'en-GB'],
    ['en', ['es-MX', 'en-AU'], 'en-AU'],
    ['en', ['de-DE'], 'en-001'],
    ['es', ['es', 'en-US'], 'es-419'],
    ['es', ['es-AR'], 'es-AR'],
    ['es', ['es-ES@posix'], 'es-419'],
  ])('[REACT-FORMAT] in %s, who reads %j reads %s', (language, wanted, locale) => {
    expect(localeOfReader(language, wanted)).toBe(locale);
  });
});

describe('initials', () => {
  it.each([
    ['Alice', 'A'],
    ['Dora Ibáñez', 'DI'],
    ['ángel de la Torre', 'ÁT'],
    ['  ', '?'],
  ])('[REACT-FORMAT] "%s" is %s', (name, letters) => {
    expect(initialsOf(name)).toBe(letters);
  });
});
