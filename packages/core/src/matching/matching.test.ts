import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affords, whoIsShort } from './coins.ts';
import { pairUp, placeAfter, type InLine, type Outcome } from './index.ts';
import { SAME_AGAIN_AFTER_MS } from './limits.ts';
import { byPlace, fits, isReady } from './line.ts';
import { NOW, at, earner, payer } from './line.testing.ts';
import { whomToTell } from './tell-who-asked.ts';

const pairs = (...line: InLine[]) =>
  pairUp(line, NOW).map(({ payerId, earnerId }) => `${payerId}+${earnerId}`);

describe('who is told that somebody is on air', () => {
  const ask = { personId: 'alice', maxPrice: 20, language: 'en', blocked: [], at: at(-60) };
  it.each([
    ['somebody free who fits', [earner('bob', { price: 15 }), earner('brad', { price: 12 })], {}, [12]],
    ['nobody who is in a call', [earner('bob', { isBusy: true })], {}, []],
    ['nobody who is quiet', [earner('bob', { beatAt: at(-11) })], {}, []],
    ['nobody above the limit', [earner('bob', { price: 21 })], {}, []],
    ['nobody of another language', [earner('bob', { language: 'es' })], {}, []],
    ['nobody who was blocked', [earner('bob')], { blocked: ['bob'] }, []],
    ['nobody who blocked them', [earner('bob', { blocked: ['alice'] })], {}, []],
    ['nobody who is in line themselves', [earner('bob'), payer('alice')], {}, []],
    ['nobody after a day', [earner('bob')], { at: at(-86_400) }, []],
  ])('[MATCH-26] %s', (_whom, line, more, prices) => {
    expect(whomToTell([{ ...ask, ...more }], line, NOW).map(({ price }) => price)).toEqual(prices);
  });
});

describe('who meets whom', () => {
  const alice = payer('alice');
  const anna = payer('anna', { since: at(-50) });
  const bob = earner('bob');

  it.each<[string, InLine[], string[]]>([
    ['who waited longest comes first', [anna, alice, bob], ['alice+bob']],
    ['who was left comes before', [alice, { ...anna, ahead: true }, bob], ['anna+bob']],
    ['who was idle longest', [alice, earner('brad', { since: at(-59) }), bob], ['alice+bob']],
    ['each in turn', [alice, anna, bob, earner('brad', { since: at(-59) })], ['alice+bob', 'anna+brad']],
  ])('[MATCH-1] %s', (_title, line, expected) => {
    expect(pairs(...line)).toEqual(expected);
  });

  it.each<[string, InLine[], string[]]>([
    ['the limit is the price', [payer('alice', { maxPrice: 10 }), bob], ['alice+bob']],
    ['above the limit', [payer('alice', { maxPrice: 9 }), anna, bob], ['anna+bob']],
    ['another language', [payer('alice', { language: 'es' }), bob], []],
    ['the language', [payer('alice', { language: 'en' }), bob], ['alice+bob']],
    ['blocked by the payer', [payer('alice', { blocked: ['bob'] }), bob], []],
    ['blocked by the earner', [alice, earner('bob', { blocked: ['alice'] })], []],
    ['oneself', [payer('bob'), bob], []],
  ])('[MATCH-2] %s', (_title, line, expected) => {
    expect(pairs(...line)).toEqual(expected);
  });

  it.each<[string, Partial<InLine>, string[]]>([
    ['14 s', { freeSince: at(-14) }, []],
    ['15 s', { freeSince: at(-15) }, ['alice+bob']],
  ])('[MATCH-3] last partners, free for %s', (_title, more, expected) => {
    expect(pairs({ ...alice, lastPartnerId: 'bob', ...more }, bob)).toEqual(expected);
  });

  it('[MATCH-3] a last partner who is never free for long, but with others, is met again after the payer’s 15 s', () => {
    const busyBob = { ...bob, freeSince: NOW, lastPartnerId: 'anna' };
    const waits = (freeSince: number) => pairs({ ...alice, lastPartnerId: 'bob', freeSince }, busyBob);
    expect(waits(at(-14))).toEqual([]);
    expect(waits(at(-15))).toEqual(['alice+bob']);
    expect(
      pairs({ ...alice, lastPartnerId: 'bob', freeSince: at(-15) }, { ...busyBob, lastPartnerId: 'alice' }),
    ).toEqual([]);
  });

  it('[MATCH-3] somebody new comes before a last partner, of whichever of the two', () => {
    const brad = earner('brad', { since: at(-1) });
    expect(pairs({ ...alice, lastPartnerId: 'bob' }, bob, brad)).toEqual(['alice+brad']);
    expect(pairs(alice, { ...bob, lastPartnerId: 'alice' }, brad)).toEqual(['alice+brad']);
  });

  it('[MATCH-3] of two earners Next leads from one to the other, and back without a rest', () => {
    const just = { freeSince: NOW };
    const [bobs, brads] = [
      earner('bob', { lastPartnerId: 'alice' }),
      earner('brad', { lastPartnerId: 'alice' }),
    ];
    expect(pairs({ ...alice, ...just, lastPartnerId: 'brad' }, bobs, { ...brads, ...just })).toEqual([
      'alice+bob',
    ]);
    expect(pairs({ ...alice, ...just, lastPartnerId: 'bob' }, { ...bobs, ...just }, brads)).toEqual([
      'alice+brad',
    ]);
  });

  it.each<[string, Partial<InLine>]>([
    ['busy', { isBusy: true }],
    ['quiet for 10 s', { beatAt: at(-10) }],
  ])('[MATCH-5] who is %s meets nobody', (_title, more) => {
    expect(pairs({ ...alice, ...more }, bob)).toEqual([]);
    expect(pairs(alice, { ...bob, ...more })).toEqual([]);
  });
});

