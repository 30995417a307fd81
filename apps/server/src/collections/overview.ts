import { addDays, dayOf } from '@latido/core';
import type { CollectionsOverview, CollectorShown, Sum } from '@latido/protocol';
import { sql, type RawBuilder } from 'kysely';
import type { Db } from '../platform/index.ts';
import { CHECK_EVERY_MS } from './check.ts';
import type { ListDeps } from './list.ts';
import type { Who } from './ports.ts';
import { shownNumber, shownSum } from './store.ts';

const DAYS_SHOWN = 30;

type OverviewDeps = ListDeps & { readonly access: Who };

/** Whom an overview is of, and on which day of the lender's. */
interface Of {
  /** Undefined: all. */
  readonly collectorId: string | undefined;
  /** All who collect; what others had is nobody's. */
  readonly collectors: readonly string[];
  readonly today: string;
  readonly timeZone: string;
}

/** What collectors have to collect and have collected: of one of them, or of all. */
export async function collectionsOverview(
  { db, access, clock, settings }: OverviewDeps,
  collectorId: string | undefined,
): Promise<CollectionsOverview> {
  const { timeZone } = settings;
  const today = dayOf(clock.now(), timeZone);
  const named = await access.personIdsOfRoles(['collector']);
  const of = { collectorId, collectors: named, today, timeZone };
  const debtors = await debtorsOf(db, of);
  const due = await dueOf(db, of);
  const { collected, days } = await collectedOf(db, of);
  const checkedAt = await lastCheck(db);
  const ids = new Set<string | null>(collectorId === undefined ? [...named, null] : [collectorId]);
  for (const { who } of [...debtors, ...due, ...collected]) ids.add(who);
  const people = await access.personsById(
    db,
    [...ids].flatMap((id) => id ?? []),
  );
  const lines = [...ids].map((id): CollectorShown => {
    const mine = <T extends { who: string | null }>(rows: readonly T[]) =>
      rows.filter(({ who }) => who === id);
    const paid = mine(collected);
    return {
      collectorId: id,
      name: id === null ? null : (people.get(id)?.name ?? null),
      debtors: Number(mine(debtors)[0]?.debtors ?? 0n),
      credits: mine(due).reduce((sum, { credits }) => sum + Number(credits), 0),
      overdue: mine(due).reduce((sum, { overdue }) => sum + Number(overdue), 0),
      overdueAmounts: sums(mine(due), ({ amount }) => amount),
      collectedToday: sums(paid, (row) => row.today),
      collectedThisMonth: sums(paid, (row) => row.month),
    };
  });
  return {
    today,
    checkedAt: checkedAt?.toISOString() ?? null,
    nextCheckAt: checkedAt && nextCheck(checkedAt, clock.now()).toISOString(),
    collectors: lines.filter(isWorthALine).toSorted(byOverdue),
    days: days.map(({ day, currency, amount }) => ({ day, currency, amount: shownNumber(amount) })),
  };
}

/** Nobody's debtors are a line only where there are any. */
const isWorthALine = ({ collectorId, debtors }: CollectorShown): boolean =>
  collectorId !== null || debtors > 0;

const byOverdue = (a: CollectorShown, b: CollectorShown): number =>
  Number(a.collectorId !== null) - Number(b.collectorId !== null) ||
  b.overdue - a.overdue ||
  (a.name ?? '').localeCompare(b.name ?? '');

function sums<T extends { currency: string }>(rows: readonly T[], amountOf: (row: T) => bigint): Sum[] {
  return rows
    .map((row) => ({ currency: row.currency, amount: shownNumber(amountOf(row)) }))
    .filter(({ amount }) => amount !== 0);
}

/** Who has a debtor, if they collect. */
const whoHas = (collectors: readonly string[]): RawBuilder<unknown> =>
  sql`case when a.collector_id = any(${[...collectors]}::text[]) then a.collector_id end`;

