import { expect, test } from 'vitest';
import { refundsOf } from './refunds.ts';

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
