/**
 * Where the focus goes by a key, from the place `at` among `count` things that stand in rows of `columns`; null for a key that leads
 * nowhere. Up and down keep the column, and stay where there is no row.
 */
export function nextPlace(
  key: string,
  { at, count, columns }: { readonly at: number; readonly count: number; readonly columns: number },
): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const by = new Map([
    ['ArrowRight', 1],
    ['ArrowLeft', -1],
    ['ArrowDown', columns],
    ['ArrowUp', -columns],
  ]).get(key);
  if (by === undefined) return null;
  const to = at + by;
  return to >= 0 && to < count ? to : at;
}
