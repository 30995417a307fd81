import { sql } from 'kysely';
import { holdInboxes } from '../../inbox/index.ts';
import type { DbOrTx, Tx } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import type { Told } from '../telling.ts';
import { lockRows, rangesOf } from './in-pages.ts';

/** Gives the debtors of a file to the collectors that it names. */
export async function writeAssignments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockDebtorsOf(tx, id);
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
  const { rows } = await sql<{ id: string }>`
    select distinct r.id from collections.import_line l
      cross join lateral (values (l.vals ->> 'collectorId'), (l.before_id)) as r (id)
    where l.import_id = ${id} and r.id is not null`.execute(tx);
  await holdInboxes(
    tx,
    rows.map((each) => each.id),
  );
}

/** Locks the debtors of a file's assignments, in the order of their ids. */
export async function lockDebtorsOf(tx: Tx, id: string): Promise<void> {
  await lockRows(
    tx,
    sql`select d.id from collections.debtor d where d.id in
    (select l.vals ->> 'debtorId' from collections.import_line l where l.import_id = ${id})
    order by d.id for update`,
  );
}

/** COLL-11 for each debtor who changes hands by a file. */
export async function* handedOver(
  db: DbOrTx,
  id: string,
  { byId }: Pick<Doing, 'byId'>,
): AsyncGenerator<readonly Told[]> {
  for await (const [after, to] of rangesOf(db, id)) {
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
      where l.import_id = ${id} and l.line > ${after} and l.line <= ${to} order by l.line`.execute(db);
    yield rows.flatMap(({ madeId, ...given }) =>
      toBoth([given.collectorId, given.previous], `assigned:${madeId}`, { ...given, by: byId }),
    );
  }
}

/** A debtor who changes hands, told to both who had them and who has them. */
export function toBoth(
  recipients: readonly (string | null)[],
  dedupKey: string,
  payload: Extract<Told, { type: 'client.assigned' }>['payload'],
): Told[] {
  return recipients.flatMap((recipientId): Told[] =>
    recipientId === null ? [] : [{ recipientId, dedupKey, type: 'client.assigned', payload }],
  );
}
