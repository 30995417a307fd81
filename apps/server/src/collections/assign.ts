import type { Assignment, NewAssignment, NewAssignments } from '@latido/protocol';
import { sql } from 'kysely';
import { notifyAll, notifyMany } from '../inbox/index.ts';
import { newId, problem, type Clock, type Db, type Tx } from '../platform/index.ts';
import type { Doing } from './open-credit.ts';
import type { Who } from './ports.ts';
import { lockDebtor, type DebtorRow } from './store.ts';
import type { Told } from './telling.ts';

interface AssignDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Gives a debtor to a collector. Given to the one who has them, nothing changes and nobody is told.
 *
 * @throws debtor.not_found, person.not_found, request.invalid when that person collects from nobody
 */
export async function assign(
  deps: AssignDeps,
  { debtorId, collectorId }: NewAssignment,
  doing: Doing,
): Promise<{ assignment: Assignment; told: Told[] }> {
  const collector = await collectorNamed(deps, collectorId);
  return await deps.db.transaction().execute(async (tx) => {
    const given = await give(tx, { debtorId, collector, doing });
    await notifyAll(tx, given.told, deps.clock);
    return given;
  });
}

/**
 * Gives many debtors to a collector: all of them, or none.
 *
 * @throws as {@link assign}
 */
export async function assignMany(
  deps: AssignDeps,
  { debtorIds, collectorId }: NewAssignments,
  doing: Doing,
): Promise<{ assigned: number; unchanged: number; told: Told[] }> {
  const collector = await collectorNamed(deps, collectorId);
  return await deps.db.transaction().execute(async (tx) => {
    const told: Told[] = [];
    let assigned = 0;
    // In the order of their ids, as all who lock debtors do.
    const ids = [...new Set(debtorIds)].toSorted();
    for (const debtorId of ids) {
      const given = await give(tx, { debtorId, collector, doing });
      told.push(...given.told);
      if (given.told.length > 0) assigned += 1;
    }
    await notifyMany(tx, told, deps.clock);
    return { assigned, unchanged: ids.length - assigned, told };
  });
}

async function give(
  tx: Tx,
  { debtorId, collector, doing }: { debtorId: string; collector: string; doing: Doing },
): Promise<{ assignment: Assignment; told: Told[] }> {
  const debtor = await lockDebtor(tx, debtorId);
  const previous = debtor.collectorId;
  const since = await switchTo(tx, { debtor, collectorId: collector, doing });
  const assignment = { debtorId: debtor.id, collectorId: collector, since: since.toISOString(), previous };
  if (previous === collector) return { assignment, told: [] };
  const payload = {
    debtorId: debtor.id,
    name: debtor.name,
    collectorId: collector,
    by: doing.byId,
    previous,
  };
  const told = [collector, ...(previous === null ? [] : [previous])].map((recipientId) => ({
    recipientId,
    dedupKey: `assigned:${debtor.id}:${since.getTime()}`,
    type: 'client.assigned' as const,
    payload,
  }));
  return { assignment, told };
}

/** @throws person.not_found, request.invalid */
export async function collectorNamed(
  { db, access }: Pick<AssignDeps, 'db' | 'access'>,
  named: string,
): Promise<string> {
  const id = (await access.personIdsNamed([named])).get(named);
  const person = id === undefined ? undefined : (await access.personsById(db, [id])).get(id);
  if (!person) throw problem('person.not_found', `There is no person ${named.slice(0, 64)}.`);
  if (person.roles.includes('collector')) return person.id;
  throw problem('request.invalid', `body.collectorId: ${person.name} has not the role collector.`);
}

async function switchTo(
  tx: Tx,
  { debtor, collectorId, doing }: { debtor: DebtorRow; collectorId: string; doing: Doing },
): Promise<Date> {
  const { rows } = await sql<{ since: Date; collector_id: string }>`
    select since, collector_id from collections.assignment where debtor_id = ${debtor.id} and until is null`.execute(
    tx,
  );
  if (rows[0]?.collector_id === collectorId) return rows[0].since;
  await sql`update collections.assignment set until = ${doing.at} where debtor_id = ${debtor.id} and until is null`.execute(
    tx,
  );
  await sql`insert into collections.assignment (id, debtor_id, collector_id, by_id, since)
    values (${newId('assignment')}, ${debtor.id}, ${collectorId}, ${doing.byId}, ${doing.at})`.execute(tx);
  return doing.at;
}
