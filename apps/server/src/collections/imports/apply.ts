import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import type { Clock, Db, Hints, Tx } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import type { Announce, Who } from '../ports.ts';
import { GivenUp } from './cancel.ts';
import { announcePages, lockRows, notifyPages } from './in-pages.ts';
import { handedOver, writeAssignments } from './write-assignments.ts';
import { writePayments } from './write-payments.ts';

export interface ApplyDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Hints;
  readonly announce: Announce;
  readonly access: Pick<Who, 'personsById'>;
}

/** Writes everything that a file brings, in one transaction. */
export async function applyImport(
  deps: ApplyDeps,
  { id, kind }: { id: string; kind: ImportKind },
  doing: Doing,
): Promise<void> {
  const { db, clock } = deps;
  await db.transaction().execute(async (tx) => {
    await holdImport(tx, id);
    await WRITE[kind](tx, id, doing);
    if (kind === 'assignments') await notifyPages(tx, handedOver(tx, id, doing), clock);
    await sql`update collections.import set status = 'done', done_at = ${new Date(clock.now())} where id = ${id}`.execute(
      tx,
    );
  });
  if (kind === 'assignments') await announcePages(deps, handedOver(db, id, doing));
}

/** While it is written, however long that takes, nobody takes it for one whose reader died. */
async function holdImport(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select i.id from collections.import i where i.id = ${id} and i.status = 'reading' for update`.execute(tx);
  if (rows.length === 0) throw new GivenUp(id);
}

type Write = (tx: Tx, id: string, doing: Doing) => Promise<void>;

const WRITE: Readonly<Record<ImportKind, Write>> = {
  debtors: writeDebtors,
  credits: writeCredits,
  payments: writePayments,
  assignments: writeAssignments,
};

async function writeDebtors(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await sql`insert into collections.debtor (id, external_id, name, phone, zone, created_by, created_at)
    select l.made_id, l.vals ->> 'externalId', l.vals ->> 'name', l.vals ->> 'phone', l.vals ->> 'zone', ${byId}, ${at}
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
}

async function writeCredits(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockRows(
    tx,
    sql`select d.id from collections.debtor d where d.id in
    (select l.vals ->> 'debtorId' from collections.import_line l where l.import_id = ${id})
    order by d.id for key share`,
  );
  // The first installment is due first, and the end where there are none (COLL-2).
  await sql`insert into collections.credit
      (id, external_id, debtor_id, principal, currency, ends_on, next_due_on, created_by, created_at)
    select l.made_id, l.vals ->> 'externalId', l.vals ->> 'debtorId', (l.vals ->> 'amount')::bigint, l.vals ->> 'currency',
      (l.vals ->> 'endDate')::date, coalesce(l.vals #>> '{installments,0,dueOn}', l.vals ->> 'endDate')::date, ${byId}, ${at}
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
  await sql`insert into collections.installment (credit_id, number, due_on, amount)
    select l.made_id, p.number, (p.part ->> 'dueOn')::date, (p.part ->> 'amount')::bigint
    from collections.import_line l
      cross join lateral jsonb_array_elements(coalesce(l.vals -> 'installments', '[]')) with ordinality as p (part, number)
    where l.import_id = ${id}`.execute(tx);
  await sql`insert into collections.event (credit_id, at, by_id, what, detail)
    select l.made_id, ${at}, ${byId}, 'opened',
      jsonb_build_object('amount', l.vals -> 'amount', 'currency', l.vals -> 'currency', 'import', ${id}::text)
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
}
