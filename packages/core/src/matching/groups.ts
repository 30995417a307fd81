import { grouped } from '../kernel/grouped.ts';
import type { InLine } from './line.ts';

/** Earners at one price, with one first hold, in one language, in the order in which they came: whom one of them suits, all of them do. */
export function byTerms<T>(earners: readonly T[], inLineOf: (one: T) => InLine): T[][] {
  const termsOf = ({ price, firstHold, language }: InLine): string => `${price} ${firstHold} ${language}`;
  return [...grouped(earners, (one) => termsOf(inLineOf(one))).values()];
}
