import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import { problem, type Tx } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import type { ApplyDeps } from './apply.ts';
import { importById } from './import-store.ts';
import { announcePages, lockRows, notifyPages } from './in-pages.ts';
import { takenBack, undoAssignments } from './undo-assignments.ts';
import { reversePayments } from './write-payments.ts';

/**
 * Takes back what an import has written: debtors and credits are as if they had never been there, payments are reversed, debtors go
 * back to who had them before where nobody has given them on since.
 *
 * @throws import.not_found, import.not_done, import.in_use when something was built on it since
 */
export async function undoImport(deps: ApplyDeps, id: string, doing: Doing): Promise<void> {
  const undone = await deps.db.transaction().execute(async (tx) => {
    await sql`select i.id from collections.import i where i.id = ${id} for update`.execute(tx);
    const { kind, status } = await importById(tx, id);
    if (status !== 'done')
      throw problem('import.not_done', `The import ${id} is ${status}: there is nothing to undo.`);
    await UNDO[kind](tx, id, doing);
    if (kind === 'assignments') await notifyPages(tx, takenBack(tx, id, doing), deps.clock);
    await sql`update collections.import set status = 'undone', undone_at = ${doing.at}, undone_by = ${doing.byId}
      where id = ${id}`.execute(tx);
    return kind;
  });
  if (undone === 'assignments') await announcePages(deps, takenBack(deps.db, id, doing));
}

type Undo = (tx: Tx, id: string, doing: Doing) => Promise<void>;

const UNDO: Readonly<Record<ImportKind, Undo>> = {
  debtors: undoDebtors,
  credits: undoCredits,
  payments: reversePayments,
  assignments: undoAssignments,
};

async function undoDebtors(tx: Tx, id: string): Promise<void> {
  // Whoever gives one of them a credit right now is waited for.
  await lockRows(
    tx,
    sql`select d.id from collections.debtor d where d.id in
    (select l.made_id from collections.import_line l where l.import_id = ${id})
    order by d.id for update`,
  );
  const { rows } = await sql<{ line: number; count: bigint }>`
    select min(l.line) as line, count(*) as count from collections.import_line l where l.import_id = ${id} and (
      exists (select 1 from collections.credit c where c.debtor_id = l.made_id)
      or exists (select 1 from collections.assignment a where a.debtor_id = l.made_id and a.until is null))`.execute(
    tx,
  );
  refuseUsed(rows[0], 'have credits or a collector since');
  // Who is nobody's was given away by files alone that are undone.
  await sql`delete from collections.assignment a using collections.import_line l
    where l.import_id = ${id} and a.debtor_id = l.made_id`.execute(tx);
  await sql`delete from collections.debtor d using collections.import_line l
    where l.import_id = ${id} and d.id = l.made_id`.execute(tx);
}

async function undoCredits(tx: Tx, id: string): Promise<void> {
  await lockRows(
    tx,
    sql`select c.id from collections.credit c where c.id in
    (select l.made_id from collections.import_line l where l.import_id = ${id})
    order by c.id for update`,
  );
  const { rows } = await sql<{ line: number; count: bigint }>`
    select min(l.line) as line, count(*) as count from collections.import_line l where l.import_id = ${id} and (
      exists (select 1 from collections.event e left join collections.import p on p.id = e.detail ->> 'import'
        where e.credit_id = l.made_id and e.what not in ('opened', 'reversed')
          and not (e.what = 'paid' and coalesce(p.status = 'undone', false))))`.execute(tx);
  refuseUsed(rows[0], 'were paid, visited or closed since');
  // What is left was paid by files that are undone: with what took it back it comes to nothing.
  await sql`delete from collections.entry e using collections.import_line l
    where l.import_id = ${id} and e.credit_id = l.made_id`.execute(tx);
  await sql`delete from collections.event e using collections.import_line l
    where l.import_id = ${id} and e.credit_id = l.made_id`.execute(tx);
  await sql`delete from collections.installment p using collections.import_line l
    where l.import_id = ${id} and p.credit_id = l.made_id`.execute(tx);
  await sql`delete from collections.credit c using collections.import_line l
    where l.import_id = ${id} and c.id = l.made_id`.execute(tx);
}

function refuseUsed(used: { line: number; count: bigint } | undefined, how: string): void {
  if (!used || used.count === 0n) return;
  throw problem('import.in_use', `${used.count} of its lines, the first of them line ${used.line}, ${how}.`);
}
