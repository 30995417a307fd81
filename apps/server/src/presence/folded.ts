import { FOLD_EDITION } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** The edition by which the stays were folded, or the oldest of them; null where none was. */
export async function foldedBy(db: DbOrTx): Promise<number | null> {
  const { rows } = await sql<{ edition: number }>`select edition from presence.folded`.execute(db);
  return rows[0]?.edition ?? null;
}

/** Stays are folded by this edition from here on; those of an earlier one that are there stay of that. */
export async function noteFolding(tx: Tx): Promise<void> {
  await sql`insert into presence.folded (edition) values (${FOLD_EDITION}) on conflict do nothing`.execute(
    tx,
  );
}

/** All of them are folded anew, by this edition. */
export async function noteFoldedAnew(tx: Tx): Promise<void> {
  await sql`
    insert into presence.folded (edition) values (${FOLD_EDITION})
    on conflict (is_one) do update set edition = excluded.edition`.execute(tx);
}
