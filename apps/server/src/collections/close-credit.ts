import { nextDueOn, statusOf } from '@latido/core';
import { sql } from 'kysely';
import { problem, type Db, type Tx } from '../platform/index.ts';
import type { Doing } from './open-credit.ts';
import { installmentsOf, lockCredit, termsOf, writeEvent, type CreditRow } from './store.ts';

/** What a credit that nobody asks for any more is closed as. */
export type ClosedAs = 'written_off' | 'cancelled';

/** What a credit is closed as; null for one that is open. */
export const closedAs = ({ status }: Pick<CreditRow, 'status'>): ClosedAs | null =>
  status === 'written_off' || status === 'cancelled' ? status : null;

/**
 * Sets what is paid of a credit and what it is closed as, and what follows: its status, and when it is due next. A promise is kept by
 * whatever is paid.
 */
export async function setStanding(
  tx: Tx,
  credit: CreditRow,
  { paid = credit.paid, closed = closedAs(credit) }: { paid?: bigint; closed?: ClosedAs | null },
): Promise<CreditRow> {
  const status = statusOf({ principal: credit.principal, paid }, closed);
  const installments = (await installmentsOf(tx, [credit.id])).get(credit.id) ?? [];
  const due = nextDueOn(termsOf({ ...credit, status, paid }, installments));
  const promisedOn = paid > credit.paid ? null : credit.promisedOn;
  await sql`update collections.credit set paid = ${paid}, status = ${status}, next_due_on = ${due}::date,
    promised_on = ${promisedOn}::date where id = ${credit.id}`.execute(tx);
  return { ...credit, paid, status, nextDueOn: due, promisedOn };
}

/**
 * Closes a credit: nobody is told of it any more. What is paid of it all the same is kept.
 *
 * @throws credit.not_found, credit.closed when it is paid or closed already
 */
export async function closeCredit(
  db: Db,
  { id, as, reason }: { id: string; as: ClosedAs; reason: string },
  doing: Doing,
): Promise<CreditRow> {
  return await db.transaction().execute(async (tx) => {
    const credit = await lockCredit(tx, id);
    if (credit.status !== 'active')
      throw problem('credit.closed', `The credit ${credit.id} is ${credit.status}, not active.`);
    const after = await setStanding(tx, credit, { closed: as });
    await writeEvent(tx, { creditId: credit.id, ...doing, what: as, detail: { reason } });
    return after;
  });
}

/**
 * Opens a closed credit again.
 *
 * @throws credit.not_found, credit.closed when it was not closed
 */
export async function reopenCredit(
  db: Db,
  { id, reason }: { id: string; reason: string },
  doing: Doing,
): Promise<CreditRow> {
  return await db.transaction().execute(async (tx) => {
    const credit = await lockCredit(tx, id);
    if (closedAs(credit) === null)
      throw problem(
        'credit.closed',
        `The credit ${credit.id} is ${credit.status}: nobody wrote it off or cancelled it.`,
      );
    const after = await setStanding(tx, credit, { closed: null });
    await writeEvent(tx, { creditId: credit.id, ...doing, what: 'reopened', detail: { reason } });
    return after;
  });
}
