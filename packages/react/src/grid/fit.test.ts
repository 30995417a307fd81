import { describe, expect, it } from 'vitest';
import { fitOf, onPage, pageIn, stripOf } from './fit.ts';

const DESK = { width: 1256, height: 600 };
const PHONE = { width: 366, height: 560 };

describe('pictures in a box', () => {
  it.each([
    ['three on a desk', DESK, 3, { columns: 2, rows: 2, perPage: 3, pages: 1 }],
    ['four on a desk', DESK, 4, { columns: 2, rows: 2, perPage: 4, pages: 1 }],
    ['nine on a desk', DESK, 9, { columns: 3, rows: 3, perPage: 9, pages: 1 }],
    ['thirty on a desk', DESK, 30, { columns: 4, rows: 4, perPage: 16, pages: 2 }],
    ['three on a phone', PHONE, 3, { columns: 1, rows: 3, perPage: 3, pages: 1 }],
    ['thirty on a phone', PHONE, 30, { columns: 2, rows: 5, perPage: 10, pages: 3 }],
    ['one', DESK, 1, { columns: 1, rows: 1, perPage: 1, pages: 1 }],
    ['nobody', DESK, 0, { columns: 1, rows: 1, perPage: 1, pages: 1 }],
    [
      'a box that is not drawn yet',
      { width: 0, height: 0 },
      30,
      { columns: 1, rows: 1, perPage: 1, pages: 30 },
    ],
  ])('[REACT-GRID-1] %s', (_of, box, count, fit) => {
    expect(fitOf(box, count)).toEqual(fit);
  });

  it('[REACT-GRID-1] on every page of any box everybody is there once', () => {
    for (const box of [DESK, PHONE, { width: 320, height: 180 }])
      for (let count = 1; count <= 60; count += 1) {
        const all = Array.from({ length: count }, (_, n) => n);
        const fit = fitOf(box, count);
        const pages = Array.from({ length: fit.pages }, (_, n) => onPage(all, fit, n));
        expect(pages.flat()).toEqual(all);
        expect(pages.every((page) => page.length <= fit.columns * fit.rows)).toBe(true);
      }
  });

  it('[REACT-GRID-1] a strip is one row, and a page that is gone is the last one', () => {
    expect(stripOf(DESK, 12)).toEqual({ columns: 7, rows: 1, perPage: 7, pages: 2 });
    const fit = stripOf(DESK, 12);
    expect(onPage([1, 2, 3], { ...fit, perPage: 2, pages: 2 }, 7)).toEqual([3]);
    expect([pageIn(-1, 3), pageIn(2, 3), pageIn(3, 3)]).toEqual([0, 2, 2]);
  });
});
