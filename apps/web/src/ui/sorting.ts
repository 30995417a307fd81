/** By which column a table is sorted, and which way. */
export interface Sorting {
  readonly id: string;
  readonly direction: 'ascending' | 'descending';
}

/** What a row is sorted by. */
export type SortKey = number | string;

/** The rows in order; words as the reader's language orders them, equal ones as they came. */
export function sortedRows<Row>(
  rows: readonly Row[],
  by: { keyOf: (row: Row) => SortKey; direction: Sorting['direction']; locale: string },
): Row[] {
  const { keyOf, direction, locale } = by;
  const words = new Intl.Collator(locale, { numeric: true });
  const sign = direction === 'ascending' ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    return (
      sign * (typeof x === 'number' && typeof y === 'number' ? x - y : words.compare(String(x), String(y)))
    );
  });
}

/** What a press on a heading sorts by: the other way round; anew, words from A on and figures from the highest. */
export function sortingAfter(old: Sorting | null, id: string, example: SortKey | undefined): Sorting {
  if (old?.id === id) return { id, direction: old.direction === 'ascending' ? 'descending' : 'ascending' };
  return { id, direction: typeof example === 'string' ? 'ascending' : 'descending' };
}
