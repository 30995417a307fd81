import type { Span } from '@latido/core';
import { price } from '@latido/core';
import type { Charge, Receipt } from '@latido/protocol';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { planOnWire, totalsOf } from './meter-state.ts';
import { isWaiving, readTimeline } from './replan.ts';
import type { MeterRow } from './store.ts';

interface Line {
  unit: number;
  kind: 'charge' | 'adjustment';
  dueAt: Date;
  coins: bigint;
}

/** The entries of a meter as its payer sees them: a charge is above zero, what was given back below. */
async function linesOf(db: DbOrTx, meter: MeterRow): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select j.unit_index as unit, j.kind, j.occurred_at as "dueAt", coalesce(-p.amount, 0)::bigint as coins
      from ledger.journal j
      left join ledger.posting p on p.journal_id = j.id and p.account_id = ${meter.walletAccountId}
     where j.meter_id = ${meter.id} and j.kind in ('charge', 'adjustment')
     order by j.unit_index, j.kind desc`.execute(db);
  return rows;
}

/** The charges that stand: one a unit, without those that were taken back. */
export async function chargesOf(
  db: DbOrTx,
  meter: MeterRow,
  page: { afterUnit: number; limit: number },
): Promise<Charge[]> {
  const lines = await linesOf(db, meter);
  const back = new Set(lines.filter((line) => line.kind === 'adjustment').map((line) => line.unit));
  return lines
    .filter((line) => line.kind === 'charge' && !back.has(line.unit) && line.unit > page.afterUnit)
    .slice(0, page.limit)
    .map(({ unit, dueAt, coins }) => ({ unit, dueAt: dueAt.toISOString(), coins: Number(coins) }));
}

/** What was paid for which time, by which rule. `viewerId` sees their own share only. */
export async function receiptOf(db: DbOrTx, meter: MeterRow, viewerId: string): Promise<Receipt> {
  const { line } = await readTimeline(db, meter);
  const totals = await totalsOf(db, meter);
  return {
    callId: meter.callId,
    plan: planOnWire(meter.price),
    policy: meter.price.policy,
    billableMs: line.billableMs,
    coins: Number(totals.coins),
    earned: viewerId === meter.earnerId ? Number(totals.earned) : null,
    lines: (await linesOf(db, meter)).map(({ unit, kind, dueAt, coins }) => ({
      unit,
      kind,
      dueAt: dueAt.toISOString(),
      coins: Number(coins),
    })),
    billed: line.spans.map(onWire),
    pauses: pausesOf(line.spans).map(onWire),
    shortfall: Number(unaskedFor(meter, line.billableMs, totals.coins)),
    settled: meter.settledAt !== null,
    settledAt: meter.settledAt?.toISOString() ?? null,
  };
}

/** Coins of time that was used and is never charged: they were missing, or its proof came after the settlement. */
function unaskedFor(meter: MeterRow, billableMs: number, paid: bigint): bigint {
  const unpaid = price(meter.price.plan, billableMs) - paid;
  return isWaiving(meter) && unpaid > 0n ? unpaid : meter.shortfall;
}

function pausesOf(spans: readonly Span[]): Span[] {
  return spans.flatMap(([, toAt], i): Span[] => {
    const next = spans[i + 1];
    return next === undefined ? [] : [[toAt, next[0]]];
  });
}

function onWire([fromAt, toAt]: Span): Receipt['billed'][number] {
  return { fromAt: new Date(fromAt).toISOString(), toAt: new Date(toAt).toISOString(), ms: toAt - fromAt };
}
