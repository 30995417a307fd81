import { nextDueOn, statusOf, type ImportKind } from '@latido/core';
import { sql } from 'kysely';
import { notifyMany } from '../../inbox/index.ts';
import { problem, type Clock, type Db, type Hints, type Tx } from '../../platform/index.ts';
import { closedAs } from '../close-credit.ts';
import type { Doing } from '../open-credit.ts';
import type { Announce, Who } from '../ports.ts';
import { creditsByIds, installmentsOf, termsOf } from '../store.ts';
import { tellMany, type Told } from '../telling.ts';
import { isTooMuch } from './check-payments.ts';

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
  const told = await db.transaction().execute(async (tx) => {
    await holdImport(tx, id);
    await WRITE[kind](tx, id, doing);
    const notices = kind === 'assignments' ? await assignmentNotices(tx, id, doing) : [];
    await notifyMany(tx, notices, clock);
    await sql`update collections.import set status = 'done', done_at = ${new Date(clock.now())} where id = ${id}`.execute(
      tx,
    );
    return notices;
  });
  await tellMany(deps, told);
}

/** While it is written, however long that takes, nobody takes it for one whose reader died. */
async function holdImport(tx: Tx, id: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select i.id from collections.import i where i.id = ${id} and i.status = 'reading' for update`.execute(tx);
  if (rows.length === 0) throw new Error(`the import ${id} was given up meanwhile`);
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
  await sql`select d.id from collections.debtor d where d.id in
    (select l.vals ->> 'debtorId' from collections.import_line l where l.import_id = ${id}) order by d.id for key share`.execute(
    tx,
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

async function writePayments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockCreditsOf(tx, id);
  await sql`insert into collections.entry (id, credit_id, kind, amount, paid_at, method, by_id, recorded_at)
    select l.made_id, l.vals ->> 'creditId', 'payment', (l.vals ->> 'amount')::bigint, (l.vals ->> 'paidAt')::timestamptz,
      l.vals ->> 'method', ${byId}, ${at}
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
  await sql`insert into collections.event (credit_id, at, by_id, what, detail)
    select l.vals ->> 'creditId', ${at}, ${byId}, 'paid', jsonb_build_object('paymentId', l.made_id, 'amount', l.vals -> 'amount',
      'method', l.vals -> 'method', 'import', ${id}::text)
    from collections.import_line l where l.import_id = ${id} order by l.line`.execute(tx);
  await setStandings(tx, id);
}

/** Locks the credits of a file's payments, in the order of their ids. */
export async function lockCreditsOf(tx: Tx, id: string): Promise<void> {
  await sql`select c.id from collections.credit c where c.id in
    (select l.vals ->> 'creditId' from collections.import_line l where l.import_id = ${id}) order by c.id for update`.execute(
    tx,
  );
}

const CREDITS = 1_000;

/** Reckons anew what is paid of the credits of a file, and what follows from it. */
export async function setStandings(tx: Tx, id: string): Promise<void> {
  let after = '';
  for (;;) {
    const { rows } = await sql<{ id: string; paid: bigint }>`
      select e.credit_id as id, sum(case e.kind when 'payment' then e.amount else -e.amount end)::bigint as paid
      from collections.entry e
      where e.credit_id in (select distinct l.vals ->> 'creditId' as credit from collections.import_line l
        where l.import_id = ${id} and l.vals ->> 'creditId' > ${after} order by credit limit ${CREDITS})
      group by e.credit_id order by e.credit_id`.execute(tx);
    const paid = new Map(rows.map((row) => [row.id, row.paid] as const));
    if (paid.size === 0) return;
    await setPage(tx, paid);
    after = [...paid.keys()].at(-1) ?? after;
  }
}

async function setPage(tx: Tx, paid: ReadonlyMap<string, bigint>): Promise<void> {
  const credits = await creditsByIds(tx, [...paid.keys()]);
  const installments = await installmentsOf(tx, [...paid.keys()]);
  const rows = credits.map((credit) => {
    const sum = paid.get(credit.id) ?? 0n;
    // Something was paid between the reading and the writing.
    if (isTooMuch(sum))
      throw problem('request.invalid', `With this file more is paid of ${credit.id} than can be counted.`);
    const status = statusOf({ principal: credit.principal, paid: sum }, closedAs(credit));
    const terms = termsOf({ ...credit, paid: sum, status }, installments.get(credit.id));
    return { id: credit.id, paid: String(sum), status, due: nextDueOn(terms) };
  });
  await sql`update collections.credit c set paid = r.paid, status = r.status, next_due_on = r.due,
      promised_on = case when r.paid > c.paid then null else c.promised_on end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, paid bigint, status text, due date)
    where c.id = r.id`.execute(tx);
}

async function writeAssignments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await sql`select d.id from collections.debtor d where d.id in
    (select l.vals ->> 'debtorId' from collections.import_line l where l.import_id = ${id}) order by d.id for update`.execute(
    tx,
  );
  await sql`update collections.import_line l set before_id = a.collector_id from collections.assignment a
    where l.import_id = ${id} and a.debtor_id = l.vals ->> 'debtorId' and a.until is null`.execute(tx);
  // Given to the one who has them, nothing changes.
  await sql`update collections.assignment a set until = ${at} from collections.import_line l
    where l.import_id = ${id} and a.debtor_id = l.vals ->> 'debtorId' and a.until is null
      and a.collector_id <> l.vals ->> 'collectorId'`.execute(tx);
  await sql`insert into collections.assignment (id, debtor_id, collector_id, by_id, since)
    select l.made_id, l.vals ->> 'debtorId', l.vals ->> 'collectorId', ${byId}, ${at} from collections.import_line l
    where l.import_id = ${id} and l.before_id is distinct from l.vals ->> 'collectorId' order by l.line`.execute(
    tx,
  );
}

/** COLL-11 for each debtor who changed hands. */
async function assignmentNotices(tx: Tx, id: string, { byId }: Doing): Promise<Told[]> {
  const { rows } = await sql<{
    madeId: string;
    debtorId: string;
    name: string;
    collectorId: string;
    previous: string | null;
  }>`
    select a.id as "madeId", d.id as "debtorId", d.name, a.collector_id as "collectorId", l.before_id as previous
    from collections.import_line l join collections.assignment a on a.id = l.made_id
      join collections.debtor d on d.id = a.debtor_id
    where l.import_id = ${id} order by l.line`.execute(tx);
  return rows.flatMap(({ madeId, ...given }) =>
    [given.collectorId, given.previous].flatMap((recipientId): Told[] =>
      recipientId === null
        ? []
        : [
            {
              recipientId,
              dedupKey: `assigned:${madeId}`,
              type: 'client.assigned',
              payload: { ...given, by: byId },
            },
          ],
    ),
  );
}
