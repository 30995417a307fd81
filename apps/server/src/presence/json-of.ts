import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** The array that a statement gives as text in its column `json`; empty where it gives null. */
export async function jsonOf<T>(db: DbOrTx, statement: RawBuilder<unknown>): Promise<T[]> {
  const { rows } = await sql<{ json: string | null }>`${statement}`.execute(db);
  return JSON.parse(rows[0]?.json ?? '[]') as T[];
}
