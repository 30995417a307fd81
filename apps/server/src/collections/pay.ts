import { noonsIn } from '@latido/core';
import type { NewPayment, NoticeContent, NoticePayload, Payment } from '@latido/protocol';
import { sql } from 'kysely';
import { notifyAll } from '../inbox/index.ts';
import { newId, problem, type Clock, type Config, type Db, type Tx } from '../platform/index.ts';
import { setStanding } from './close-credit.ts';
import type { Doing } from './open-credit.ts';
import type { Who } from './ports.ts';
import { lockCredit, writeEvent, type CreditRow } from './store.ts';
import type { Told } from './telling.ts';
import { whoCollect } from './who-collects.ts';

/** What recording needs. */
export interface PayDeps {
  readonly db: Db;
  readonly access: Pick<Who, 'personsById'>;
  readonly clock: Pick<Clock, 'now'>;
  /** By whose clocks a day alone is meant. */
  readonly settings: Pick<Config['collections'], 'timeZone'>;
  /** Throws for who may not touch this credit. */
  readonly mayTouch: (credit: CreditRow) => void;
  /** Whether whoever records it is a collector, who is told as well. */
  readonly isCollector: boolean;
}

/** A payment as it is kept. */
export interface EntryRow {
  id: string;
  creditId: string;
  amount: bigint;
  paidAt: Date;
  byId: string;
  method: Payment['method'];
  recordedAt: Date;
  reversedAt: Date | null;
}

/** A phone's clock may be this far ahead, its day a day ahead of ours; a payment that lies beyond would be counted in a month to come. */
const CLOCK_AHEAD_MS_MAX = 24 * 3_600_000;

/** Whether a payment of this instant is one that has not been made. */
export const isAhead = (paidAt: Date, now: number): boolean => paidAt.getTime() > now + CLOCK_AHEAD_MS_MAX;

const isDay = (given: string): boolean => given.length === '2026-01-05'.length;

const notYet = (paidAt: Date) =>
  problem(
    'request.invalid',
    `body.paidAt: ${paidAt.toISOString()} lies ahead; set the clock right, or give the day of the payment.`,
  );

/**
 * Records a payment, once under its id. What is over the balance is kept: the debtor has it to their credit.
 *
 * @returns `telling` null when it was recorded before
 * @throws credit.not_found, credit.not_yours, idempotency.mismatch
 */
export async function recordPayment(
  { db, access, clock, settings, mayTouch, isCollector }: PayDeps,
  asked: NewPayment,
  doing: Doing,
): Promise<{ payment: Payment; telling: Telling | null }> {
  const { id = newId('payment'), method = null } = asked;
  const amount = BigInt(asked.amount);
  const { paidAt: given } = asked;
  const paidAt = new Date(isDay(given) ? noonsIn(settings.timeZone)(given) : given);
  if (isAhead(paidAt, clock.now())) throw notYet(paidAt);
  return await db.transaction().execute(async (tx) => {
    const credit = await lockCredit(tx, asked.creditId);
    mayTouch(credit);
    const entry = { id, creditId: credit.id, amount, paidAt, byId: doing.byId, method };
    const isNew = await insertPayment(tx, entry, doing.at);
    if (!isNew) {
      const before = await paymentById(tx, id);
      if (!before || !isSame(before, entry)) throw mismatch(id);
      return { payment: onWire(before, credit), telling: null };
    }
    if (credit.paid + amount > BigInt(Number.MAX_SAFE_INTEGER))
      throw problem('request.invalid', 'body.amount: with it, more is paid than can be counted exactly.');
    const after = await setStanding(tx, credit, { paid: credit.paid + amount });
    await writeEvent(tx, {
      creditId: credit.id,
      ...doing,
      what: 'paid',
      detail: { paymentId: id, amount: asked.amount, method },
    });
    const telling = receivedOf(await asCollected(access, tx, after), { entry, isCollector });
    await notifyAll(tx, telling.told, clock);
    return { payment: onWire({ ...entry, recordedAt: doing.at, reversedAt: null }, after), telling };
  });
}

/**
 * Takes a payment back by an entry of its own, with a reason.
 *
 * @throws payment.not_found, payment.reversed, credit.not_yours
 */
export async function reversePayment(
  { db, access, clock, mayTouch }: Omit<PayDeps, 'isCollector' | 'settings'>,
  { id, reason }: { id: string; reason: string },
  doing: Doing,
): Promise<{ payment: Payment; telling: Telling }> {
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
    const after = await setStanding(tx, credit, { paid: credit.paid - payment.amount });
    await writeEvent(tx, {
      creditId: credit.id,
      ...doing,
      what: 'reversed',
      detail: { paymentId: id, amount: Number(payment.amount), reason },
    });
    const telling = reversedOf(await asCollected(access, tx, after), { payment, reason, byId: doing.byId });
    await notifyAll(tx, telling.told, clock);
    return { payment: onWire({ ...payment, reversedAt: doing.at }, after), telling };
  });
}

