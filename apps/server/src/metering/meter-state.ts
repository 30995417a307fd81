import { billableAt, firstUnit, holdFor, priceUpTo, shareUpTo, totalMs, unionSpans } from '@latido/core';
import type { Span } from '@latido/core';
import type { MeterState, Plan } from '@latido/protocol';
import { sql } from 'kysely';
import { callById, isOf, type MeterOf } from '../calls/index.ts';
import { walletOf } from '../ledger/index.ts';
import type { Clock, DbOrTx } from '../platform/index.ts';
import { steadyProofs } from '../presence/index.ts';
import { METERING, readTimelines } from './replan.ts';
import type { MeterRow, PlanRow } from './store.ts';
import { metersOfCall } from './store.ts';

/** What a meter has moved so far, corrections included. */
export interface Totals {
  readonly units: number;
  /** Those of time: without the fee. */
  readonly timeUnits: number;
  /** Coins that the payer has paid. */
  readonly coins: bigint;
  /** What the earner has of them. */
  readonly earned: bigint;
  readonly nextDueAt: Date | null;
}

interface Moved {
  /** The highest unit that was ever charged; null before the first. */
  readonly upTo: number | null;
  readonly backUnits: number;
  readonly backTimeUnits: number;
  readonly backCoins: bigint;
  readonly backShare: bigint;
  readonly nextDueAt: Date | null;
}

/**
 * What a meter comes to: what its units cost up to the last charged one (METER-3), less what is kept of what was given back. No entry is
 * added up, so that asking costs the same after a day as after a minute (METER-97); that it is the sum of the entries the audit sees to.
 */
export async function totalsOf(db: DbOrTx, meter: MeterRow): Promise<Totals> {
  const { rows } = await sql<Moved>`
    select (select j.unit_index from ledger.journal j where j.meter_no = m.no and j.id is null
             order by j.unit_index desc limit 1) as "upTo",
           m.back_units as "backUnits", m.back_time_units as "backTimeUnits", m.back_coins as "backCoins", m.back_share as "backShare",
           (select min(due_at) from metering.due where meter_id = ${meter.id}) as "nextDueAt"
      from ledger.meter m where m.id = ${meter.id}`.execute(db);
  const [moved] = rows;
  if (!moved) return { units: 0, timeUnits: 0, coins: 0n, earned: 0n, nextDueAt: null };
  const { plan } = meter.price;
  const first = firstUnit(plan);
  const upTo = moved.upTo ?? first - 1;
  return {
    units: upTo - first + 1 - moved.backUnits,
    timeUnits: Math.max(0, upTo) - moved.backTimeUnits,
    coins: priceUpTo(plan, upTo) - moved.backCoins,
    earned: meter.earnerAccountId === null ? 0n : shareUpTo(plan, upTo) - moved.backShare,
    nextDueAt: moved.nextDueAt,
  };
}

/** A plan as people see it; who earns sees their share, too. */
export function planOnWire({ id, version, name, policy, currency, plan }: PlanRow, isEarner: boolean): Plan {
  return {
    id,
    version,
    name,
    policy,
    price: Number(plan.price),
    priceDen: Number(plan.priceDen),
    incrementMs: plan.incrementMs,
    currency,
    earnerShareBp: isEarner ? plan.earnerShareBp : null,
  };
}

/** Billable time as a screen shows it. */
function shownBillableMs(meter: MeterRow, now: number): number {
  const line = {
    billableMs: Number(meter.billableMs),
    resumesAt: meter.closingAt === null ? (meter.resumesAt?.getTime() ?? null) : null,
    stopsAt: meter.exhaustedAt?.getTime() ?? null,
  };
  return billableAt(line, now);
}

/** The meter of a call, as one of its people sees it: what was paid and is left is the payer's to see, the share the earner's (METER-39). */
export function createMeterOf(clock: Pick<Clock, 'now'>): MeterOf {
  return async (db, callId, viewerId): Promise<MeterState | null> => {
    const meters = await metersOfCall(db, callId);
    const [first] = meters;
    if (!first) return null;
    const call = await callById(db, callId);
    if (call?.kind === 'mentoring') {
      const own = meters.find(({ payerId }) => payerId === viewerId);
      if (own) return await stateOf(db, own, { viewerId, now: clock.now() });
      const isAll = first.earnerId === viewerId || viewerId === null || !(await isOf(db, callId, viewerId));
      return isAll ? await stateOfAll(db, meters, { viewerId, now: clock.now() }) : null;
    }
    return await stateOf(db, first, { viewerId, now: clock.now() });
  };
}

