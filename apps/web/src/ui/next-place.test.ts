import { describe, expect, it } from 'vitest';
import { nextPlace } from './next-place.ts';

describe('the focus among things in rows', () => {
  // Ten things in rows of four: 0–3, 4–7, 8–9.
  it.each([
    ['ArrowRight', 3, 4],
    ['ArrowLeft', 4, 3],
    ['ArrowRight', 9, 9],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowUp', 5, 1],
    ['ArrowDown', 6, 6],
    ['ArrowUp', 2, 2],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['Enter', 2, null],
    ['Tab', 2, null],
    ['constructor', 2, null],
  ])('[WEB-ROVING] %s at %i leads to %s', (key, at, to) => {
    expect(nextPlace(key, { at, count: 10, columns: 4 })).toBe(to);
  });
});
