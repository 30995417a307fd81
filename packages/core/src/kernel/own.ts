/** What a table says of a word that came from outside: of `constructor` and the like, which every object has, nothing. */
export function ownOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