interface Reader {
  readonly viewerId: string | null;
  readonly now: number;
}

async function stateOf(db: DbOrTx, meter: MeterRow, { viewerId, now }: Reader): Promise<MeterState> {
  const totals = await totalsOf(db, meter);
  const isPayer = viewerId === meter.payerId;
  const isEarner = viewerId !== null && viewerId === meter.earnerId;
  const { plan } = meter.price;
  // Units are charged in their order.
  const next = totals.units === 0 ? firstUnit(plan) : totals.timeUnits + 1;
  const wallet = isPayer ? await walletOf(db, meter.payerId) : null;
  return {
    plan: planOnWire(meter.price, isEarner),
    running: meter.resumesAt !== null && meter.closingAt === null && !hasStopped(meter, now),
    billableMs: shownBillableMs(meter, now),
    asOfAt: new Date(now).toISOString(),
    unitsCharged: totals.units,
    timeUnits: totals.timeUnits,
    coins: Number(isEarner ? totals.earned : totals.coins),
    nextDueAt: meter.closingAt === null ? iso(totals.nextDueAt) : null,
    // Without coins, and with nobody there to spend time, the end is not in sight.
    finalAt: iso(meter.closingAt === null ? meter.finalAt : meter.exhaustedAt),
    cutAt: meter.closingAt === null && meter.finalAt === null ? null : iso(meter.cutAt),
    nextCoins: isPayer ? Number(holdFor(plan, next)) : null,
    available: wallet ? Number(wallet.available) : null,
    earned: isEarner ? Number(totals.earned) : null,
    settled: meter.settledAt !== null,
  };
}

/** What a group comes to where each pays: who earns and the desk read the sum, and the time in which anybody paid (METER-52). */
async function stateOfAll(db: DbOrTx, meters: readonly MeterRow[], reader: Reader): Promise<MeterState> {
  const states: MeterState[] = [];
  for (const meter of meters) states.push(await stateOf(db, meter, reader));
  const [first] = states;
  if (!first) throw new Error('a call without meters has no sum');
  const sum = (figure: (state: MeterState) => number): number =>
    states.reduce((all, state) => all + figure(state), 0);
  const dues = states.flatMap(({ nextDueAt }) => nextDueAt ?? []);
  return {
    ...first,
    running: states.some(({ running }) => running),
    billableMs: await paidMs(db, meters, reader.now),
    unitsCharged: sum(({ unitsCharged }) => unitsCharged),
    timeUnits: sum(({ timeUnits = 0 }) => timeUnits),
    coins: sum(({ coins }) => coins),
    nextDueAt: dues.toSorted()[0] ?? null,
    // Whose coins end is that person's to read.
    finalAt: null,
    cutAt: null,
    nextCoins: null,
    available: null,
    earned: first.earned === null ? null : sum(({ earned }) => earned ?? 0),
    settled: states.every(({ settled }) => settled),
  };
}

/** Time together by the meters of a call: of several, in which anybody paid (METER-52). */
export async function timeTogether(db: DbOrTx, meters: readonly MeterRow[], now: number): Promise<number> {
  const [first, ...more] = meters;
  if (first === undefined) return 0;
  return more.length === 0 ? shownBillableMs(first, now) : await paidMs(db, meters, now);
}

/** How long somebody of these paid, whoever it was. */
async function paidMs(db: DbOrTx, meters: readonly MeterRow[], now: number): Promise<number> {
  const steady = await steadyProofs(db, [...new Set(meters.map(({ callId }) => callId))], METERING);
  const lines = await readTimelines(db, meters, { steady });
  const spans = meters.flatMap((meter): Span[] => {
    const from = meter.closingAt === null ? (meter.resumesAt?.getTime() ?? null) : null;
    const to = Math.min(now, meter.exhaustedAt?.getTime() ?? Infinity);
    return [
      ...(lines.get(meter.id)?.line.spans ?? []),
      ...(from === null || to <= from ? [] : [[from, to] as const]),
    ];
  });
  return totalMs(unionSpans(spans));
}

function hasStopped(meter: MeterRow, now: number): boolean {
  return meter.exhaustedAt !== null && meter.exhaustedAt.getTime() <= now;
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
