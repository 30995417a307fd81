import type { DbOrTx } from '../platform/index.ts';
import type { Collector, Who } from './ports.ts';

/**
 * Of these people, those who collect: a debtor who was given to somebody who is banned, or is no collector any more, has nobody until who
 * lends gives them to somebody else.
 */
export async function whoCollect(
  { access }: { readonly access: Pick<Who, 'personsById'> },
  db: DbOrTx,
  ids: Iterable<string | null>,
): Promise<ReadonlyMap<string, Collector>> {
  const asked = [...new Set(ids)].filter((id) => id !== null);
  const people = asked.length === 0 ? [] : [...(await access.personsById(db, asked)).values()];
  return new Map(people.filter(doesCollect).map((person) => [person.id, person]));
}

const doesCollect = ({ roles, bannedAt }: Collector): boolean =>
  roles.includes('collector') && bannedAt === null;
