import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fold } from './builders.testing.ts';
import { FOLD_EDITION } from './edition.ts';
import { history } from './history.testing.ts';

/** What the histories come to by the edition. Where this fails the same facts come to something else: count it up, and write the new one down. */
const FOLDED = { edition: 2, digest: '343992e4c833e1ff' };

test('[PRES-R55] what facts come to is what their edition has always made of them', () => {
  const digest = createHash('sha256');
  for (const facts of fc.sample(history, { seed: 1, numRuns: 500 }))
    digest.update(JSON.stringify(fold(facts)));
  expect({ edition: FOLD_EDITION, digest: digest.digest('hex').slice(0, 16) }).toEqual(FOLDED);
});
