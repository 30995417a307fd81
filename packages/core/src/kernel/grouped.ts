/** Puts together what has the same key. */
export function grouped<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const had = groups.get(keyOf(item));
    if (had === undefined) groups.set(keyOf(item), [item]);
    else had.push(item);
  }
  return groups;
}
