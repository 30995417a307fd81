import type { Span } from '@latido/core';
import { firstUnit, holdFor, pausesOf, price, unitBeginsMs } from '@latido/core';
import type { Charge, Receipt } from '@latido/protocol';
import { sql } from 'kysely';
import { personsById } from '../access/index.ts';
import { balanceAround, heldFor } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { planOnWire, totalsOf } from './meter-state.ts';
import { isWaiving, readTimeline, wasShort } from './replan.ts';
import type { MeterRow } from './store.ts';

interface Line {
  unit: number;
  kind: 'charge' | 'adjustment' | 'refund';
  beginsAt: Date | null;
  dueAt: Date;
  coins: bigint;
  earned: bigint;
  /** Of a refund: what its desk wrote, and who that was. */
  reason: string | null;
  actorId: string | null;
}

/** Who reads a receipt; the desk is told who gave back what. */
export interface ReceiptReader {
  readonly viewerId: string;
  readonly isDesk?: boolean;
}

/** The entries of a meter as its payer sees them: a charge is above zero, what was given back below. */
async function linesOf(db: DbOrTx, meter: MeterRow): Promise<Line[]> {
  const { rows } = await sql<Line>`
    select j.unit_index as unit, j.kind, case when j.unit_index > 0 then coalesce(o.began_at, j.began_at) end as "beginsAt",
           j.occurred_at as "dueAt", coalesce(-p.amount, 0)::bigint as coins, coalesce(e.amount, 0)::bigint as earned,
           case when j.kind = 'refund' then j.memo end as reason, case when j.kind = 'refund' then j.actor end as "actorId"
      from ledger.meter m join ledger.journal j on j.meter_no = m.no
      left join ledger.journal o on o.no = j.reverses_no
      left join ledger.posting e on e.journal_no = j.no
        and e.account_no = (select no from ledger.account where id = ${meter.earnerAccountId})
      left join ledger.posting p on p.journal_no = j.no
        and p.account_no = (select no from ledger.account where id = ${meter.walletAccountId})
     where m.id = ${meter.id} and j.kind in ('charge', 'adjustment', 'refund')
     order by j.unit_index, j.kind <> 'charge', j.occurred_at, j.no`.execute(db);
  return rows;
}

interface Standing {
  readonly unit: number;
  readonly dueAt: Date;
  readonly coins: bigint;
}

/**
 * The charges that stand: one a unit, without those that were taken back; to who earns, their share of each. A page is read from its
 * place by the index of units, each row with its posting, however many there are before and after it (METER-98).
 */
export async function chargesOf(
  db: DbOrTx,
  meter: MeterRow,
  page: { afterUnit: number; limit: number; viewerId: string },
): Promise<Charge[]> {
  const isEarner = page.viewerId === meter.earnerId;
  const accountId = isEarner ? meter.earnerAccountId : meter.walletAccountId;
  const { rows } = await sql<Standing>`
    select c.unit, c.due_at as "dueAt", coalesce(p.amount, 0)::bigint as coins
      from ledger.meter m cross join lateral (
        select j.no, j.unit_index as unit, j.occurred_at as due_at from ledger.journal j
         where j.meter_no = m.no and j.id is null and j.unit_index > ${page.afterUnit}
           and (m.back_units = 0 or not coalesce((select true from ledger.journal b where b.meter_no = j.meter_no
                  and b.unit_index = j.unit_index and b.id is not null and b.kind = 'adjustment' limit 1), false))
         order by j.unit_index limit ${page.limit}) c
      left join lateral (
        select abs(p.amount) as amount from ledger.posting p
         where p.account_no = (select a.no from ledger.account a where a.id = ${accountId}) and p.journal_no = c.no offset 0) p on true
     where m.id = ${meter.id} order by c.unit`.execute(db);
  return rows.map(({ unit, dueAt, coins }) => ({ unit, dueAt: dueAt.toISOString(), coins: Number(coins) }));
}

