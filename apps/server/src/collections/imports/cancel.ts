import { sql } from 'kysely';
import { problem, type Db } from '../../platform/index.ts';
import { importById } from './import-store.ts';

/** Thrown where an import is read or about to be written that somebody cancelled, or that was taken for one whose reader died. */
export class GivenUp extends Error {
  constructor(id: string) {
    super(`the import ${id} was given up`);
  }
}

/**
 * Says that an import is still being read.
 *
 * @throws GivenUp
 */
export async function goesOn(
  db: Db,
  { id, lines, at }: { id: string; lines: number; at: Date },
): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`update collections.import set lines = lines + ${lines}, beat_at = ${at}
    where id = ${id} and status = 'reading' returning id`.execute(db);
  if (rows.length === 0) throw new GivenUp(id);
}

/**
 * Cancels an import that is being read; whoever reads it stops at the next page. One that is being written is not waited for.
 *
 * @throws import.not_found, import.not_reading
 */
export async function cancelImport(db: Db, id: string, at: Date): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update collections.import b set status = 'cancelled', done_at = ${at}
    where b.id in (select i.id from collections.import i where i.id = ${id} and i.status = 'reading' for update skip locked)
    returning b.id`.execute(db);
  if (rows.length > 0) return;
  const { status } = await importById(db, id);
  throw problem(
    'import.not_reading',
    status === 'reading'
      ? `The import ${id} is being written: undo it when it is done.`
      : `The import ${id} is ${status}: nothing of it is being read.`,
  );
}
