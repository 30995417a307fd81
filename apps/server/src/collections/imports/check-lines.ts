import type { ImportKind } from '@latido/core';
import { sql } from 'kysely';
import { newId, type Clock, type Db } from '../../platform/index.ts';
import type { Who } from '../ports.ts';
import { refuseUncountable } from './check-payments.ts';
import { refuse, textOf, type ReadLine } from './read-line.ts';

/** Lines that belong together. */
export interface LinesToCheck {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly lines: ReadLine[];
  /** What the payments of the file come to, up to them; counted on. */
  readonly paid: { sum: bigint };
}

export interface CheckLinesDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly access: Pick<Who, 'personIdsNamed' | 'personsById'>;
}

const IDS = { debtors: 'debtor', credits: 'credit', payments: 'payment', assignments: 'assignment' } as const;

/** Which column must be there once in a file, and what it is called in the database. */
const ONCE: Readonly<Record<ImportKind, string>> = {
  debtors: 'externalId',
  credits: 'externalId',
  payments: 'id',
  assignments: 'debtorId',
};

/**
 * Compares lines with what is there: who is named must exist, what is made must not. Ids are replaced by ours, so that what is written
 * later is what was checked now.
 */
export async function checkLines(
  deps: CheckLinesDeps,
  { importId, kind, lines, paid }: LinesToCheck,
): Promise<void> {
  if (kind === 'credits' || kind === 'assignments')
    await resolve(lines, 'debtorId', (ids) => debtorIds(deps.db, ids));
  if (kind === 'payments') await resolve(lines, 'creditId', (ids) => creditIds(deps.db, ids));
  if (kind === 'assignments') await resolve(lines, 'collectorId', (ids) => collectorIds(deps, ids));
  if (kind !== 'assignments') await refuseTaken(deps.db, kind, lines);
  await refuseTwice(deps.db, { importId, kind, lines });
  if (kind === 'payments') await refuseUncountable(deps, lines, paid);
  for (const line of lines) {
    if (line.fault !== null) continue;
    const own = kind === 'payments' ? line.vals?.['id'] : undefined;
    line.madeId = typeof own === 'string' ? own : newId(IDS[kind]);
  }
}

/** Puts our id in place of the one in the file. */
async function resolve(
  lines: readonly ReadLine[],
  column: string,
  known: (ids: string[]) => Promise<Map<string, string>>,
): Promise<void> {
  const found = await known([...new Set(lines.flatMap((line) => textOf(line, column) ?? []))]);
  for (const line of lines) {
    const named = textOf(line, column);
    if (named === null || line.fault !== null) continue;
    const id = found.get(named);
    if (id === undefined) refuse(line, column, 'unknown');
    else line.vals = { ...line.vals, [column]: id };
  }
}

async function debtorIds(db: Db, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ named: string; id: string }>`
    select a.named, coalesce(o.id, t.id) as id from unnest(${ids}::text[]) as a (named)
      left join collections.debtor o on o.id = a.named left join collections.debtor t on t.external_id = a.named
    where coalesce(o.id, t.id) is not null`.execute(db);
  return new Map(rows.map(({ named, id }) => [named, id]));
}

async function creditIds(db: Db, ids: string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ named: string; id: string }>`
    select a.named, coalesce(o.id, t.id) as id from unnest(${ids}::text[]) as a (named)
      left join collections.credit o on o.id = a.named left join collections.credit t on t.external_id = a.named
    where coalesce(o.id, t.id) is not null`.execute(db);
  return new Map(rows.map(({ named, id }) => [named, id]));
}

async function collectorIds({ db, access }: CheckLinesDeps, names: string[]): Promise<Map<string, string>> {
  const named = await access.personIdsNamed(names);
  const people = await access.personsById(db, [...named.values()]);
  return new Map([...named].filter(([, id]) => people.get(id)?.roles.includes('collector')));
}

/** What is there already is not made again. */
async function refuseTaken(
  db: Db,
  kind: Exclude<ImportKind, 'assignments'>,
  lines: readonly ReadLine[],
): Promise<void> {
  const column = ONCE[kind];
  const ids = lines.flatMap((line) => textOf(line, column) ?? []);
  if (ids.length === 0) return;
  const { rows } = await (
    kind === 'debtors'
      ? sql<{
          id: string | null;
        }>`select d.external_id as id from collections.debtor d where d.external_id = any(${ids}::text[])`
      : kind === 'credits'
        ? sql<{
            id: string | null;
          }>`select c.external_id as id from collections.credit c where c.external_id = any(${ids}::text[])`
        : sql<{ id: string }>`select e.id from collections.entry e where e.id = any(${ids}::text[])`
  ).execute(db);
  const taken = new Set(rows.map(({ id }) => id));
  for (const line of lines)
    if (line.fault === null && taken.has(textOf(line, column))) refuse(line, column, 'taken');
}

async function refuseTwice(
  db: Db,
  { importId, kind, lines }: { importId: string; kind: ImportKind; lines: readonly ReadLine[] },
): Promise<void> {
  const column = ONCE[kind];
  const keys = lines.flatMap((line) => textOf(line, column) ?? []);
  const { rows } = await sql<{ key: string | null }>`
    select l.key from collections.import_line l where l.import_id = ${importId} and l.key = any(${keys}::text[])`.execute(
    db,
  );
  const seen = new Set(rows.map(({ key }) => key));
  for (const line of lines) {
    const key = textOf(line, column);
    if (line.fault !== null || key === null) continue;
    if (seen.has(key)) refuse(line, column, 'twice');
    seen.add(key);
    line.key = key;
  }
}
