import { expect, it } from 'vitest';
import { namesOf, sentBy, still, typed, type Typing } from './typing.ts';

const ana = { personId: 'person_a', name: 'Ana' };
const ben = { personId: 'person_b', name: 'Ben' };
const both: Typing = typed(typed(new Map(), ana, 1_000), ben, 4_000);

it('[REACT-CHAT] who types is shown for six seconds, and no longer than to their message', () => {
  expect(namesOf(still(both, 6_999), [])).toEqual(['Ana', 'Ben']);
  expect(namesOf(still(both, 7_000), [])).toEqual(['Ben']);
  expect(namesOf(still(typed(both, ana, 6_000), 7_000), [])).toEqual(['Ana', 'Ben']);
  expect(namesOf(sentBy(both, 'person_b'), [])).toEqual(['Ana']);
});

it('[REACT-CHAT] neither oneself nor whom one does not read is shown typing', () => {
  expect(namesOf(both, ['person_a'])).toEqual(['Ben']);
  expect(namesOf(both, ['person_a', 'person_b'])).toEqual([]);
});
