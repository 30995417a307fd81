import { SETTINGS } from './settings.ts';

const PREFIX = 'LATIDO_';

/** A sentence for each `LATIDO_*` that is not a setting, with the nearest that is. */
export function* unknownNames(names: readonly string[]): Generator<string> {
  const known = SETTINGS.map(({ key }) => key);
  const forPeople = known.filter((key) => !/^LATIDO_(TEST_|LAUNCHER$)/.test(key));
  for (const name of names) {
    // What only tests read does not concern a server that they start.
    if (!name.startsWith(PREFIX) || name.startsWith('LATIDO_TEST_') || known.includes(name)) continue;
    const near = forPeople
      .map((key) => ({ key, far: Math.min(distance(name, key), distance(name.slice(PREFIX.length), key)) }))
      .sort((a, b) => a.far - b.far)[0];
    yield `${name} is not a setting. Did you mean ${near?.key}? (npx latido config prints all.)`;
  }
}

/** Edits from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
