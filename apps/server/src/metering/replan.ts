import type { DueRow, Interval, PricePlan, Timeline } from '@latido/core';
import {
  dueRows,
  firstUncovered,
  firstUnit,
  instantOf,
  isAttended,
  timeline,
  coinsEndMs,
  unitsDue,
  withSteadyProof,
} from '@latido/core';
import type { CallBounds } from '../calls/index.ts';
import { boundsOfCalls } from '../calls/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { intervalsOfCalls, steadyProofs, type SteadyProofs } from '../presence/index.ts';
import type { DueUpdate, MeterRow, MeterUpdate } from './store.ts';
import { lockMeters, refundedOf, spendingOf, writeMeters, type Spending } from './store.ts';

/** Units written ahead of the one in progress: as many may fall due between two looks. */
const AHEAD = 4;
/** Units of one call that are laid at once, also of one that has ended: more have fallen due only where a clock was off, or we were away for long. */
const SLICE = 500;
/** Name of the stage, and of its cursor. */
export const METERING = 'metering';
/** How early the end of the balance is known: the first warning comes two minutes before. */
const FORESEE_MS = 150_000;
/** A final instant that moves later by more than this is a new one, with warnings of its own. */
const SAME_FINAL_MS = 5_000;

/** A meter's timeline and the end of its call, as the facts say now. */
export interface Reading {
  readonly line: Timeline;
  readonly callEndedAt: number | null;
  /** Where the coins end, of a meter that cannot pay its next unit; null while nobody can say, and where they did not. */
  readonly exhaustedAt: number | null;
  /** The stays of its two that it was laid from. */
  readonly stays: readonly Interval[];
}

/** Lays a meter's timeline from the intervals of its call. */
export async function readTimeline(db: DbOrTx, meter: MeterRow): Promise<Reading> {
  const reading = (await readTimelines(db, [meter])).get(meter.id);
  if (reading === undefined) throw new Error(`the meter ${meter.id} has no reading`);
  return reading;
}

/**
 * Lays the timelines of some meters, by meter. With what was spent of each, the end of the coins is where the billable
 * clock reaches the unit that they do not cover; else it is where it was when that was last asked.
 */
export async function readTimelines(
  db: DbOrTx,
  meters: readonly MeterRow[],
  { spending, steady }: { spending?: ReadonlyMap<string, Spending>; steady?: SteadyProofs } = {},
): Promise<Map<string, Reading>> {
  const callIds = callsOf(meters);
  const bounds = await boundsOfCalls(db, callIds);
  const intervals = await intervalsOfCalls(db, callIds);
  return new Map(
    meters.map((meter) => {
      const call = bounds.get(meter.callId);
      if (call === undefined) throw new Error(`the meter ${meter.id} has no call`);
      const logged = intervals.get(meter.callId) ?? [];
      const told = steady === undefined ? logged : steadily(logged, { steady, meter, call });
      const stays = [meter.payerId, meter.earnerId].flatMap((personId) => staysOf(told, personId));
      const lay = layerOf(meter, told, call);
      const exhaustedAt =
        spending === undefined ? knownEnd(meter) : coinsEnd(meter, lay(null), upToOf(meter, spending));
      return [meter.id, { line: lay(exhaustedAt), callEndedAt: call.endedAt, exhaustedAt, stays }];
    }),
  );
}

function callsOf(meters: readonly MeterRow[]): string[] {
  return [...new Set(meters.map((meter) => meter.callId))];
}

/**
 * The intervals with what beats prove beside the log (METER-42): all of it once the whole log is read or the call's end is known,
 * and until then as much as the meter was laid by before, since units may have been charged by it.
 */
function steadily(
  intervals: readonly Interval[],
  { steady, meter, call }: { steady: SteadyProofs; meter: MeterRow; call: CallBounds },
): Interval[] {
  const isWhole = steady.isAllRead || call.endedAt !== null;
  const mostAt = isWhole ? Infinity : (meter.provenUntil?.getTime() ?? -Infinity);
  return intervals.map((interval) => {
    const span = steady.spans.get(interval.participantSid);
    return span === undefined ? interval : withSteadyProof(interval, [span[0], Math.min(span[1], mostAt)]);
  });
}

