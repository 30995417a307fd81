import type { Interval } from '@latido/core';
import type { Access } from '../access/index.ts';
import type { Db } from '../platform/index.ts';

/**
 * Until LiveKit has told a name, a person of ours has their own. Whoever looks like one of ours by their identity, and is
 * none, is who their identity says: other apps on the same LiveKit may write theirs as we do (ATT-13).
 */
export async function named(
  { access, db }: { readonly access: Pick<Access, 'personsById'>; readonly db: Db },
  intervals: readonly Interval[],
): Promise<Interval[]> {
  const told = new Set(intervals.flatMap(({ personId }) => personId ?? []));
  const people = await access.personsById(db, [...told]);
  return intervals.map((one) => {
    const person = people.get(one.personId ?? '');
    const name = one.name === '' ? (person?.name ?? '') : one.name;
    return { ...one, name, personId: person === undefined ? null : one.personId };
  });
}