/** The payments of a credit, oldest first. */
export async function paymentsOf(db: Db, creditId: string): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.credit_id as "creditId", e.amount, e.paid_at as "paidAt", e.by_id as "byId", e.method,
      e.recorded_at as "recordedAt", r.recorded_at as "reversedAt"
    from collections.entry e left join collections.entry r on r.reverses = e.id
    where e.credit_id = ${creditId} and e.kind = 'payment' order by e.recorded_at, e.id`.execute(db);
  return rows;
}

async function paymentById(tx: Tx, id: string): Promise<EntryRow | null> {
  const { rows } = await sql<EntryRow>`
    select e.id, e.credit_id as "creditId", e.amount, e.paid_at as "paidAt", e.by_id as "byId", e.method,
      e.recorded_at as "recordedAt", r.recorded_at as "reversedAt"
    from collections.entry e left join collections.entry r on r.reverses = e.id
    where e.id = ${id} and e.kind = 'payment'`.execute(tx);
  return rows[0] ?? null;
}

type Entry = Omit<EntryRow, 'recordedAt' | 'reversedAt'>;

async function insertPayment(
  tx: Tx,
  { id, creditId, amount, paidAt, byId, method }: Entry,
  at: Date,
): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    insert into collections.entry (id, credit_id, kind, amount, paid_at, by_id, method, recorded_at)
    values (${id}, ${creditId}, 'payment', ${amount}, ${paidAt}, ${byId}, ${method}, ${at})
    on conflict (id) do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** A credit as nobody's, if who has it does not collect any more. */
async function asCollected(access: PayDeps['access'], tx: Tx, credit: CreditRow): Promise<CreditRow> {
  const collectors = await whoCollect({ access }, tx, [credit.collectorId]);
  return { ...credit, collectorId: collectors.get(credit.collectorId ?? '')?.id ?? null };
}

/** What happened, and who is told of it in their inbox. */
export interface Telling {
  readonly event: NoticeContent;
  readonly told: readonly Told[];
}

function receivedOf(
  credit: CreditRow,
  { entry, isCollector }: { entry: Entry; isCollector: boolean },
): Telling {
  const payload = { ...aboutPayment(credit, entry), by: entry.byId };
  const event = { type: 'payment.received', payload } as const;
  const recipients = new Set([isCollector ? entry.byId : null, credit.collectorId]);
  const told = [...recipients].flatMap((recipientId): Told[] =>
    recipientId === null ? [] : [{ ...event, recipientId, dedupKey: `payment:${entry.id}` }],
  );
  return { event, told };
}

/** Whoever was told of the payment is told that it was taken back, and who collects from the debtor now. */
function reversedOf(
  credit: CreditRow,
  { payment, reason, byId }: { payment: EntryRow; reason: string; byId: string },
): Telling {
  const payload = { ...aboutPayment(credit, payment), by: byId, reason };
  const event = { type: 'payment.reversed', payload } as const;
  const { collectorId } = credit;
  const dedupKey = `reversed:${payment.id}`;
  const wasTold = { onlyAfter: [`payment:${payment.id}`] };
  return {
    event,
    told: [
      ...(collectorId === null ? [] : [{ ...event, recipientId: collectorId, dedupKey }]),
      ...(payment.byId === collectorId
        ? []
        : [{ ...event, recipientId: payment.byId, dedupKey, ...wasTold }]),
    ],
  };
}

function aboutPayment(
  { id: creditId, currency, debtorId, debtorName, principal, paid }: CreditRow,
  { id: paymentId, amount }: Pick<Entry, 'id' | 'amount'>,
): Omit<NoticePayload<'payment.received'>, 'by'> {
  return {
    paymentId,
    creditId,
    debtor: { id: debtorId, name: debtorName },
    amount: Number(amount),
    currency,
    balance: Number(principal - paid),
  };
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
export function onWire(
  entry: EntryRow,
  { principal, paid, currency }: Pick<CreditRow, 'principal' | 'paid' | 'currency'>,
): Payment {
  return {
    id: entry.id,
    creditId: entry.creditId,
    amount: Number(entry.amount),
    currency,
    paidAt: entry.paidAt.toISOString(),
    method: entry.method,
    by: entry.byId,
    recordedAt: entry.recordedAt.toISOString(),
    reversedAt: entry.reversedAt?.toISOString() ?? null,
    balance: Number(principal - paid),
  };
}
