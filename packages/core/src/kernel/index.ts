export { COINS, counted, isOne, type Noun } from './counted.ts';
export {
  closeSpans,
  unionSpans,
  intersectSpans,
  subtractSpans,
  coveredBy,
  totalMs,
  instantAfter,
  type Span,
  type OpenSpan,
} from './spans.ts';
export { PRINTED_MOST } from './print.ts';
export type { CsvOptions } from './csv.ts';
export { grouped } from './grouped.ts';
