import { describe, expect, it } from 'vitest';
import { sortedRows, sortingAfter } from './sorting.ts';

const same = <Key>(key: Key): Key => key;

describe('sorting a table', () => {
  it('[WEB-SORT] words in the order of the language, figures by their size', () => {
    expect(
      sortedRows(['Óscar', 'Pia', 'ñandú', 'Nora'], { keyOf: same, direction: 'ascending', locale: 'es' }),
    ).toEqual(['Nora', 'ñandú', 'Óscar', 'Pia']);
    expect(sortedRows([9, 100, 20], { keyOf: same, direction: 'descending', locale: 'en' })).toEqual([
      100, 20, 9,
    ]);
  });

  it('[WEB-SORT] a first press gives names from A on and figures from the highest, a second turns it round', () => {
    expect(sortingAfter(null, 'with', 'Bob').direction).toBe('ascending');
    expect(sortingAfter({ id: 'with', direction: 'ascending' }, 'coins', 10).direction).toBe('descending');
    expect(sortingAfter({ id: 'coins', direction: 'descending' }, 'coins', 10).direction).toBe('ascending');
  });
});
