import type { Plan } from '@latido/protocol';
import { localeOfReader, readersLanguages } from './format.ts';

const BASIS_POINTS = 10_000;
const MINUTE_MS = 60_000;

type Priced = Pick<Plan, 'price' | 'priceDen'>;
type Timed = Priced & Pick<Plan, 'incrementMs'>;

/** Coins of one unit of a plan; not always whole: `price` 5 with `priceDen` 3 is 1.666…, and two units of it are 3 coins. */
export const unitPrice = ({ price, priceDen }: Priced): number => price / priceDen;

/** What a unit of a plan costs or, for who earns by it, brings. */
export const unitShare = ({ price, priceDen, earnerShareBp }: Priced & Pick<Plan, 'earnerShareBp'>): number =>
  earnerShareBp == null ? price / priceDen : (price * earnerShareBp) / (priceDen * BASIS_POINTS);

/** Coins that a minute by this plan costs. */
export const minutePrice = ({ price, priceDen, incrementMs }: Timed): number =>
  (price * MINUTE_MS) / (priceDen * incrementMs);

/** Whole minutes that coins are enough for by this plan. */
export const minutesOf = (coins: number, { price, priceDen, incrementMs }: Timed): number =>
  Math.floor((coins * priceDen * incrementMs) / (price * MINUTE_MS));

/** Coins as their reader writes them, three places at most. */
export const formatCoins = (coins: number, language: string): string =>
  coins.toLocaleString(localeOfReader(language, readersLanguages()), {
    maximumFractionDigits: 3,
    useGrouping: false,
  });