const person = fc.record({
  side: fc.constantFrom('payer' as const, 'earner' as const),
  since: fc.integer({ min: -60, max: 0 }).map(at),
  ahead: fc.boolean(),
  freeSince: fc.integer({ min: -30, max: 0 }).map(at),
  beatAt: fc.integer({ min: -12, max: 0 }).map(at),
  isBusy: fc.boolean(),
  maxPrice: fc.option(fc.integer({ min: 1, max: 5 })),
  price: fc.integer({ min: 1, max: 5 }),
  coins: fc.option(fc.integer({ min: 0, max: 4 })),
  firstHold: fc.option(fc.integer({ min: 1, max: 4 })),
  language: fc.option(fc.constantFrom('en', 'es')),
  lastPartner: fc.option(fc.nat(9)),
  blocked: fc.array(fc.nat(9), { maxLength: 2 }),
});
const aLine = fc.array(person, { maxLength: 10 }).map((people) =>
  people.map(({ lastPartner, blocked, ...each }, i) =>
    (each.side === 'payer' ? payer : earner)(`p${i}`, {
      ...each,
      price: each.side === 'payer' ? null : each.price,
      coins: each.side === 'payer' ? each.coins : null,
      firstHold: each.side === 'payer' ? null : each.firstHold,
      lastPartnerId: lastPartner === null ? null : `p${lastPartner}`,
      blocked: blocked.map((other) => `p${other}`),
    }),
  ),
);

