import { blockersOf, blocksAmong, personsById } from '../access/index.ts';
import { peopleOf, seesAll, type Viewer } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';

/** Whom this reader does not read (CHAT-6). */
export async function unread(db: DbOrTx, reader: Viewer): Promise<readonly string[]> {
  if (seesAll(reader)) return [];
  return (await blocksAmong(db, [reader.personId])).get(reader.personId) ?? [];
}

/** Who does not read one of these people, and is sent no event of theirs (CHAT-6): the other way round of {@link unread}. */
export async function notReading(db: DbOrTx, ids: readonly string[]): Promise<readonly string[]> {
  const blockers = await blockersOf(db, ids);
  if (blockers.length === 0) return blockers;
  const people = await personsById(db, blockers);
  return blockers.filter((personId) => !seesAll({ personId, roles: people.get(personId)?.roles ?? [] }));
}

/** Those of them who are of a call. */
export async function amongItsPeople(db: DbOrTx, callId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const people = await peopleOf(db, callId);
  return people.flatMap(({ personId }) => (ids.includes(personId) ? [personId] : []));
}
