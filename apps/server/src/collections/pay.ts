import { nextDueOn } from '@latido/core';
import type { NewPayment, Payment } from '@latido/protocol';
import { sql } from 'kysely';
import { notifyAll } from '../inbox/index.ts';
import { newId, problem, type Clock, type Db, type Tx } from '../platform/index.ts';
import type { Doing } from './open-credit.ts';
import { installmentsOf, lockCredit, termsOf, writeEvent, type CreditRow } from './store.ts';
import type { Told } from './telling.ts';

/** What recording needs. */
export interface PayDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  /** Throws for who may not touch this credit. */
  readonly mayTouch: (credit: CreditRow) => void;
  /** Whether whoever records it is a collector, who is told as well. */
  readonly isCollector: boolean;
}

interface EntryRow {
  id: string;
  creditId: string;
  amount: bigint;
  paidAt: Date;
  byId: string;
  recordedAt: Date;
  reversedAt: Date | null;
}

/**
 * Records a payment, once under its id. What is over the balance is kept: the debtor has it to their credit.
 *
 * @throws credit.not_found, credit.not_yours, idempotency.mismatch
 */
export async function recordPayment(
  { db, clock, mayTouch, isCollector }: PayDeps,
  asked: NewPayment,
  doing: Doing,
): Promise<{ payment: Payment; told: Told[]; isNew: boolean }> {
  const id = asked.id ?? newId('payment');
  const amount = BigInt(asked.amount);
  return await db.transaction().execute(async (tx) => {
    const credit = await lockCredit(tx, asked.creditId);
    mayTouch(credit);
    const entry = { id, creditId: credit.id, amount, paidAt: new Date(asked.paidAt), byId: doing.byId };
    const isNew = await insertPayment(tx, entry, doing.at);
    if (!isNew) {
      const before = await paymentById(tx, id);
      if (!before || !isSame(before, entry)) throw mismatch(id);
      return { payment: onWire(before, credit), told: [], isNew };
    }
    if (credit.paid + amount > BigInt(Number.MAX_SAFE_INTEGER))
      throw problem('request.invalid', 'body.amount: with it, more is paid than can be counted exactly.');
    const after = await setPaid(tx, credit, credit.paid + amount);
    await writeEvent(tx, {
      creditId: credit.id,
      ...doing,
      what: 'paid',
      detail: { paymentId: id, amount: asked.amount },
    });
    const told = noticesOf(after, { entry, isCollector });
    await notifyAll(tx, told, clock);
    return { payment: onWire({ ...entry, recordedAt: doing.at, reversedAt: null }, after), told, isNew };
  });
}

/**
 * Takes a payment back by an entry of its own, with a reason.
 *
 * @throws payment.not_found, payment.reversed, credit.not_yours
 */
export async function reversePayment(
  { db, mayTouch }: Pick<PayDeps, 'db' | 'mayTouch'>,
  { id, reason }: { id: string; reason: string },
  doing: Doing,
): Promise<Payment> {
  return await db.transaction().execute(async (tx) => {
    const payment = await paymentById(tx, id);
    if (!payment) throw problem('payment.not_found', `There is no payment ${id.slice(0, 64)}.`);
    const credit = await lockCredit(tx, payment.creditId);
    mayTouch(credit);
    const { rows } = await sql<{ id: string }>`
      insert into collections.entry (id, credit_id, kind, amount, paid_at, reverses, reason, by_id, recorded_at)
      values (${newId('payment')}, ${credit.id}, 'reversal', ${payment.amount}, ${payment.paidAt}, ${id}, ${reason},
        ${doing.byId}, ${doing.at}) on conflict (reverses) do nothing returning id`.execute(tx);
    if (rows.length === 0) throw problem('payment.reversed', `The payment ${id} was taken back already.`);
    const after = await setPaid(tx, credit, credit.paid - payment.amount);
    await writeEvent(tx, {
      creditId: credit.id,
      ...doing,
      what: 'reversed',
      detail: { paymentId: id, reason },
    });
    return onWire({ ...payment, reversedAt: doing.at }, after);
  });
}

