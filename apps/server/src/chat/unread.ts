import { blockersOf, blocksAmong, personsById } from '../access/index.ts';
import { seesAll, type Viewer } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { readersOf } from './circle.ts';

/** Whom this reader does not read (CHAT-6). */
export async function unread(db: DbOrTx, reader: Viewer): Promise<readonly string[]> {
  if (seesAll(reader)) return [];
  return (await blocksAmong(db, [reader.personId])).get(reader.personId) ?? [];
}

/**
 * Who of a call's people does not read one of these, and is sent no event of theirs (CHAT-6): the other way round of {@link unread}. Of these people
 * alone, since everybody may have blocked somebody whom many meet.
 */
export async function notReading(
  db: DbOrTx,
  callId: string,
  ids: readonly string[],
): Promise<readonly string[]> {
  const people = await readersOf(db, callId);
  const blockers = await blockersOf(db, ids, { among: people });
  if (blockers.length === 0) return blockers;
  const named = await personsById(db, blockers);
  return blockers.filter((personId) => !seesAll({ personId, roles: named.get(personId)?.roles ?? [] }));
}

/** Those of them who are of a call. */
export async function amongItsPeople(db: DbOrTx, callId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  return (await readersOf(db, callId)).filter((personId) => ids.includes(personId));
}
