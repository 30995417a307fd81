import { instantAfter, totalMs } from '../kernel/spans.ts';
import type { PricePlan } from './plan.ts';
import { chargeOf, coinsEndMs, firstUnit, shareOf, unitDueMs, unitsDue } from './price.ts';
import type { Timeline } from './timeline.ts';

/** One unit written ahead: what it costs and when it falls due. */
export interface DueRow {
  readonly unit: number;
  /** Instant (epoch ms) at which its stretch begins, with the end of free time at the earliest (METER-90); null while that is not in sight. */
  readonly beginsAt: number | null;
  /** Instant (epoch ms) at which it falls due; null while the meter rests before it. */
  readonly dueAt: number | null;
  readonly coins: bigint;
  /** The earner's part of `coins`. */
  readonly share: bigint;
}

/**
 * Every unit that is due in the timeline and the next `ahead` ones. A due unit has the instant at which the billable
 * clock reached it; a next one the instant at which it will, if both stay, and none while the meter rests.
 *
 * `chargedUpTo` is the highest unit that was charged already (people whom LiveKit alone witnesses are charged ahead
 * of proof): the next ones are counted from there. `from` leaves out the units before it, and `most` says how many rows there
 * are at most, the earliest ones: what was charged need not be reckoned again, and a clock that is days off is worked off in
 * slices.
 */
export function dueRows(
  plan: PricePlan,
  line: Timeline,
  options: { ahead: number; chargedUpTo?: number; from?: number; most?: number },
): DueRow[] {
  const { ahead, chargedUpTo = 0, from = firstUnit(plan), most = Infinity } = options;
  const lastUnit = Math.min(Math.max(unitsDue(plan, line.billableMs), chargedUpTo) + ahead, from + most - 1);
  const rows: DueRow[] = [];
  for (let unit = from; unit <= lastUnit; unit += 1) {
    rows.push({
      unit,
      beginsAt: instantOf(line, coinsEndMs(plan, unit)),
      dueAt: instantOf(line, unitDueMs(plan, unit)),
      coins: chargeOf(plan, unit),
      share: shareOf(plan, unit),
    });
  }
  return rows;
}

/** The wall instant at which the billable clock shows `ms`; null where it has not and is not on its way there. */
export function instantOf(line: Timeline, ms: number): number | null {
  if (ms <= line.billableMs && line.spans.length > 0) return instantAfter(line.spans, ms);
  if (line.resumesAt === null) return null;
  const aheadMs = totalMs(line.ahead);
  const isAhead = line.ahead.length > 0 && ms <= aheadMs;
  const predictedAt = isAhead ? instantAfter(line.ahead, ms) : line.resumesAt + ms - aheadMs;
  if (predictedAt === null) return null;
  return line.stopsAt !== null && predictedAt > line.stopsAt ? null : predictedAt;
}