/** What was paid for which time, by which rule. Its reader sees their own share and their own balance only. */
export async function receiptOf(db: DbOrTx, meter: MeterRow, reader: ReceiptReader): Promise<Receipt> {
  const { viewerId } = reader;
  const { line, stays, callEndedAt: endedAt } = await readTimeline(db, meter);
  const totals = await totalsOf(db, meter);
  const lines = await linesOf(db, meter);
  const isEarner = viewerId === meter.earnerId;
  const isPayer = viewerId === meter.payerId;
  const unasked = unaskedFor(meter, line.billableMs, askedOf(lines));
  return {
    callId: meter.callId,
    payerId: meter.payerId,
    plan: planOnWire(meter.price, isEarner),
    policy: meter.price.policy,
    billableMs: line.billableMs,
    coins: Number(isEarner ? totals.earned : totals.coins),
    earned: isEarner ? Number(totals.earned) : null,
    lines: await linesOnWire(db, lines, { isEarner, isDesk: reader.isDesk === true }),
    billed: line.spans.map(onWire),
    pauses: pausesOf(line.spans, { stays, stops: meter.stops, endedAt }).map((pause) => ({
      ...onWire([pause.fromAt, pause.toAt]),
      personId: pause.personId,
      reason: pause.reason,
    })),
    held: isPayer ? Number(await heldFor(db, meter.id)) : null,
    released: isPayer ? Number(releasedOf(meter, { billableMs: line.billableMs, lines })) : null,
    balance: await balanceOf(db, meter, viewerId),
    shortfall: Number(isEarner ? partOf(meter, unasked) : unasked),
    settled: meter.settledAt !== null,
    settledAt: meter.settledAt?.toISOString() ?? null,
  };
}

async function linesOnWire(
  db: DbOrTx,
  lines: readonly Line[],
  { isEarner, isDesk }: { isEarner: boolean; isDesk: boolean },
): Promise<Receipt['lines']> {
  const desk = isDesk
    ? await personsById(
        db,
        lines.flatMap(({ actorId }) => actorId ?? []),
      )
    : null;
  return lines.map(({ unit, kind, beginsAt, dueAt, coins, earned, reason, actorId }) => ({
    unit,
    kind,
    beginsAt: beginsAt?.toISOString() ?? null,
    dueAt: dueAt.toISOString(),
    coins: Number(isEarner ? earned : coins),
    earned: isEarner ? Number(earned) : null,
    ...(reason === null ? {} : { reason }),
    ...(desk === null || actorId === null
      ? {}
      : { actor: { personId: actorId, name: desk.get(actorId)?.name ?? '' } }),
  }));
}

/** The viewer's own account around the call; of others nobody is told. */
async function balanceOf(db: DbOrTx, meter: MeterRow, viewerId: string): Promise<Receipt['balance']> {
  const accountId = viewerId === meter.payerId ? meter.walletAccountId : meter.earnerAccountId;
  if (accountId === null || (viewerId !== meter.payerId && viewerId !== meter.earnerId)) return null;
  const around = await balanceAround(db, { accountId, meterId: meter.id });
  return around && { before: Number(around.before), after: Number(around.after) };
}

/** What was held for the unit that had begun and fell due no more: the end of the call gave it back. */
function releasedOf(meter: MeterRow, of: { billableMs: number; lines: readonly Line[] }): bigint {
  if (meter.settledAt === null || wasShort(meter)) return 0n;
  const { plan } = meter.price;
  // They come in the order of units, more of them than a call of Math.max takes.
  const upTo = Math.max(firstUnit(plan) - 1, of.lines.at(-1)?.unit ?? -1);
  const isFirst = upTo < firstUnit(plan);
  return isFirst || of.billableMs > unitBeginsMs(plan, upTo + 1) ? holdFor(plan, upTo + 1) : 0n;
}

/** Coins of time that was used and is never charged: they were missing, or its proof came after the settlement. */
function unaskedFor(meter: MeterRow, billableMs: number, paid: bigint): bigint {
  const unpaid = price(meter.price.plan, billableMs) - paid;
  return isWaiving(meter) && unpaid > 0n ? unpaid : meter.shortfall;
}

/** The earner's part of coins that nobody was asked for. */
function partOf({ price: { plan } }: MeterRow, coins: bigint): bigint {
  return (coins * BigInt(plan.earnerShareBp)) / 10_000n;
}

/** Coins that were asked for, whatever the desk gave back later. */
function askedOf(lines: readonly Line[]): bigint {
  const asked = lines.filter(({ kind }) => kind !== 'refund');
  return asked.reduce((sum, { coins }) => sum + coins, 0n);
}

function onWire([fromAt, toAt]: Span): Receipt['billed'][number] {
  return { fromAt: new Date(fromAt).toISOString(), toAt: new Date(toAt).toISOString(), ms: toAt - fromAt };
}