/** Lays a meter's timeline with an end of its coins, or with none. */
function layerOf(
  meter: MeterRow,
  intervals: readonly Interval[],
  call: CallBounds,
): (exhaustedAt: number | null) => Timeline {
  const stays = [staysOf(intervals, meter.payerId), staysOf(intervals, meter.earnerId)] as const;
  return (exhaustedAt) =>
    timeline(...stays, {
      callCreatedAt: call.createdAt,
      callEndedAt: call.endedAt,
      bridgeGapMs: meter.price.plan.bridgeGapMs,
      stops: exhaustedAt === null ? meter.stops : [...meter.stops, [exhaustedAt, null]],
    });
}

/** Whoever is away spends nothing: the end lies as far ahead as paid time is left, and is unknown while the meter rests. */
function coinsEnd(meter: MeterRow, line: Timeline, upTo: number): number | null {
  return meter.exhaustedAt === null ? null : instantOf(line, coinsEndMs(meter.price.plan, upTo + 1));
}

function knownEnd({ exhaustedAt, finalAt, closingAt }: MeterRow): number | null {
  return finalAt === null && closingAt === null ? null : (exhaustedAt?.getTime() ?? null);
}

function upToOf(meter: MeterRow, spending: ReadonlyMap<string, Spending>): number {
  return spending.get(meter.id)?.upTo ?? firstUnit(meter.price.plan) - 1;
}

function staysOf(intervals: readonly Interval[], personId: string | null): Interval[] {
  if (personId === null) return [];
  return intervals.filter((each) => each.personId === personId && isAttended(each));
}

/**
 * Reads the time together of some meters anew and writes what follows: how far it is proven, which units are due or
 * will be, whether the call has ended. Locks the meters. Charges nothing. Returns the calls that have such a meter.
 *
 * With `chargesLate` a settled meter of which more is due now is settled again (METER-60): for new facts only, so that no
 * settlement leads to another.
 */
export async function replan(
  tx: Tx,
  of: { ids?: readonly string[]; callIds?: readonly string[] },
  { chargesLate = false } = {},
): Promise<string[]> {
  const meters = await lockMeters(tx, of);
  if (meters.length === 0) return [];
  // Before bounds and intervals: with what is folded in between they are only narrower.
  const steady = await steadyProofs(tx, callsOf(meters), METERING);
  const ids = meters.map((meter) => meter.id);
  const spending = await spendingOf(tx, ids);
  const updates: MeterUpdate[] = [];
  const dues: DueUpdate[] = [];
  const readings = await readTimelines(tx, meters, { spending, steady });
  const again = chargesLate ? await owedLate(tx, meters, { readings, spending }) : NONE;
  for (const meter of meters) {
    const reading = readings.get(meter.id);
    if (reading === undefined) continue;
    const upTo = upToOf(meter, spending);
    const isOpenAgain = again.has(meter.id);
    const rows = meter.settledAt === null || isOpenAgain ? openUnits(meter, reading, upTo) : [];
    for (const row of rows) dues.push(row);
    updates.push(
      meterUpdate(meter, reading, {
        upTo,
        coins: spending.get(meter.id)?.coins ?? 0n,
        lastUnit: rows.at(-1)?.unit_index ?? upTo,
        isOpenAgain,
      }),
    );
  }
  await writeMeters(tx, updates, dues);
  return [...new Set(meters.map((meter) => meter.callId))];
}

/** The units of a meter whose two have not met: what they cost, and no instant yet. */
export function unitsAhead(meterId: string, plan: PricePlan): DueUpdate[] {
  const line = timeline([], [], { callEndedAt: null, bridgeGapMs: plan.bridgeGapMs });
  const upTo = firstUnit(plan) - 1;
  return dueUpdates(meterId, dueRows(plan, line, { ahead: AHEAD, chargedUpTo: upTo }));
}

/** A slice of them, from the last charged unit on: the next one is laid once it is charged. */
function openUnits(meter: MeterRow, { line }: Reading, upTo: number): DueUpdate[] {
  const rows = dueRows(meter.price.plan, line, {
    ahead: AHEAD,
    chargedUpTo: upTo,
    from: upTo + 1,
    most: SLICE,
  });
  return dueUpdates(meter.id, rows);
}

