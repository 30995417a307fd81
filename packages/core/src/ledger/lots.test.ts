import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { burnLots } from './lots.testing.ts';
import type { Lot } from './lots.testing.ts';

const lot = (...[id, priority, expiresAt, left]: [string, number, number | null, bigint]): Lot => ({
  id,
  priority,
  expiresAt,
  left,
});

describe('lots', () => {
  test.each<[string, { lots: Lot[]; beganAt: number; uses: [string, bigint][] | null }]>([
    [
      'a gift before bought coins',
      {
        lots: [lot('b', 100, null, 100n), lot('g', 10, null, 5n)],
        beganAt: 0,
        uses: [
          ['g', 5n],
          ['b', 5n],
        ],
      },
    ],
    [
      'the earlier expiry',
      { lots: [lot('x', 50, 1_200, 10n), lot('y', 50, 1_100, 10n)], beganAt: 1_000, uses: [['y', 10n]] },
    ],
    [
      'an expiring lot, since the unit had begun',
      { lots: [lot('x', 50, 1_030, 10n), lot('y', 100, null, 10n)], beganAt: 1_029, uses: [['x', 10n]] },
    ],
    [
      'bought coins, since the bonus had expired',
      { lots: [lot('x', 50, 1_030, 10n), lot('y', 100, null, 10n)], beganAt: 1_031, uses: [['y', 10n]] },
    ],
    [
      'the older of two alike',
      { lots: [lot('lot_2', 1, null, 10n), lot('lot_1', 1, null, 10n)], beganAt: 0, uses: [['lot_1', 10n]] },
    ],
    ['nothing, since there is too little', { lots: [lot('x', 1, null, 9n)], beganAt: 0, uses: null }],
  ])('[LEDGER-4] ten coins are paid by %s', (_name, { lots, beganAt, uses }) => {
    const found = burnLots(lots, 10n, beganAt);
    expect(found?.map((use) => [use.lotId, use.coins]) ?? null).toEqual(uses);
  });

  test('[LEDGER-4] whatever the lots are, uses add up to the price and none gives more than it has', () => {
    const someLots = fc.uniqueArray(
      fc.record({
        id: fc.string({ minLength: 1, maxLength: 3 }),
        priority: fc.nat(3),
        expiresAt: fc.option(fc.nat(20)),
        left: fc.bigInt({ min: 0n, max: 20n }),
      }),
      { selector: (one) => one.id, maxLength: 6 },
    );
    fc.assert(
      fc.property(someLots, fc.bigInt({ min: 0n, max: 60n }), fc.nat(20), (lots, coins, beganAt) => {
        const uses = burnLots(lots, coins, beganAt);
        const total = lots.reduce((sum, one) => sum + one.left, 0n);
        if (uses === null) {
          expect(total < coins).toBe(true);
          return;
        }
        expect(uses.reduce((sum, use) => sum + use.coins, 0n)).toBe(coins);
        for (const use of uses)
          expect(use.coins <= (lots.find((one) => one.id === use.lotId)?.left ?? 0n)).toBe(true);
      }),
    );
  });
});