describe('whatever the line is', () => {
  const meet = (one: InLine, other: InLine) => fits(one, other) && affords(one, other);
  const areLast = (one: InLine, other: InLine) => one.lastPartnerId === other.personId;

  it('[MATCH-4] nobody who is ready is left with somebody who fits', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const met = new Set(pairUp(line, NOW).flatMap(({ payerId, earnerId }) => [payerId, earnerId]));
        const left = line.filter((each) => isReady(each, NOW) && !met.has(each.personId));
        for (const one of left.filter(({ side }) => side === 'payer'))
          for (const other of left.filter(({ side }) => side === 'earner'))
            if (meet(one, other)) expect(areLast(one, other)).toBe(true);
      }),
    );
  });

  it('[MATCH-5] nobody is in two pairs, and every pair fits and is ready', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const found = pairUp(line, NOW);
        const ids = found.flatMap(({ payerId, earnerId }) => [payerId, earnerId]);
        expect(new Set(ids).size).toBe(ids.length);
        const of = new Map(line.map((each) => [each.personId, each]));
        for (const { payerId, earnerId } of found) {
          const [one, other] = [of.get(payerId)!, of.get(earnerId)!];
          expect([isReady(one, NOW), isReady(other, NOW), meet(one, other)]).toEqual([true, true, true]);
        }
      }),
    );
  });

  it('[MATCH-1] each payer in turn has the first of those who are left and fit, a last partner after everybody else', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const ready = line.filter((each) => isReady(each, NOW)).toSorted(byPlace);
        const left = ready.filter(({ side }) => side === 'earner');
        const expected = ready
          .filter(({ side }) => side === 'payer')
          .flatMap((one) => {
            const who = left.filter((other) => meet(one, other));
            const free = ({ lastPartnerId: last, freeSince }: InLine) =>
              last === null || last === one.personId ? Math.max(one.freeSince, freeSince) : one.freeSince;
            const rested = (other: InLine) => NOW - free(other) >= SAME_AGAIN_AFTER_MS;
            const hadMe = (other: InLine) => other.lastPartnerId === one.personId;
            const others = who.filter((other) => !areLast(one, other));
            const met = others.find((other) => !hadMe(other)) ?? others[0] ?? who.find(rested);
            if (met) left.splice(left.indexOf(met), 1);
            return met ? [{ payerId: one.personId, earnerId: met.personId }] : [];
          });
        expect(pairUp(line, NOW)).toEqual(expected);
      }),
    );
  });

  it('[MATCH-5] the order of the rows means nothing', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        expect(pairUp(line.toReversed(), NOW)).toEqual(pairUp(line, NOW));
      }),
    );
  });

  it('[MATCH-11] with one earner who comes free again and again everybody has their turn', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -60, max: -20 }), { minLength: 1, maxLength: 8 }), (sinces) => {
        let line = [earner('bob'), ...sinces.map((s, i) => payer(`p${i}`, { since: at(s) }))];
        const met: string[] = [];
        for (let turn = 1; turn <= sinces.length; turn += 1) {
          const now = at(turn);
          line = line.map((each) => ({ ...each, beatAt: now }));
          const [pair] = pairUp(line, now);
          met.push(pair?.payerId ?? 'nobody');
          // Whoever talks presses next at once: they are behind everybody who has not talked.
          const outcome: Outcome = { kind: 'next', by: pair?.payerId ?? '' };
          line = line.map((each) => {
            if (each.personId !== pair?.payerId && each.personId !== pair?.earnerId) return each;
            const partnerId = each.side === 'payer' ? 'bob' : pair.payerId;
            return { ...each, ...placeAfter(each, { outcome, partnerId, now }) };
          });
        }
        expect(new Set(met).size).toBe(sinces.length);
      }),
    );
  });
});

