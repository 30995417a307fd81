import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outlooks, type InLine, type Outlook } from './index.ts';
import { byPlace, fits, isHeard, isReady } from './line.ts';
import { NOW, at, earner, payer } from './line.testing.ts';

describe('what is told of the line', () => {
  const line = [
    payer('anna', { since: at(-90), maxPrice: 5 }),
    payer('alice', { maxPrice: 10 }),
    payer('ada', { since: at(-70) }),
    earner('bob', { isBusy: true }),
    earner('brad', { price: 20 }),
    earner('quiet', { beatAt: at(-11) }),
  ];
  const told = (people: readonly InLine[], who: string): Outlook | undefined => {
    const own = people.find(({ personId }) => personId === who);
    return own && new Outlooks(people, NOW).outlookOf(own);
  };

  it.each([
    ['alice', { position: 2, onAir: 1 }],
    ['anna', { position: 1, onAir: 0 }],
    ['ada', { position: 1, onAir: 2 }],
    ['bob', { position: 1, onAir: 2 }],
  ])('[MATCH-10] %s', (who, expected) => {
    expect(told(line, who)).toEqual(expected);
  });

  it('[MATCH-10] with nobody on air whoever waits longest is next, and one who wants another language is in no way', () => {
    const [first, second] = [payer('first', { since: at(-9) }), payer('second', { since: at(-5) })];
    const positions = (...payers: InLine[]) => payers.map(({ personId }) => told(payers, personId)?.position);
    expect(positions(first, second)).toEqual([1, 2]);
    expect(positions({ ...first, language: 'es' }, { ...second, language: 'en' })).toEqual([1, 1]);
    expect(positions({ ...first, language: 'es' }, second)).toEqual([1, 2]);
  });
});

const PEOPLE = 14;
const nameOf = (n: number): string => `p${n}`;
const somebody = fc.record({
  side: fc.constantFrom('payer' as const, 'earner' as const),
  since: fc.integer({ min: -9, max: -1 }).map(at),
  ahead: fc.boolean(),
  beatAt: fc.constantFrom(NOW, NOW, NOW, at(-11)),
  isBusy: fc.boolean(),
  maxPrice: fc.constantFrom(null, 5, 10),
  price: fc.constantFrom(null, 5, 10, 20),
  language: fc.constantFrom(null, 'en', 'es'),
  blocked: fc.array(fc.nat(PEOPLE - 1).map(nameOf), { maxLength: 3 }),
});
const lines = fc
  .array(somebody, { minLength: 1, maxLength: PEOPLE })
  .map((people) => people.map((more, n) => payer(nameOf(n), more)));
/** A line, and one of it as their row is by now. */
const asked = fc
  .tuple(lines, fc.nat(PEOPLE - 1), somebody)
  .map(([line, n, more]) => ({ line, own: payer(nameOf(n), more) }));

/** The same by the words of the rules: everybody is gone through. */
function byWords(line: readonly InLine[], own: InLine) {
  const people = [...line.filter(({ personId }) => personId !== own.personId), own];
  const meets = (one: InLine, other: InLine): boolean =>
    one.side === 'payer' ? fits(one, other) : fits(other, one);
  const opposite = people.filter(({ side }) => side !== own.side);
  const others = opposite.filter((one) => isHeard(one, NOW) && meets(own, one));
  const alike = (one: InLine): boolean =>
    own.language === null || one.language === null || own.language === one.language;
  const rivals = people.filter(
    (one) => one.side === own.side && one !== own && isReady(one, NOW) && byPlace(one, own) < 0,
  );
  const inFront = rivals.filter((rival) =>
    others.length === 0 ? alike(rival) : others.some((other) => meets(rival, other)),
  );
  const waits = opposite.filter((one) => isReady(one, NOW) && meets(own, one)).map(({ since }) => since);
  return { outlook: { position: inFront.length + 1, onAir: others.length }, waits: waits.toSorted() };
}

/** Whoever blocked somebody is kept from them in both rows, and so is who was in the line as it was looked at. */
function withBlocks(line: readonly InLine[], own: InLine): InLine {
  const blockers = line
    .filter(({ blocked }) => blocked.includes(own.personId))
    .map(({ personId }) => personId);
  const before = line.find(({ personId }) => personId === own.personId)?.blocked ?? [];
  return { ...own, blocked: [...own.blocked, ...before, ...blockers] };
}

it('[MATCH-80] counted by wishes and terms, where somebody stands is what it is person by person, whoever blocks whom', () => {
  fc.assert(
    fc.property(asked, ({ line, own }) => {
      const outlooks = new Outlooks(line, NOW);
      const expected = byWords(line, withBlocks(line, own));
      expect(outlooks.outlookOf(own)).toEqual(expected.outlook);
      expect(outlooks.waitsFor(own, PEOPLE).toSorted()).toEqual(expected.waits);
    }),
    { numRuns: 2_000 },
  );
});

it('[MATCH-80] prices on air are told without those who are kept apart from whoever asks', () => {
  fc.assert(
    fc.property(lines, fc.nat(PEOPLE - 1).map(nameOf), (line, who) => {
      const own = line.find(({ personId }) => personId === who)?.blocked ?? [];
      const may = line.filter(
        ({ side, price, personId, blocked }) =>
          side === 'earner' &&
          price !== null &&
          personId !== who &&
          !blocked.includes(who) &&
          !own.includes(personId),
      );
      const counted = new Outlooks(line, NOW).pricesFor(who);
      expect(counted.flatMap(({ price, people }) => Array.from({ length: people }, () => price))).toEqual(
        may.map(({ price }) => price ?? 0).toSorted((a, b) => a - b),
      );
    }),
  );
});