function dueUpdates(meterId: string, rows: readonly DueRow[]): DueUpdate[] {
  return rows.map((row) => ({
    meter_id: meterId,
    unit_index: row.unit,
    begins_at: iso(row.beginsAt),
    due_at: iso(row.dueAt),
    coins: String(row.coins),
    share: String(row.share),
  }));
}

function meterUpdate(
  meter: MeterRow,
  { line, callEndedAt, exhaustedAt }: Reading,
  at: { upTo: number; coins: bigint; lastUnit: number; isOpenAgain: boolean },
): MeterUpdate {
  const { plan } = meter.price;
  const due = unitsDue(plan, line.billableMs);
  const ended = callEndedAt !== null;
  const before = meter.finalAt?.getTime() ?? null;
  const finalAt = ended ? null : meter.exhaustedAt === null ? foresee(plan, line, at) : exhaustedAt;
  // While the meter rests nobody knows the instant, but that it has no coins stays so.
  const lacking = exhaustedAt === null && !ended ? meter.exhaustedAt : dateOf(exhaustedAt);
  return {
    id: meter.id,
    proven_until: iso(line.provenUntilAt),
    proven_by_now: line.provenByNow,
    resumes_at: iso(line.resumesAt),
    billable_ms: line.billableMs,
    final_at: iso(finalAt),
    exhausted_at: lacking?.toISOString() ?? null,
    keep_warned: before !== null && finalAt !== null && finalAt <= before + SAME_FINAL_MS,
    // Its last slice settles it: until then it is charged as one that goes on.
    closing_at: due - at.upTo > SLICE ? null : iso(callEndedAt),
    adjust_above: ended && at.upTo > due ? due : null,
    waived_units:
      isWaiving({ ...meter, exhaustedAt: lacking }) && !at.isOpenAgain ? Math.max(0, due - at.upTo) : 0,
    is_open_again: at.isOpenAgain,
    last_unit: at.lastUnit,
  };
}

const NONE: ReadonlySet<string> = new Set();

/**
 * The settled meters of which more units are due than were ever charged: not those whose coins had ended, whose rest is a shortfall,
 * nor those of which the desk gave anything back.
 */
async function owedLate(
  tx: Tx,
  meters: readonly MeterRow[],
  of: { readings: ReadonlyMap<string, Reading>; spending: ReadonlyMap<string, Spending> },
): Promise<ReadonlySet<string>> {
  const owing = meters.filter((meter) => {
    const billableMs = of.readings.get(meter.id)?.line.billableMs ?? 0;
    return isWaiving(meter) && unitsDue(meter.price.plan, billableMs) > upToOf(meter, of.spending);
  });
  const ids = owing.map(({ id }) => id);
  const refunded = await refundedOf(tx, ids);
  return new Set(ids.filter((id) => !refunded.has(id)));
}

/** Whether the meter stopped charging because coins were missing. */
export function wasShort(meter: MeterRow): boolean {
  return meter.shortfall > 0n || meter.exhaustedAt !== null;
}

/** Whether time that is proven only now is never charged: the meter was settled, and not for want of coins. */
export function isWaiving(meter: MeterRow): boolean {
  return meter.settledAt !== null && !wasShort(meter);
}

/** The instant that the coins at hand reach to, if it is near. */
function foresee(plan: PricePlan, line: Timeline, at: { upTo: number; coins: bigint }): number | null {
  const nextUnit = at.upTo + 1;
  const unit = firstUncovered(plan, {
    nextUnit,
    coins: at.coins,
    lookAheadMs: FORESEE_MS + plan.incrementMs,
  });
  // A next unit that nothing covers is not foreseen but decided, by the tick.
  return unit === null || unit === nextUnit ? null : instantOf(line, coinsEndMs(plan, unit));
}

function dateOf(at: number | null): Date | null {
  return at === null ? null : new Date(at);
}

function iso(at: number | null): string | null {
  return dateOf(at)?.toISOString() ?? null;
}
