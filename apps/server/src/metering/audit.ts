import { unitsDue } from '@latido/core';
import { sql } from 'kysely';
import type { Difference } from '../ledger/index.ts';
import { auditLedger } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { factsOfCall } from '../presence/index.ts';
import { auditCharges, lastEntry, type PlanCharged } from './audit-charges.ts';
import { keptOf, type Kept } from './audit-kept.ts';
import { auditMeter, difference, isShortAgain } from './audit-meters.ts';
import type { MeterRow } from './store.ts';
import { metersAfter } from './store.ts';

const PAGE = 500;

/**
 * Compares everything that is kept with what it follows from: intervals → time together → units → the entries that there
 * should be; entries → balances; lots → wallets; holds; what the desk gave back. Every difference is named. The intervals are
 * taken as they are: presence compares them with the facts.
 */
export async function* audit(db: DbOrTx): AsyncGenerator<Difference> {
  yield* auditLedger(db);
  // What is charged from here on is of units that the plans below do not reach.
  const upTo = await lastEntry(db);
  const plans = new Map<string, PlanCharged>();
  let afterId = '';
  for (;;) {
    const meters = await metersAfter(db, afterId, PAGE);
    const last = meters.at(-1);
    if (last === undefined) break;
    const kept = await keptOf(db, meters);
    for (const meter of meters) {
      const of = kept(meter.id);
      if (of === undefined) continue;
      reach(plans, meter, of.charges.last ?? 0);
      yield* auditMeter(meter, of);
      yield* auditBack(db, meter, of);
      yield* auditShort(db, meter, of);
    }
    afterId = last.id;
  }
  yield* auditCharges(db, { upTo, plans: [...plans.values()] });
  yield* await wrongRefunds(db);
}

function reach(plans: Map<string, PlanCharged>, { price }: MeterRow, unit: number): void {
  const { id, version, plan } = price;
  const key = `${id} ${version}`;
  const upTo = Math.max(unit, plans.get(key)?.upTo ?? 0);
  plans.set(key, { id, version, plan, upTo });
}

/** A unit that is due and was given back: that is so only where it was not due for a while, until something more was told. */
async function* auditBack(db: DbOrTx, meter: MeterRow, { back, reading }: Kept): AsyncGenerator<Difference> {
  if (reading === undefined) return;
  const due = unitsDue(meter.price.plan, reading.line.billableMs);
  for (const [unit, at] of back) {
    if (unit > due || (await wasToldSince(db, meter.callId, at))) continue;
    yield difference('adjustment.unit', `${meter.id}/${unit}`, 'due', 'given back');
  }
}

/** A shortfall of coins that did not end: that is so only where something was told after the settlement. */
async function* auditShort(db: DbOrTx, meter: MeterRow, kept: Kept): AsyncGenerator<Difference> {
  if (meter.settledAt === null || !isShortAgain(meter, kept)) return;
  if (await wasToldSince(db, meter.callId, meter.settledAt)) return;
  yield difference('meter.shortfall', meter.id, 0, meter.shortfall);
}

/** Whether anything of a call was told after an instant, or nobody can say: its facts are gone. */
async function wasToldSince(db: DbOrTx, callId: string, since: Date): Promise<boolean> {
  const facts = await factsOfCall(db, callId);
  return facts.length === 0 || facts.some(({ receivedAt }) => receivedAt > since.getTime());
}

async function wrongRefunds(db: DbOrTx): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    select 'refund.coins' as what, r.id, e.coins::text as expected, r.coins::text as found
      from metering.refund r, lateral (
        select coalesce(sum(p.amount), 0) as coins
          from ledger.meter n join ledger.journal j on j.meter_no = n.no and j.kind = 'refund'
          join ledger.posting p on p.journal_no = j.no join ledger.account a on a.no = p.account_no and a.kind = 'wallet'
         where n.id = r.meter_id and right(j.id, length(r.id) + 1) = '_' || r.id) e
     where r.coins <> e.coins order by r.id`.execute(db);
  return rows;
}