async function debtorsOf(db: Db, { collectorId, collectors }: Of) {
  const { rows } = await sql<{ who: string | null; debtors: bigint }>`
    select ${whoHas(collectors)} as who, count(*) as debtors
    from collections.debtor d left join collections.assignment a on a.debtor_id = d.id and a.until is null
    where ${collectorId ?? null}::text is null or a.collector_id = ${collectorId ?? null}::text
    group by 1`.execute(db);
  return rows;
}

/** COLL-4 as the database counts it: all that is unpaid of what was due before today; after the end, the whole balance. */
async function dueOf(db: Db, { collectorId, collectors, today }: Of) {
  const { rows } = await sql<{
    who: string | null;
    currency: string;
    credits: bigint;
    overdue: bigint;
    amount: bigint;
  }>`
    select ${whoHas(collectors)} as who, c.currency, count(*) as credits,
      count(*) filter (where c.next_due_on < ${today}::date) as overdue,
      ${shownSum(sql`coalesce(sum(
        case when c.ends_on < ${today}::date then c.principal else
          (select coalesce(sum(i.amount), c.principal) from collections.installment i
            where i.credit_id = c.id and i.due_on < ${today}::date)
        end - c.paid) filter (where c.next_due_on < ${today}::date), 0)`)} as amount
    from collections.credit c
      left join collections.assignment a on a.debtor_id = c.debtor_id and a.until is null
    where c.status = 'active' and (${collectorId ?? null}::text is null or a.collector_id = ${collectorId ?? null}::text)
    group by 1, 2 order by c.currency`.execute(db);
  return rows;
}

/** What was collected, by whom it was recorded and on which day it was paid; what was taken back is left out. */
async function collectedOf(db: Db, { collectorId, today, timeZone }: Of) {
  const from = addDays(today, -Math.max(DAYS_SHOWN, Number(today.slice(8))));
  const { rows } = await sql<{ who: string; day: string; currency: string; amount: bigint }>`
    select e.by_id as who, ((e.paid_at at time zone ${timeZone})::date)::text as day, c.currency,
      ${shownSum(sql`sum(e.amount)`)} as amount
    from collections.entry e join collections.credit c on c.id = e.credit_id
    where e.kind = 'payment' and e.paid_at >= ${from}::date
      and (${collectorId ?? null}::text is null or e.by_id = ${collectorId ?? null}::text)
      and not exists (select 1 from collections.entry r where r.reverses = e.id)
    group by 1, 2, 3 order by 2, 3`.execute(db);
  const month = today.slice(0, 7);
  const collected = rows.map(({ who, day, currency, amount }) => ({
    who,
    currency,
    today: day === today ? amount : 0n,
    month: day.startsWith(month) && day <= today ? amount : 0n,
  }));
  return { collected: perPerson(collected), days: perDay(rows, addDays(today, 1 - DAYS_SHOWN), today) };
}

interface Collected {
  who: string;
  currency: string;
  today: bigint;
  month: bigint;
}

function perPerson(rows: readonly Collected[]): Collected[] {
  const found = new Map<string, Collected>();
  for (const row of rows) {
    const key = `${row.who} ${row.currency}`;
    const before = found.get(key) ?? { ...row, today: 0n, month: 0n };
    found.set(key, { ...before, today: before.today + row.today, month: before.month + row.month });
  }
  return [...found.values()];
}

function perDay(
  rows: readonly { day: string; currency: string; amount: bigint }[],
  from: string,
  to: string,
): { day: string; currency: string; amount: bigint }[] {
  const found = new Map<string, { day: string; currency: string; amount: bigint }>();
  for (const { day, currency, amount } of rows) {
    if (day < from || day > to) continue;
    const key = `${day} ${currency}`;
    found.set(key, { day, currency, amount: (found.get(key)?.amount ?? 0n) + amount });
  }
  return [...found.values()];
}

/** One that was missed, since no node was there, is made as soon as one is. */
const nextCheck = (checkedAt: Date, now: number): Date =>
  new Date(Math.max(checkedAt.getTime() + CHECK_EVERY_MS, now));

async function lastCheck(db: Db): Promise<Date | null> {
  const { rows } = await sql<{ done_at: Date | null }>`
    select done_at from collections.lease where name = 'attention'`.execute(db);
  return rows[0]?.done_at ?? null;
}
