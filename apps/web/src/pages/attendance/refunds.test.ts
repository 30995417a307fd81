import { expect, test } from 'vitest';
import { lastUnitsOf, refundsOf } from './refunds.ts';

const at = (minute: number): string => `2026-11-29T10:0${minute}:00.000Z`;
const line = (unit: number, of: object) => ({
  unit,
  kind: 'refund' as const,
  beginsAt: null,
  dueAt: at(6),
  coins: -10,
  earned: null,
  ...of,
});

test('[WEB-RECEIPT-1] of several units that were given back at once there is one reason, and who gave them', () => {
  const late = { reason: 'And the sound.', dueAt: at(9) };
  const lines = [
    line(4, { kind: 'charge', coins: 10, dueAt: at(4) }),
    line(4, { coins: -4, ...late }),
    line(4, { coins: -6, reason: 'It froze.', actor: { personId: 'person_a', name: 'Adam' } }),
    line(5, { kind: 'charge', coins: 10, dueAt: at(5) }),
    line(5, { reason: 'It froze.', actor: { personId: 'person_a', name: 'Adam' } }),
  ];
  expect(refundsOf(lines)).toEqual([
    { at: at(6), reason: 'It froze.', by: 'Adam', coins: 16 },
    { at: at(9), reason: 'And the sound.', by: null, coins: 4 },
  ]);
  expect(refundsOf([line(1, { earned: -7 })])).toMatchObject([{ coins: 7 }]);
});

test('[METER-110] the last units come to what they cost, those of nothing counted, and none that was given back', () => {
  const charge = (unit: number, coins: number) => line(unit, { kind: 'charge', coins });
  const lines = [0, 0, 1, 0, 0, 1].map((coins, n) => charge(n + 1, coins));
  expect(lastUnitsOf(lines, 2)).toEqual({ from: 5, to: 6, coins: 1 });
  const back = [...lines, line(5, { coins: 0 }), line(6, { coins: -1 })];
  expect(lastUnitsOf(back, 1)).toEqual({ from: 4, to: 4, coins: 0 });
  expect(lastUnitsOf(back, 2)).toEqual({ from: 3, to: 4, coins: 1 });
  expect(lastUnitsOf(back, 5)).toBeNull();
  const inPart = [charge(1, 10), charge(2, 10), line(2, { coins: -4 })];
  expect(lastUnitsOf(inPart, 1)).toEqual({ from: 2, to: 2, coins: 6 });
});
