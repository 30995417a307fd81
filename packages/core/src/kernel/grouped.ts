/** Puts together what has the same key. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const had = groups.get(keyOf(item));
    if (had === undefined) groups.set(keyOf(item), [item]);
    else had.push(item);
  }
  return groups;
}
