import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import { notifyMany } from '../../inbox/index.ts';
import { newId, problem, type Tx } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import { tellMany, type Told } from '../telling.ts';
import { lockCreditsOf, setStandings, type ApplyDeps } from './apply.ts';
import { importById } from './import-store.ts';

/**
 * Takes back what an import has written: debtors and credits are as if they had never been there, payments are reversed, debtors go
 * back to who had them before where nobody has given them on since.
 *
 * @throws import.not_found, import.not_done, import.in_use when something was built on it since
 */
export async function undoImport(deps: ApplyDeps, id: string, doing: Doing): Promise<void> {
  const told = await deps.db.transaction().execute(async (tx) => {
    await sql`select i.id from collections.import i where i.id = ${id} for update`.execute(tx);
    const { kind, status } = await importById(tx, id);
    if (status !== 'done')
      throw problem('import.not_done', `The import ${id} is ${status}: there is nothing to undo.`);
    const notices = (await UNDO[kind](tx, id, doing)) ?? [];
    await notifyMany(tx, notices, deps.clock);
    await sql`update collections.import set status = 'undone', undone_at = ${doing.at}, undone_by = ${doing.byId}
      where id = ${id}`.execute(tx);
    return notices;
  });
  await tellMany(deps, told);
}

type Undo = (tx: Tx, id: string, doing: Doing) => Promise<Told[] | void>;

const UNDO: Readonly<Record<ImportKind, Undo>> = {
  debtors: undoDebtors,
  credits: undoCredits,
  payments: undoPayments,
  assignments: undoAssignments,
};

async function undoDebtors(tx: Tx, id: string): Promise<void> {
  // Whoever gives one of them a credit right now is waited for.
  await sql`select d.id from collections.debtor d where d.id in
    (select l.made_id from collections.import_line l where l.import_id = ${id}) order by d.id for update`.execute(
    tx,
  );
  const { rows } = await sql<{ line: number; count: bigint }>`
    select min(l.line) as line, count(*) as count from collections.import_line l where l.import_id = ${id} and (
      exists (select 1 from collections.credit c where c.debtor_id = l.made_id)
      or exists (select 1 from collections.assignment a where a.debtor_id = l.made_id))`.execute(tx);
  refuseUsed(rows[0], 'have credits or a collector since');
  await sql`delete from collections.debtor d using collections.import_line l
    where l.import_id = ${id} and d.id = l.made_id`.execute(tx);
}

async function undoCredits(tx: Tx, id: string): Promise<void> {
  await sql`select c.id from collections.credit c where c.id in
    (select l.made_id from collections.import_line l where l.import_id = ${id}) order by c.id for update`.execute(
    tx,
  );
  const { rows } = await sql<{ line: number; count: bigint }>`
    select min(l.line) as line, count(*) as count from collections.import_line l where l.import_id = ${id} and (
      exists (select 1 from collections.event e where e.credit_id = l.made_id and e.what <> 'opened'))`.execute(
    tx,
  );
  refuseUsed(rows[0], 'were paid, visited or closed since');
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

async function undoPayments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockCreditsOf(tx, id);
  const { rows } = await sql<{ id: string }>`
    select e.id from collections.import_line l join collections.entry e on e.id = l.made_id
    where l.import_id = ${id} and not exists (select 1 from collections.entry r where r.reverses = e.id) order by l.line`.execute(
    tx,
  );
  const reversals = rows.map((payment) => ({ id: newId('payment'), reverses: payment.id }));
  await sql`insert into collections.entry (id, credit_id, kind, amount, paid_at, reverses, reason, by_id, recorded_at)
    select r.id, e.credit_id, 'reversal', e.amount, e.paid_at, e.id, ${`Import ${id} undone`}, ${byId}, ${at}
    from jsonb_to_recordset(${JSON.stringify(reversals)}::jsonb) as r (id text, reverses text)
      join collections.entry e on e.id = r.reverses`.execute(tx);
  await sql`insert into collections.event (credit_id, at, by_id, what, detail)
    select e.credit_id, ${at}, ${byId}, 'reversed',
      jsonb_build_object('paymentId', e.id, 'amount', e.amount, 'reason', ${`Import ${id} undone`}::text)
    from jsonb_to_recordset(${JSON.stringify(reversals)}::jsonb) as r (id text, reverses text)
      join collections.entry e on e.id = r.reverses`.execute(tx);
  await setStandings(tx, id);
}

/** Whoever had them since and whoever has them again are told (COLL-11). */
async function undoAssignments(tx: Tx, id: string, { byId, at }: Doing): Promise<Told[]> {
  await sql`select d.id from collections.debtor d where d.id in
    (select l.vals ->> 'debtorId' from collections.import_line l where l.import_id = ${id}) order by d.id for update`.execute(
    tx,
  );
  const { rows } = await sql<TakenBack>`
    update collections.assignment a set until = ${at} from collections.import_line l, collections.debtor d
    where l.import_id = ${id} and a.id = l.made_id and a.until is null and d.id = a.debtor_id
    returning a.id, a.debtor_id as "debtorId", d.name, a.collector_id as since, l.before_id as before`.execute(
    tx,
  );
  const given = rows.flatMap(({ debtorId, before }) =>
    before === null ? [] : [{ id: newId('assignment'), debtorId, collectorId: before }],
  );
  await sql`insert into collections.assignment (id, debtor_id, collector_id, by_id, since)
    select r.id, r."debtorId", r."collectorId", ${byId}, ${at}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r (id text, "debtorId" text, "collectorId" text)`.execute(
    tx,
  );
  return rows.flatMap((row) => takenBackNotices(row, byId));
}

interface TakenBack {
  id: string;
  debtorId: string;
  name: string;
  since: string;
  before: string | null;
}

function takenBackNotices({ id, debtorId, name, since, before }: TakenBack, by: string): Told[] {
  const payload = { debtorId, name, collectorId: before, previous: since, by };
  return [since, ...(before === null ? [] : [before])].map((recipientId) => ({
    recipientId,
    dedupKey: `assigned:${id}:undone`,
    type: 'client.assigned',
    payload,
  }));
}
