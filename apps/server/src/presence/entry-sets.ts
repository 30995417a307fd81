import type { Entry } from './entry.ts';

/** Into the set of that key. */
export function enter(sets: Map<string, Set<Entry>>, key: string, entry: Entry): ReadonlySet<Entry> {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(entry));
  return set;
}

/** Out of the set of that key. */
export function leave(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
}