describe('who can pay whom', () => {
  const dear = earner('bob', { price: 20, firstHold: 20 });
  const cheap = earner('brad', { since: at(-30), firstHold: 10 });
  const poor = payer('poor', { coins: 15 });
  const short = (...line: InLine[]) => whoIsShort(line, NOW);

  it('[MATCH-85] nobody is paired with whom they cannot pay: they meet whom they can, and who can pay meets the other', () => {
    expect(pairs(poor, dear, cheap)).toEqual(['poor+brad']);
    expect(pairs(poor, payer('rich', { since: at(-10), coins: 20 }), dear, cheap)).toEqual([
      'poor+brad',
      'rich+bob',
    ]);
    expect(pairs(poor, payer('rich', { since: at(-10), coins: 20 }), dear)).toEqual(['rich+bob']);
  });

  it('[MATCH-85] the first one who can pay nobody keeps nobody after them from whom they can pay', () => {
    expect(pairs(payer('poorest', { coins: 5 }), { ...poor, since: at(-10) }, cheap)).toEqual(['poor+brad']);
  });

  it.each([
    ['somebody free asks more than they have', [dear], [{ personId: 'poor', needs: 20 }]],
    [
      'of several the least counts',
      [dear, earner('ben', { firstHold: 16 })],
      [{ personId: 'poor', needs: 16 }],
    ],
    ['whom they can pay is free', [dear, cheap], []],
    ['whom they can pay is busy: they wait', [dear, { ...cheap, isBusy: true }], []],
    ['whom they can pay is quiet: they wait', [dear, { ...cheap, beatAt: at(-20) }], []],
    [
      'whom they can pay does not fit',
      [dear, { ...cheap, blocked: ['poor'] }],
      [{ personId: 'poor', needs: 20 }],
    ],
    ['nobody is free', [{ ...dear, isBusy: true }], []],
    ['nobody fits', [{ ...dear, blocked: ['poor'] }], []],
    ['nobody is on air', [], []],
    ['what is asked is not known', [earner('bob')], []],
  ])('[MATCH-85] who lacks coins for anybody, where %s', (_where, earners, expected) => {
    expect(short(poor, ...earners)).toEqual(expected);
  });

  it('[MATCH-85] nobody lacks coins who is busy, rests from the only one, or of whom it is not known', () => {
    expect(short({ ...poor, isBusy: true }, dear)).toEqual([]);
    expect(short({ ...poor, lastPartnerId: 'bob', freeSince: at(-5) }, dear)).toEqual([]);
    expect(short({ ...poor, coins: null }, dear)).toEqual([]);
  });

  it('[MATCH-85] whatever the line is: who is short is in no pair, and can pay nobody whom they fit', () => {
    fc.assert(
      fc.property(aLine, (line) => {
        const met = new Set(pairUp(line, NOW).map(({ payerId }) => payerId));
        const earners = line.filter(({ side }) => side === 'earner');
        const found = new Map(whoIsShort(line, NOW).map(({ personId, needs }) => [personId, needs]));
        for (const one of line.filter((each) => each.side === 'payer' && found.has(each.personId))) {
          expect(met.has(one.personId)).toBe(false);
          const asked = earners.filter((other) => fits(one, other)).map(({ firstHold }) => firstHold ?? 0);
          expect(found.get(one.personId)).toBe(Math.min(...asked));
          expect(Math.min(...asked)).toBeGreaterThan(one.coins!);
        }
      }),
    );
  });
});

describe('where somebody stands afterwards', () => {
  const after = (own: InLine, outcome: Outcome) => placeAfter(own, { outcome, partnerId: 'other', now: NOW });
  const alice = payer('alice', { silences: 1 });
  const kept = { since: at(-60), freeSince: NOW, lastPartnerId: 'other', silences: 0, off: null };

  it('[MATCH-6] who pressed next goes to the end, who was left to the front with their time', () => {
    expect(after(alice, { kind: 'next', by: 'alice' })).toEqual({ ...kept, since: NOW, ahead: false });
    expect(after(alice, { kind: 'next', by: 'bob' })).toEqual({ ...kept, ahead: true });
  });

  it('[MATCH-7] a skip costs nobody their time, and who was skipped is ahead', () => {
    expect(after(alice, { kind: 'skipped', by: 'alice' })).toEqual({ ...kept, ahead: false });
    expect(after(alice, { kind: 'skipped', by: 'bob' })).toEqual({ ...kept, ahead: true });
  });

  it('[MATCH-8] the second silence in a row takes off, also of who accepted and did not come', () => {
    const off = { ...kept, ahead: false, silences: 2, off: 'silent' };
    expect(after(alice, { kind: 'expired', silent: ['alice'] })).toEqual(off);
    expect(after(alice, { kind: 'expired', silent: ['bob'] })).toEqual({ ...kept, ahead: true });
    expect(after(alice, { kind: 'gone', gone: ['alice'] })).toEqual({ ...off, since: NOW });
    expect(after(alice, { kind: 'gone', gone: ['bob'] })).toEqual({ ...kept, ahead: true });
  });

  it('[MATCH-9] after a call that ended otherwise the payer is off', () => {
    expect(after(alice, { kind: 'ended' })).toEqual({ ...kept, since: NOW, ahead: false, off: 'ended' });
  });

  it('[MATCH-8] silent for the first time stays in line; an answer in between begins anew', () => {
    const once = after(payer('alice'), { kind: 'expired', silent: ['alice'] });
    expect(once).toMatchObject({ silences: 1, off: null, since: at(-60) });
    const skipped = after({ ...payer('alice'), ...once }, { kind: 'skipped', by: 'alice' });
    expect(skipped.silences).toBe(0);
  });

  it('[MATCH-9] an earner goes on after a call, idle from then', () => {
    expect(after(earner('alice'), { kind: 'ended' })).toMatchObject({ off: null, since: NOW, ahead: false });
  });
});
