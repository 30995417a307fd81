import { sql } from 'kysely';
import { holdInboxes } from '../../inbox/index.ts';
import { newId, type DbOrTx, type Tx } from '../../platform/index.ts';
import type { Doing } from '../open-credit.ts';
import type { Told } from '../telling.ts';
import { rangesOf } from './in-pages.ts';
import { lockDebtorsOf, toBoth } from './write-assignments.ts';

/**
 * Gives debtors back to who had them before the file, where nobody has given them on since. Who had them by another file that was undone
 * meanwhile is passed over, and what undoing a later file has brought back of this one goes, too: in whatever order files are undone, in
 * the end it is as if they had never been there.
 */
export async function undoAssignments(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  await lockDebtorsOf(tx, id);
  await sql`update collections.assignment a set undone = true from collections.import_line l
    where l.import_id = ${id} and a.id = l.made_id`.execute(tx);
  await sql`update collections.assignment c set until = ${at} from collections.import_line l
    where l.import_id = ${id} and c.debtor_id = l.vals ->> 'debtorId' and c.until is null
      and (c.id = l.made_id or c.restores = l.made_id)`.execute(tx);
  await giveBack(tx, id, { byId, at });
  const { rows } = await sql<{ id: string }>`
    select distinct a.collector_id as id from collections.import_line l
      join collections.assignment a on a.debtor_id = l.vals ->> 'debtorId' and (a.until = ${at} or a.since = ${at})
    where l.import_id = ${id}`.execute(tx);
  await holdInboxes(
    tx,
    rows.map((each) => each.id),
  );
}

/** Brings back what stood before the assignments of a file that were closed just now, a page of its lines at a time. */
async function giveBack(tx: Tx, id: string, { byId, at }: Doing): Promise<void> {
  for await (const [after, to] of rangesOf(tx, id)) {
    const { rows } = await sql<{
      debtorId: string;
      collectorId: string | null;
      restores: string | null;
    }>`
      with recursive closed as (
        select l.line, a.id, a.debtor_id, a.since from collections.import_line l join collections.assignment a on a.id = l.made_id
        where l.import_id = ${id} and l.line > ${after} and l.line <= ${to} and exists (select 1 from collections.assignment c
          where c.debtor_id = a.debtor_id and c.until = ${at} and (c.id = a.id or c.restores = a.id))
      ), before (line, debtor_id, id, since, collector_id, undone) as (
        select c.line, c.debtor_id, c.id, c.since, null::text, true from closed c
        union
        select b.line, b.debtor_id, r.id, r.since, r.collector_id, r.undone
        from before b join collections.assignment p on p.debtor_id = b.debtor_id and p.until = b.since and p.id <> b.id
          join collections.assignment r on r.id = coalesce(p.restores, p.id)
        where b.undone
      )
      select c.debtor_id as "debtorId", b.collector_id as "collectorId", b.id as restores
      from closed c left join lateral (select f.collector_id, f.id from before f
        where f.line = c.line and not f.undone order by f.since desc limit 1) b on true
      order by c.line`.execute(tx);
    const given = rows.flatMap((row) =>
      row.collectorId === null ? [] : [{ ...row, id: newId('assignment') }],
    );
    await sql`insert into collections.assignment (id, debtor_id, collector_id, by_id, since, restores)
      select r.id, r."debtorId", r."collectorId", ${byId}, ${at}, r.restores
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
        as r (id text, "debtorId" text, "collectorId" text, restores text)`.execute(tx);
  }
}

/** Whoever had them since and whoever has them again are told (COLL-11). */
export async function* takenBack(
  db: DbOrTx,
  id: string,
  { byId, at }: Doing,
): AsyncGenerator<readonly Told[]> {
  for await (const [after, to] of rangesOf(db, id)) {
    const { rows } = await sql<{
      id: string;
      debtorId: string;
      name: string;
      collectorId: string | null;
      previous: string;
    }>`
      select c.id, d.id as "debtorId", d.name, r.collector_id as "collectorId", c.collector_id as previous
      from collections.import_line l
        join collections.assignment c on c.debtor_id = l.vals ->> 'debtorId' and c.until = ${at}
          and (c.id = l.made_id or c.restores = l.made_id)
        join collections.debtor d on d.id = c.debtor_id
        left join collections.assignment r on r.debtor_id = c.debtor_id and r.since = ${at} and r.restores is not null
      where l.import_id = ${id} and l.line > ${after} and l.line <= ${to} order by l.line`.execute(db);
    yield rows
      .filter(({ collectorId, previous }) => collectorId !== previous)
      .flatMap(({ id: closed, ...given }) =>
        toBoth([given.previous, given.collectorId], `assigned:${closed}:undone`, { ...given, by: byId }),
      );
  }
}
