import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attentionOn,
  faultOfInstallments,
  nextDueOn,
  partsDue,
  statusOf,
  unpaidOf,
  type CreditTerms,
} from './attention.ts';
import { addDays, dayOf, daysBetween, noonsIn } from './days.ts';

const three = ['2026-01-10', '2026-02-10', '2026-03-10'].map((dueOn) => ({ dueOn, amount: 10_000n }));
const credit = (paid: bigint, more: Partial<CreditTerms> = {}): CreditTerms => ({
  principal: 30_000n,
  endsOn: '2026-03-10',
  installments: three,
  paid,
  isActive: true,
  ...more,
});

describe('attention', () => {
  test.each([
    ['2026-01-02', 0n, null],
    ['2026-01-03', 0n, { reason: 'soon', days: 7, dueOn: '2026-01-10', amountDue: 10_000n }],
    ['2026-01-10', 0n, { reason: 'soon', days: 0, dueOn: '2026-01-10', amountDue: 10_000n }],
    ['2026-01-11', 0n, { reason: 'overdue', days: 1, dueOn: '2026-01-10', amountDue: 10_000n }],
    ['2026-02-11', 5_000n, { reason: 'overdue', days: 32, dueOn: '2026-01-10', amountDue: 15_000n }],
    ['2026-02-11', 10_000n, { reason: 'overdue', days: 1, dueOn: '2026-02-10', amountDue: 10_000n }],
    ['2026-02-11', 25_000n, null],
    ['2026-03-11', 25_000n, { reason: 'overdue', days: 1, dueOn: '2026-03-10', amountDue: 5_000n }],
    ['2026-03-11', 35_000n, null],
  ] as const)('[COLL-3] on %s with %d paid', (day, paid, expected) => {
    expect(attentionOn(day, 7, credit(paid))).toEqual(expected);
  });

  test('[COLL-2] without installments the end date counts, and the whole balance', () => {
    const plain = credit(100n, { installments: [], endsOn: '2026-01-10' });
    expect(attentionOn('2026-01-02', 7, plain)).toBeNull();
    expect(attentionOn('2026-01-05', 7, plain)).toMatchObject({
      reason: 'soon',
      days: 5,
      amountDue: 29_900n,
    });
    expect(attentionOn('2026-02-10', 7, plain)).toMatchObject({
      reason: 'overdue',
      days: 31,
      amountDue: 29_900n,
    });
  });

  test.each([
    ['2026-01-03', 0n, { from: 1, to: 1, of: 3 }],
    ['2026-02-11', 5_000n, { from: 1, to: 2, of: 3 }],
    ['2026-02-11', 10_000n, { from: 2, to: 2, of: 3 }],
    ['2026-03-11', 0n, { from: 1, to: 3, of: 3 }],
    ['2026-01-02', 0n, null],
  ] as const)('[COLL-4] which installments are due on %s with %d paid', (day, paid, expected) => {
    const terms = credit(paid);
    expect(partsDue(attentionOn(day, 7, terms), day, terms)).toEqual(expected);
  });

  test('[COLL-12] what is closed stays so, whatever is paid', () => {
    expect(statusOf(credit(0n), null)).toBe('active');
    expect(statusOf(credit(30_000n), null)).toBe('paid');
    expect(statusOf(credit(40_000n), 'written_off')).toBe('written_off');
  });

  test('[COLL-3] what is paid, written off or cancelled needs nobody', () => {
    expect(attentionOn('2027-01-01', 7, credit(0n, { isActive: false }))).toBeNull();
    expect(attentionOn('2027-01-01', 7, credit(30_000n))).toBeNull();
  });

  test('[COLL-1] payments fill installments in order, and nothing of them is lost', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 9n }), { maxLength: 6 }),
        fc.bigInt({ min: 0n, max: 60n }),
        (amounts, paid) => {
          const installments = amounts.map((amount, at) => ({ dueOn: addDays('2026-01-01', at), amount }));
          const rest = unpaidOf({ installments, paid });
          const total = amounts.reduce((sum, amount) => sum + amount, 0n);
          const unpaid = rest.reduce((sum, { amount }) => sum + amount, 0n);
          expect(unpaid).toBe(total > paid ? total - paid : 0n);
          const first = rest.findIndex(({ amount }) => amount > 0n);
          if (first >= 0)
            expect(rest.slice(first + 1).map(({ amount }) => amount)).toEqual(amounts.slice(first + 1));
        },
      ),
    );
  });

  test('[COLL-4] the amount due is never more than the balance, and there is one whenever something is due', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 120 }), fc.bigInt({ min: 0n, max: 31_000n }), (later, paid) => {
        const terms = credit(paid);
        const attention = attentionOn(addDays('2026-01-01', later), 7, terms);
        if (attention === null) return;
        expect(attention.dueOn).toBe(nextDueOn(terms));
        expect(attention.amountDue > 0n && attention.amountDue <= terms.principal - paid).toBe(true);
      }),
    );
  });

  test('[COLL-6] installments that do not fit are named', () => {
    expect(faultOfInstallments(30_000n, three, '2026-03-10')).toBeNull();
    expect(faultOfInstallments(1n, [], '2026-03-10')).toBeNull();
    expect(faultOfInstallments(30_001n, three, '2026-03-10')).toContain('add up to 30000');
    expect(faultOfInstallments(30_000n, three.toReversed(), '2026-03-10')).toContain('2026-02-10');
    expect(faultOfInstallments(30_000n, three, '2026-03-09')).toContain('after the end');
  });
});

describe('days', () => {
  test('[COLL-5] the day is the lender’s, through a change of the clocks', () => {
    const lastOfYear = Date.parse('2026-01-01T03:30:00Z');
    expect(dayOf(lastOfYear, 'America/Bogota')).toBe('2025-12-31');
    expect(dayOf(lastOfYear, 'Europe/Madrid')).toBe('2026-01-01');
    expect(dayOf(Date.parse('2026-03-29T00:59:59Z'), 'Europe/Madrid')).toBe('2026-03-29');
    expect(dayOf(Date.parse('2026-03-29T22:00:00Z'), 'Europe/Madrid')).toBe('2026-03-30');
    expect(dayOf(Date.parse('2026-10-25T22:59:59Z'), 'Europe/Madrid')).toBe('2026-10-25');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
  });

  test('[COLL-34] a day’s noon is on that day, whatever clocks show it', () => {
    expect(noonsIn('Pacific/Auckland')('2026-01-05')).toBe(Date.parse('2026-01-04T23:00:00Z'));
    expect(noonsIn('America/Bogota')('2026-01-05')).toBe(Date.parse('2026-01-05T17:00:00Z'));
    for (const zone of ['Pacific/Kiritimati', 'Etc/GMT+12', 'UTC'])
      for (const day of ['0001-01-01', '9999-12-31'])
        expect(Number.isNaN(Date.parse(new Date(noonsIn(zone)(day)).toISOString()))).toBe(false);
    const zones = Intl.supportedValuesOf('timeZone');
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 7_000 }), (zone, days) => {
        const day = addDays('2020-01-01', days);
        expect(dayOf(noonsIn(zone)(day), zone)).toBe(day);
      }),
    );
  });
});
