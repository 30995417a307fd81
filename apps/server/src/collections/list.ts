import {
  addDays,
  attentionOn,
  dayOf,
  nextDueOn,
  partsDue,
  statusOf,
  unpaidOf,
  type Installment,
} from '@latido/core';
import type { AfterPayment, Credit, CreditShown, CreditsQuery, Debtor } from '@latido/protocol';
import { sql } from 'kysely';
import { z } from 'zod';
import { readCursor, writeCursor, type Clock, type Config, type Db } from '../platform/index.ts';
import { closedAs } from './close-credit.ts';
import { onWire, paymentsOf } from './pay.ts';
import type { Who } from './ports.ts';
import {
  installmentsOf,
  selectCredits,
  termsOf,
  type CreditRow,
  type DebtorRow,
  type Whose,
} from './store.ts';

/** When a credit is due next, and its id. */
const Place = z.tuple([z.iso.date().nullable(), z.string().regex(/^credit_[0-9a-z]+$/)]);

export interface ListDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly settings: Config['collections'];
}

/**
 * Credits, what is due first first.
 *
 * @throws cursor.invalid
 */
export async function listCredits(
  deps: ListDeps,
  query: Omit<CreditsQuery, 'collectorId'> & { whose: Whose },
): Promise<{ items: Credit[]; nextCursor: string | null }> {
  const { attention, whose, zone, debtorId, cursor, limit } = query;
  const today = dayOf(deps.clock.now(), deps.settings.timeZone);
  const after = readCursor(cursor, Place);
  const rows = await selectCredits(deps.db, {
    whose,
    zone,
    debtorId,
    after: after && { dueOn: after[0], id: after[1] },
    limit: limit + 1,
    ...(attention === 'overdue' ? { dueBefore: today } : {}),
    ...(attention === 'soon'
      ? { dueFrom: today, dueBefore: addDays(today, deps.settings.soonDays + 1) }
      : {}),
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await creditsOnWire(deps, shown),
    nextCursor: rows.length > limit && last ? writeCursor([last.nextDueOn, last.id]) : null,
  };
}

/** One credit with its installments, payments and history. */
export async function creditShown(
  deps: ListDeps & { readonly access: Who },
  credit: CreditRow,
): Promise<CreditShown> {
  const installments = (await installmentsOf(deps.db, [credit.id])).get(credit.id) ?? [];
  const unpaid = unpaidOf({ installments, paid: credit.paid });
  const payments = await paymentsOf(deps.db, credit.id);
  const { rows: events } = await sql<{
    at: Date;
    byId: string;
    what: string;
    detail: Record<string, unknown>;
  }>`
    select at, by_id as "byId", what, detail from collections.event where credit_id = ${credit.id} order by seq`.execute(
    deps.db,
  );
  const people = await deps.access.personsById(
    deps.db,
    events.map(({ byId }) => byId),
  );
  return {
    ...creditOnWire(deps, credit, installments),
    installments: installments.map(({ dueOn, amount }, at) => ({
      dueOn,
      amount: Number(amount),
      unpaid: Number(unpaid[at]?.amount ?? 0n),
    })),
    payments: payments.map((entry) => {
      const { balance: _, ...payment } = onWire(entry, credit);
      return payment;
    }),
    events: events.map(({ at, byId, what, detail }) => ({
      at: at.toISOString(),
      by: byId,
      byName: people.get(byId)?.name ?? null,
      what,
      detail,
    })),
  };
}

/** What a payment would make of a credit. */
export async function creditAfter(deps: ListDeps, credit: CreditRow, amount: number): Promise<AfterPayment> {
  const installments = (await installmentsOf(deps.db, [credit.id])).get(credit.id) ?? [];
  const paid = credit.paid + BigInt(amount);
  const status = statusOf({ principal: credit.principal, paid }, closedAs(credit));
  const after = { ...credit, paid, status };
  const terms = termsOf(after, installments);
  const dueOn = nextDueOn(terms);
  const part = unpaidOf(terms).find((unpaid) => unpaid.amount > 0n);
  const { balance, attention } = creditOnWire(deps, after, installments);
  const next = dueOn === null ? null : { dueOn, amount: Number(part?.amount ?? credit.principal - paid) };
  return { balance, status, attention, next };
}

/** Credits as a list shows them. */
export async function creditsOnWire(deps: ListDeps, credits: readonly CreditRow[]): Promise<Credit[]> {
  const installments = await installmentsOf(
    deps.db,
    credits.map(({ id }) => id),
  );
  return credits.map((credit) => creditOnWire(deps, credit, installments.get(credit.id)));
}

function creditOnWire(
  { clock, settings }: ListDeps,
  credit: CreditRow,
  installments: readonly Installment[] = [],
): Credit {
  const today = dayOf(clock.now(), settings.timeZone);
  const terms = termsOf(credit, installments);
  const attention = attentionOn(today, settings.soonDays, terms);
  return {
    id: credit.id,
    externalId: credit.externalId,
    debtor: debtorOnWire({
      id: credit.debtorId,
      externalId: credit.debtorExternalId,
      name: credit.debtorName,
      phone: credit.debtorPhone,
      zone: credit.debtorZone,
      collectorId: credit.collectorId,
    }),
    amount: Number(credit.principal),
    currency: credit.currency,
    balance: Number(credit.principal - credit.paid),
    endDate: credit.endsOn,
    status: credit.status,
    nextDueOn: credit.nextDueOn,
    attention: attention && { ...attention, amountDue: Number(attention.amountDue) },
    promisedOn: credit.promisedOn,
    parts: partsDue(attention, today, terms),
  };
}

/** A debtor as people see them. */
export const debtorOnWire = (debtor: DebtorRow): Debtor => ({ ...debtor });
