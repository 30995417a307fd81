import type { Interval } from '@latido/core';
import type { Access } from '../access/index.ts';
import type { Db } from '../platform/index.ts';

/** Until LiveKit has told a name, a person of ours has their own. */
export async function named(
  { access, db }: { readonly access: Pick<Access, 'personsById'>; readonly db: Db },
  intervals: readonly Interval[],
): Promise<Interval[]> {
  const nameless = intervals.flatMap(({ name, personId }) =>
    name === '' && personId !== null ? [personId] : [],
  );
  const people = await access.personsById(db, [...new Set(nameless)]);
  return intervals.map((one) =>
    one.name === '' ? { ...one, name: people.get(one.personId ?? '')?.name ?? '' } : one,
  );
}
