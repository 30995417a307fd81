import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import type { Db } from '../../platform/index.ts';

/** A unique value that another row has, and a row that is named and gone (SQLSTATE). */
const OVERTAKEN = ['23505', '23503'];

/** Whether the writing of a file met what has come or gone since its lines were compared. */
export const isOvertaken = (error: unknown): boolean =>
  OVERTAKEN.includes(String((error as { code?: unknown } | null)?.code));

/** Reports lines of an import that do not fit any more; gives how many. */
type Compare = (db: Db, id: string) => Promise<bigint | undefined>;

const debtorsTaken: Compare = async (db, id) => {
  const done = await sql`update collections.import_line l
    set fault = jsonb_build_object('column', 'externalId', 'code', 'taken', 'seen', left(l.key, 60))
    where l.import_id = ${id} and l.fault is null
      and exists (select 1 from collections.debtor d where d.external_id = l.key)`.execute(db);
  return done.numAffectedRows;
};

const debtorsGone: Compare = async (db, id) => {
  const done = await sql`update collections.import_line l
    set fault = jsonb_build_object('column', 'debtorId', 'code', 'unknown', 'seen', left(l.vals ->> 'debtorId', 60))
    where l.import_id = ${id} and l.fault is null
      and not exists (select 1 from collections.debtor d where d.id = l.vals ->> 'debtorId')`.execute(db);
  return done.numAffectedRows;
};

const creditsTaken: Compare = async (db, id) => {
  const done = await sql`update collections.import_line l
    set fault = jsonb_build_object('column', 'externalId', 'code', 'taken', 'seen', left(l.key, 60))
    where l.import_id = ${id} and l.fault is null
      and exists (select 1 from collections.credit c where c.external_id = l.key)`.execute(db);
  return done.numAffectedRows;
};

const creditsGone: Compare = async (db, id) => {
  const done = await sql`update collections.import_line l
    set fault = jsonb_build_object('column', 'creditId', 'code', 'unknown', 'seen', left(l.vals ->> 'creditId', 60))
    where l.import_id = ${id} and l.fault is null
      and not exists (select 1 from collections.credit c where c.id = l.vals ->> 'creditId')`.execute(db);
  return done.numAffectedRows;
};

const paymentsTaken: Compare = async (db, id) => {
  const done = await sql`update collections.import_line l
    set fault = jsonb_build_object('column', 'id', 'code', 'taken', 'seen', left(l.key, 60))
    where l.import_id = ${id} and l.fault is null
      and exists (select 1 from collections.entry e where e.id = l.key)`.execute(db);
  return done.numAffectedRows;
};

const COMPARE: Readonly<Record<ImportKind, readonly Compare[]>> = {
  debtors: [debtorsTaken],
  credits: [debtorsGone, creditsTaken],
  payments: [creditsGone, paymentsTaken],
  assignments: [debtorsGone],
};

/**
 * Compares a file that fitted anew with what is there by now, and reports each line that does not fit any more, as the reading would have.
 *
 * @returns how many there are
 */
export async function findOvertaken(db: Db, { id, kind }: { id: string; kind: ImportKind }): Promise<number> {
  let found = 0n;
  for (const compare of COMPARE[kind]) found += (await compare(db, id)) ?? 0n;
  return Number(found);
}
