import { nextDueOn, statusOf } from '@latido/core';
import { sql } from 'kysely';
import { newId, problem, type Tx } from '../../platform/index.ts';
import { closedAs } from '../close-credit.ts';
import type { Doing } from '../open-credit.ts';
import { creditsByIds, installmentsOf, termsOf } from '../store.ts';
import { isTooMuch } from './check-payments.ts';
import { lockRows, rangesOf } from './in-pages.ts';

/** Writes the payments of a file. */
export async function writePayments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockCreditsOf(tx, id);
  await sql`insert into collections.entry (id, credit_id, kind, amount, paid_at, method, by_id, recorded_at)
    select l.made_id, l.vals ->> 'creditId', 'payment', (l.vals ->> 'amount')::bigint, (l.vals ->> 'paidAt')::timestamptz,
      l.vals ->> 'method', ${byId}, ${at}
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
  await sql`insert into collections.event (credit_id, at, by_id, what, detail)
    select l.vals ->> 'creditId', ${at}, ${byId}, 'paid', jsonb_build_object('paymentId', l.made_id, 'amount', l.vals -> 'amount',
      'method', l.vals -> 'method', 'import', ${id}::text)
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
  for await (const payments of standingPayments(tx, id)) await addToStandings(tx, payments, 1n);
}

/** Reverses the payments of a file that stand. */
export async function reversePayments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockCreditsOf(tx, id);
  const reason = `Import ${id} undone`;
  for await (const payments of standingPayments(tx, id)) {
    const reversals = payments.map((payment) => ({ id: newId('payment'), reverses: payment.id }));
    await sql`insert into collections.entry (id, credit_id, kind, amount, paid_at, reverses, reason, by_id, recorded_at)
      select r.id, e.credit_id, 'reversal', e.amount, e.paid_at, e.id, ${reason}, ${byId}, ${at}
      from jsonb_to_recordset(${JSON.stringify(reversals)}::jsonb) as r (id text, reverses text)
        join collections.entry e on e.id = r.reverses`.execute(tx);
    await sql`insert into collections.event (credit_id, at, by_id, what, detail)
      select e.credit_id, ${at}, ${byId}, 'reversed',
        jsonb_build_object('paymentId', e.id, 'amount', e.amount, 'reason', ${reason}::text)
      from jsonb_to_recordset(${JSON.stringify(reversals)}::jsonb) as r (id text, reverses text)
        join collections.entry e on e.id = r.reverses`.execute(tx);
    await addToStandings(tx, payments, -1n);
  }
}

/** Locks the credits of a file's payments, in the order of their ids. */
async function lockCreditsOf(tx: Tx, id: string): Promise<void> {
  await lockRows(
    tx,
    sql`select c.id from collections.credit c where c.id in
    (select l.vals ->> 'creditId' from collections.import_line l where l.import_id = ${id})
    order by c.id for update`,
  );
}

interface Standing {
  readonly id: string;
  readonly creditId: string;
  readonly amount: bigint;
}

/** The payments of a file that nobody has taken back, by its lines. */
async function* standingPayments(tx: Tx, importId: string): AsyncGenerator<readonly Standing[]> {
  for await (const [after, to] of rangesOf(tx, importId)) {
    const { rows } = await sql<{ id: string; creditId: string; amount: bigint }>`
      select e.id, e.credit_id as "creditId", e.amount
      from collections.import_line l join collections.entry e on e.id = l.made_id
      where l.import_id = ${importId} and l.line > ${after} and l.line <= ${to}
        and not exists (select 1 from collections.entry r where r.reverses = e.id)
      order by l.line`.execute(tx);
    yield rows;
  }
}

/** Adds payments to what is paid of their credits, or takes them away, and reckons what follows. */
async function addToStandings(tx: Tx, payments: readonly Standing[], sign: 1n | -1n): Promise<void> {
  const added = new Map<string, bigint>();
  for (const { creditId, amount } of payments)
    added.set(creditId, (added.get(creditId) ?? 0n) + sign * amount);
  const ids = [...added.keys()];
  const credits = await creditsByIds(tx, ids);
  const installments = await installmentsOf(tx, ids);
  const rows = credits.map((credit) => {
    const paid = credit.paid + (added.get(credit.id) ?? 0n);
    // Something was paid between the reading and the writing.
    if (isTooMuch(paid))
      throw problem('request.invalid', `With this file more is paid of ${credit.id} than can be counted.`);
    const status = statusOf({ principal: credit.principal, paid }, closedAs(credit));
    const terms = termsOf({ ...credit, paid, status }, installments.get(credit.id));
    return { id: credit.id, paid: String(paid), status, due: nextDueOn(terms) };
  });
  await sql`update collections.credit c set paid = r.paid, status = r.status, next_due_on = r.due,
      promised_on = case when r.paid > c.paid then null else c.promised_on end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, paid bigint, status text, due date)
    where c.id = r.id`.execute(tx);
}