/** The payments of a credit, oldest first. */
export async function paymentsOf(db: Db, creditId: string): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.credit_id as "creditId", e.amount, e.paid_at as "paidAt", e.by_id as "byId",
      e.recorded_at as "recordedAt", r.recorded_at as "reversedAt"
    from collections.entry e left join collections.entry r on r.reverses = e.id
    where e.credit_id = ${creditId} and e.kind = 'payment' order by e.recorded_at, e.id`.execute(db);
  return rows;
}

async function paymentById(tx: Tx, id: string): Promise<EntryRow | null> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.credit_id as "creditId", e.amount, e.paid_at as "paidAt", e.by_id as "byId",
      e.recorded_at as "recordedAt", r.recorded_at as "reversedAt"
    from collections.entry e left join collections.entry r on r.reverses = e.id
    where e.id = ${id} and e.kind = 'payment'`.execute(tx);
  return rows[0] ?? null;
}

type Entry = Omit<EntryRow, 'recordedAt' | 'reversedAt'>;

async function insertPayment(
  tx: Tx,
  { id, creditId, amount, paidAt, byId }: Entry,
  at: Date,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into collections.entry (id, credit_id, kind, amount, paid_at, by_id, recorded_at)
    values (${id}, ${creditId}, 'payment', ${amount}, ${paidAt}, ${byId}, ${at})
    on conflict (id) do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** Sets what is paid of a credit, and what follows from it: whether it is paid, and when it is due next. */
async function setPaid(tx: Tx, credit: CreditRow, paid: bigint): Promise<CreditRow> {
  const isOpen = credit.status === 'active' || credit.status === 'paid';
  const status = isOpen ? (paid >= credit.principal ? 'paid' : 'active') : credit.status;
  const installments = (await installmentsOf(tx, [credit.id])).get(credit.id) ?? [];
  const due = nextDueOn({ ...termsOf({ ...credit, status, paid }, installments) });
  await sql`update collections.credit set paid = ${paid}, status = ${status}, next_due_on = ${due}::date
    where id = ${credit.id}`.execute(tx);
  return { ...credit, paid, status, nextDueOn: due };
}

function noticesOf(
  credit: CreditRow,
  { entry, isCollector }: { entry: Entry; isCollector: boolean },
): Told[] {
  const { id: creditId, currency, debtorId, debtorName, collectorId } = credit;
  const payload = {
    paymentId: entry.id,
    creditId,
    debtor: { id: debtorId, name: debtorName },
    amount: Number(entry.amount),
    currency,
    balance: Number(credit.principal - credit.paid),
    by: entry.byId,
  };
  const recipients = new Set([
    ...(isCollector ? [entry.byId] : []),
    ...(collectorId === null ? [] : [collectorId]),
  ]);
  return [...recipients].map((recipientId) => ({
    recipientId,
    dedupKey: `payment:${entry.id}`,
    type: 'payment.received' as const,
    payload,
  }));
}

function isSame(before: Entry, asked: Entry): boolean {
  return (
    before.creditId === asked.creditId &&
    before.amount === asked.amount &&
    before.paidAt.getTime() === asked.paidAt.getTime()
  );
}

const mismatch = (id: string) =>
  problem('idempotency.mismatch', `The payment ${id} was recorded with another credit, amount or time.`);

/** A payment as people see it. */
export function onWire(entry: EntryRow, { principal, paid, currency }: CreditRow): Payment {
  return {
    id: entry.id,
    creditId: entry.creditId,
    amount: Number(entry.amount),
    currency,
    paidAt: entry.paidAt.toISOString(),
    by: entry.byId,
    recordedAt: entry.recordedAt.toISOString(),
    reversedAt: entry.reversedAt?.toISOString() ?? null,
    balance: Number(principal - paid),
  };
}
