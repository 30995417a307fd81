import { faultOfInstallments, nextDueOn } from '@latido/core';
import type { NewCredit, NewDebtor } from '@latido/protocol';
import { sql } from 'kysely';
import { newId, problem, type Db, type Tx } from '../platform/index.ts';
import { creditById, lockDebtor, writeEvent, type CreditRow, type DebtorRow } from './store.ts';

/** By whom and when something is done. */
export interface Doing {
  readonly byId: string;
  readonly at: Date;
}

/**
 * Makes a debtor.
 *
 * @throws external_id.taken
 */
export async function addDebtor(db: Db, made: NewDebtor, { byId, at }: Doing): Promise<DebtorRow> {
  const { name, phone = null, zone = null, externalId = null } = made;
  const id = newId('debtor');
  const { rows } = await sql<{ id: string }>`
    insert into collections.debtor (id, external_id, name, phone, zone, created_by, created_at)
    values (${id}, ${externalId}, ${name}, ${phone}, ${zone}, ${byId}, ${at})
    on conflict (external_id) do nothing returning id`.execute(db);
  if (rows.length === 0) throw taken('debtor', externalId);
  return { id, externalId, name, phone, zone, collectorId: null };
}

/**
 * Gives a credit to a debtor.
 *
 * @throws debtor.not_found, external_id.taken, request.invalid when the installments do not fit
 */
export async function openCredit(db: Db, made: NewCredit, doing: Doing): Promise<CreditRow> {
  return await db.transaction().execute(async (tx) => {
    const debtor = await lockDebtor(tx, made.debtorId, 'share');
    const id = await insertCredit(tx, { made, debtorId: debtor.id, doing });
    const credit = await creditById(tx, id);
    if (!credit) throw new Error(`credit ${id} was not written`);
    return credit;
  });
}

async function insertCredit(
  tx: Tx,
  { made, debtorId, doing }: { made: NewCredit; debtorId: string; doing: Doing },
): Promise<string> {
  const { currency, endDate, externalId = null } = made;
  const principal = BigInt(made.amount);
  const installments = (made.installments ?? []).map(({ dueOn, amount }) => ({
    dueOn,
    amount: BigInt(amount),
  }));
  const fault = faultOfInstallments(principal, installments, endDate);
  if (fault !== null) throw problem('request.invalid', `body.installments: ${fault}.`);
  const due = nextDueOn({ principal, endsOn: endDate, installments, paid: 0n, isActive: true });
  const id = newId('credit');
  const { rows } = await sql<{ id: string }>`
    insert into collections.credit
      (id, external_id, debtor_id, principal, currency, ends_on, next_due_on, created_by, created_at)
    values (${id}, ${externalId}, ${debtorId}, ${principal}, ${currency}, ${endDate}::date, ${due}::date, ${doing.byId},
      ${doing.at}) on conflict (external_id) do nothing returning id`.execute(tx);
  if (rows.length === 0) throw taken('credit', externalId);
  await sql`insert into collections.installment (credit_id, number, due_on, amount)
    select ${id}, place, due_on, amount
    from unnest(${installments.map(({ dueOn }) => dueOn)}::date[], ${installments.map(({ amount }) => String(amount))}::bigint[])
      with ordinality as part (due_on, amount, place)`.execute(tx);
  await writeEvent(tx, { creditId: id, ...doing, what: 'opened', detail: { amount: made.amount, currency } });
  return id;
}

function taken(what: string, externalId: string | null) {
  return problem('external_id.taken', `There is a ${what} ${externalId ?? ''} already.`);
}
