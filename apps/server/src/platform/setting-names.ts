import { distance } from 'fastest-levenshtein';
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
