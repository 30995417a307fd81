import { chargeOf, coinsEndMs, firstUnit, holdFor, priceUpTo, shareOf, unitsDue } from '@latido/core';
import type { Difference } from '../ledger/index.ts';
import type { Kept } from './audit-kept.ts';
import { isWaiving } from './replan.ts';
import type { MeterRow } from './store.ts';

/** Compares what is kept of a meter with what its time and its plan say. */
export function* auditMeter(meter: MeterRow, kept: Kept): Generator<Difference> {
  const { count, first, last, next, held } = kept.charges;
  const firstOfAll = firstUnit(meter.price.plan);
  const upTo = last ?? firstOfAll - 1;
  const wanted = upTo - firstOfAll + 1;
  if (BigInt(wanted) !== count || (first !== null && first !== firstOfAll))
    yield difference(
      'charge.order',
      meter.id,
      `${wanted} units from ${firstOfAll}`,
      `${count} from ${first}`,
    );
  if (next !== null && next <= upTo) yield difference('due.charged', `${meter.id}/${next}`, 'gone', 'due');
  yield* auditDues(meter, kept);
  if (kept.reading === undefined) {
    yield* auditRunning(meter, kept, upTo);
  } else {
    if (held !== 0n) yield difference('hold.settled', meter.id, 0, held);
    const due = unitsDue(meter.price.plan, kept.reading.line.billableMs);
    yield* auditUnits(meter, kept, due);
    yield* auditWords(meter, kept, due);
  }
}

/** A settled meter has the units of its time, or says why it has fewer. */
function* auditUnits(meter: MeterRow, kept: Kept, due: number): Generator<Difference> {
  const { charges, back } = kept;
  const none = firstUnit(meter.price.plan) - 1;
  const highest = charges.last ?? none;
  let upTo = highest;
  while (upTo > none && back.has(upTo)) upTo -= 1;
  if (upTo > due) yield difference('charge.extra', meter.id, due, upTo);
  if (highest < unwaived(meter, charges.waivedUnits, due) && !isShort(meter, kept, due))
    yield difference('charge.missing', meter.id, due, highest);
}

/** The last unit that is due and was not waived: none is that was due by the time that the meter was settled by (METER-111). */
function unwaived({ settledMs, price }: MeterRow, waivedUnits: number, due: number): number {
  const known = settledMs === null ? 0 : unitsDue(price.plan, Number(settledMs));
  return Math.max(due - waivedUnits, Math.min(due, known));
}

/**
 * Whether coins were missing for these units: they ended where the first of them begins, and there the time that is reckoned ends. Where
 * they are not known to have ended any more, a shortfall must reach: that is so only of time that was corrected twice (`isShortAgain`).
 */
function isShort(meter: MeterRow, { charges, reading }: Kept, due: number): boolean {
  const { plan } = meter.price;
  const highest = charges.last ?? firstUnit(plan) - 1;
  if (meter.exhaustedAt !== null) return (reading?.line.billableMs ?? 0) <= coinsEndMs(plan, highest + 1);
  return priceUpTo(plan, due) - priceUpTo(plan, highest) <= meter.shortfall;
}

/** Whether a settled meter has no other word for units that are missing than a shortfall, of coins that are not known to have ended. */
export function isShortAgain(meter: MeterRow, { charges, reading }: Kept): boolean {
  if (reading === undefined || meter.exhaustedAt !== null || meter.shortfall === 0n) return false;
  const { plan } = meter.price;
  return (charges.last ?? firstUnit(plan) - 1) < unitsDue(plan, reading.line.billableMs);
}

/** What a settled meter says of itself. */
function* auditWords(meter: MeterRow, { charges, reading }: Kept, due: number): Generator<Difference> {
  const upTo = charges.last ?? firstUnit(meter.price.plan) - 1;
  const waived = isWaiving(meter) ? Math.max(0, due - upTo) : 0;
  if (charges.waivedUnits > waived) yield difference('meter.waived', meter.id, waived, charges.waivedUnits);
  const billableMs = reading?.line.billableMs ?? 0;
  if (Number(meter.billableMs) !== billableMs)
    yield difference('meter.billable', meter.id, billableMs, meter.billableMs);
}

/** Units that are not charged yet cost what the plan says. */
function* auditDues({ id, price }: MeterRow, { dues }: Kept): Generator<Difference> {
  for (const { unit, coins, share } of dues) {
    const [wantCoins, wantShare] = [chargeOf(price.plan, unit), shareOf(price.plan, unit)];
    if (coins !== wantCoins) yield difference('due.coins', `${id}/${unit}`, wantCoins, coins);
    if (share !== wantShare) yield difference('due.share', `${id}/${unit}`, wantShare, share);
  }
}

/** A meter that is not settled holds its next unit, and has charged none for which there was no time since its call was made. */
function* auditRunning(meter: MeterRow, kept: Kept, upTo: number): Generator<Difference> {
  const wanted = holdFor(meter.price.plan, upTo + 1);
  const { held } = kept.charges;
  const mayHoldNothing = meter.exhaustedAt !== null || meter.closingAt !== null;
  if (held !== wanted && (held !== 0n || !mayHoldNothing))
    yield difference('hold.amount', meter.id, wanted, held);
  if (kept.mostMs === undefined) return;
  const most = unitsDue(meter.price.plan, kept.mostMs);
  if (upTo > most) yield difference('charge.extra', meter.id, most, upTo);
}

type Figure = bigint | number | string;

export function difference(...[what, id, expected, found]: [string, string, Figure, Figure]): Difference {
  return { what, id, expected: String(expected), found: String(found) };
}
