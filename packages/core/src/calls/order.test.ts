import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alice, bob, dora, evidence, fact, read } from './builders.testing.ts';
import type { Stay } from './builders.testing.ts';
import { foldCall } from './index.ts';

describe('order and repetition', () => {
  const person = fc.constantFrom(alice, bob, dora);
  const aStay = fc
    .tuple(
      person,
      fc.integer({ min: 0, max: 100 }),
      fc.option(fc.integer({ min: 0, max: 60 })),
      fc.constantFrom('page_left', 'lost', 'room_deleted'),
    )
    .map(([who, from, length, reason]): Stay => [who, from, length === null ? null : from + length, reason]);
  const aFact = fc
    .tuple(
      fc.constantFrom('bye', 'hang_up', 'removed', 'grace_expired', 'out_of_balance', 'expired', 'joined'),
      fc.integer({ min: 0, max: 200 }),
      person,
    )
    .map(([type, at, who]) => fact(type, at, who));

  it('[CALL-11] any order and repetition of the same intervals and facts reads the same', () => {
    fc.assert(
      fc.property(
        fc.array(aStay, { maxLength: 6 }),
        fc.array(aFact, { maxLength: 5 }),
        fc.infiniteStream(fc.nat(1000)),
        (stays, facts, dice) => {
          const shuffled = <T>(list: T[]): T[] =>
            [...list, ...list.slice(0, 1)]
              .map((each) => ({ each, key: dice.next().value ?? 0 }))
              .toSorted((a, b) => a.key - b.key)
              .map(({ each }) => each);
          const straight = read(stays, facts);
          expect(foldCall({ ...evidence(shuffled(stays), shuffled(facts)), people: [bob, alice] })).toEqual(
            straight,
          );
          if (straight.startedAt !== null && straight.endedAt !== null)
            expect(straight.startedAt).toBeLessThan(straight.endedAt);
        },
      ),
    );
  });
});
