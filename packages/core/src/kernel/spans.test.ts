import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  closeSpans,
  coveredBy,
  instantAfter,
  intersectSpans,
  subtractSpans,
  totalMs,
  unionSpans,
} from './spans.ts';
import type { Span } from './spans.ts';

const LIMIT = 40;
const someSpans = fc.array(
  fc
    .tuple(fc.nat(LIMIT), fc.integer({ min: -3, max: 12 }))
    .map(([fromAt, ms]): Span => [fromAt, fromAt + ms]),
  { maxLength: 6 },
);

function instants(spans: readonly Span[]): number[] {
  const at = Array.from({ length: LIMIT + 20 }, (_, ms) => ms);
  return at.filter((ms) => spans.some(([fromAt, toAt]) => fromAt <= ms && ms < toAt));
}

describe('spans', () => {
  test.each<[Span[], Span[], Span[], Span[], Span[]]>([
    [[[0, 10]], [[5, 15]], [[0, 15]], [[5, 10]], [[0, 5]]],
    [[[0, 10]], [[10, 20]], [[0, 20]], [], [[0, 10]]],
    [
      [[0, 30]],
      [[10, 20]],
      [[0, 30]],
      [[10, 20]],
      [
        [0, 10],
        [20, 30],
      ],
    ],
    [[[0, 10]], [], [[0, 10]], [], [[0, 10]]],
    [
      [
        [0, 10],
        [20, 30],
      ],
      [[5, 25]],
      [[0, 30]],
      [
        [5, 10],
        [20, 25],
      ],
      [
        [0, 5],
        [25, 30],
      ],
    ],
    [
      [
        [5, 5],
        [9, 3],
      ],
      [],
      [],
      [],
      [],
    ],
  ])('[SPAN-1] %j with %j is worth what the table says', (...[a, b, union, both, rest]) => {
    expect(unionSpans(a, b)).toEqual(union);
    expect(intersectSpans(a, b)).toEqual(both);
    expect(subtractSpans(a, b)).toEqual(rest);
  });

  test('[SPAN-2] any two lists give what counting the milliseconds gives', () => {
    fc.assert(
      fc.property(someSpans, someSpans, (a, b) => {
        const inA = instants(a);
        const inB = instants(b);
        expect(instants(unionSpans(a, b))).toEqual(instants([...a, ...b]));
        expect(instants(intersectSpans(a, b))).toEqual(inA.filter((ms) => inB.includes(ms)));
        expect(instants(subtractSpans(a, b))).toEqual(inA.filter((ms) => !inB.includes(ms)));
        expect(totalMs(a)).toBe(inA.length);
      }),
    );
  });

  test('[SPAN-3] togetherness of two is their intersection, and of n what n lists cover at once', () => {
    fc.assert(
      fc.property(someSpans, someSpans, someSpans, (a, b, c) => {
        expect(coveredBy([a, b], 2)).toEqual(intersectSpans(a, b));
        expect(coveredBy([a, b, c], 1)).toEqual(unionSpans(a, b, c));
        const pairs = unionSpans(intersectSpans(a, b), intersectSpans(b, c), intersectSpans(a, c));
        expect(instants(coveredBy([a, b, c], 2))).toEqual(instants(pairs));
      }),
    );
  });

  test('[SPAN-4] an open span is cut at the instant that is given, and a later one disappears', () => {
    expect(
      closeSpans(
        [
          [0, null],
          [50, null],
          [5, 70],
        ],
        40,
      ),
    ).toEqual([[0, 40]]);
  });

  test('[SPAN-5] the instant after 15 ms of two stretches lies in the second', () => {
    const spans: Span[] = [
      [0, 10],
      [100, 110],
    ];
    expect(instantAfter(spans, 15)).toBe(105);
    expect(instantAfter(spans, 20)).toBe(110);
    expect(instantAfter(spans, 21)).toBeNull();
  });
});
