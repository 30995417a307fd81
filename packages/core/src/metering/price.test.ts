import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultOfPlan, planOf, POLICIES } from './plan.ts';
import { PRICE_PLANS } from './presets.ts';
import type { PolicyName, PricePlan } from './plan.ts';
import {
  chargeOf,
  coinsEndMs,
  costOf,
  firstUncovered,
  firstUnit,
  holdFor,
  price,
  priceUpTo,
  shareOf,
  unitDueMs,
  unitsDue,
} from './price.ts';

const standard = planOf('completed-minute', 10n);
const thirtySix = planOf('30-6', 1n, { initialPrice: 5n });

const somePlan: fc.Arbitrary<PricePlan> = fc
  .record({
    policy: fc.constantFrom(...(Object.keys(POLICIES) as PolicyName[])),
    price: fc.bigInt({ min: 0n, max: 50n }),
    more: fc.record({
      initialPrice: fc.bigInt({ min: 0n, max: 50n }),
      connectFee: fc.bigInt({ min: 0n, max: 9n }),
      freeBelowMs: fc.constantFrom(0, 10_000, 90_000),
      maxCharge: fc.option(fc.bigInt({ min: 0n, max: 300n })),
      earnerShareBp: fc.integer({ min: 0, max: 10_000 }),
      priceDen: fc.bigInt({ min: 1n, max: 7n }),
      tiers: fc.constantFrom(
        [],
        [{ fromUnit: 3, price: 4n }],
        [
          { fromUnit: 1, price: 2n },
          { fromUnit: 5, price: 1n },
        ],
      ),
    }),
  })
  .map(({ policy, price: coins, more }) => planOf(policy, coins, more));
const someMs = fc.nat(20 * 60_000);

describe('price', () => {
  test.each([
    [59_999, 0n],
    [60_000, 10n],
    [65_000, 10n],
    [95_000, 10n],
    [119_999, 10n],
    [120_000, 20n],
    [125_000, 20n],
  ])('[METER-1] by default %d ms cost %d coins at 10 a minute', (billableMs, coins) => {
    expect(price(standard, billableMs)).toBe(coins);
  });

  test.each<[PolicyName, PricePlan | null, bigint[]]>([
    ['completed-minute', null, [0n, 0n, 0n, 10n, 10n, 20n]],
    ['completed-minute-min1', null, [0n, 10n, 10n, 10n, 10n, 20n]],
    ['started-minute', null, [0n, 10n, 10n, 20n, 20n, 30n]],
    ['nearest-minute', null, [0n, 0n, 10n, 10n, 20n, 20n]],
    ['30-6', thirtySix, [0n, 5n, 10n, 11n, 16n, 21n]],
    ['grace-then-started', null, [0n, 0n, 10n, 20n, 20n, 30n]],
    ['per-second', planOf('per-second', 1n), [0n, 5n, 59n, 65n, 95n, 125n]],
  ])('[METER-4] policy %s prices the calls of the table', (policy, own, expected) => {
    const plan = own ?? planOf(policy, 10n);
    expect([0, 5_000, 59_999, 65_000, 95_000, 125_000].map((ms) => price(plan, ms))).toEqual(expected);
  });

  test('[METER-2] more time never costs less', () => {
    fc.assert(
      fc.property(somePlan, someMs, someMs, (plan, a, b) => {
        expect(price(plan, Math.min(a, b)) <= price(plan, Math.max(a, b))).toBe(true);
      }),
    );
  });

  test('[METER-3] the charges of the due units add up to the price, and each is due where the price steps', () => {
    fc.assert(
      fc.property(somePlan, someMs, (plan, billableMs) => {
        const last = unitsDue(plan, billableMs);
        let sum = 0n;
        for (let unit = firstUnit(plan); unit <= last; unit += 1) {
          sum += chargeOf(plan, unit);
          expect(unitDueMs(plan, unit)).toBeLessThanOrEqual(billableMs);
        }
        expect(sum).toBe(price(plan, billableMs));
        expect(unitDueMs(plan, last + 1)).toBeGreaterThan(billableMs);
      }),
    );
  });

  test('[METER-3] ticking at any instants and then ending costs what ending alone costs', () => {
    fc.assert(
      fc.property(somePlan, fc.array(someMs, { maxLength: 8 }), someMs, (plan, ticks, endMs) => {
        let charged = firstUnit(plan) - 1;
        let coins = 0n;
        for (const ms of [...ticks.filter((tick) => tick < endMs).toSorted((a, b) => a - b), endMs]) {
          for (; charged < unitsDue(plan, ms); charged += 1) coins += chargeOf(plan, charged + 1);
        }
        expect(coins).toBe(price(plan, endMs));
      }),
    );
  });

  test('[METER-5] a fee is unit 0 and due at once; free time, cap and tiers change the price as they say', () => {
    const fee = planOf('completed-minute', 10n, { connectFee: 3n });
    expect([0, 1, 60_000].map((ms) => price(fee, ms))).toEqual([0n, 3n, 13n]);
    expect(chargeOf(fee, 0)).toBe(3n);
    const free = planOf('started-minute', 10n, { freeBelowMs: 90_000 });
    expect([89_999, 90_000].map((ms) => price(free, ms))).toEqual([0n, 20n]);
    const capped = planOf('completed-minute', 10n, { maxCharge: 25n });
    expect([1, 2, 3, 4].map((unit) => chargeOf(capped, unit))).toEqual([10n, 10n, 5n, 0n]);
    const tiered = planOf('completed-minute', 10n, { tiers: [{ fromUnit: 3, price: 6n }] });
    expect([2, 3, 4].map((unit) => chargeOf(tiered, unit))).toEqual([10n, 6n, 6n]);
  });

  test('[METER-6] the shares add up to the floor of the whole, whatever the rounding of each', () => {
    const odd = planOf('completed-minute', 1n);
    expect([1, 2, 3, 4].map((unit) => shareOf(odd, unit))).toEqual([0n, 1n, 1n, 0n]);
    fc.assert(
      fc.property(somePlan, fc.nat(60), (plan, last) => {
        let sum = 0n;
        for (let unit = firstUnit(plan); unit <= last; unit += 1) {
          const share = shareOf(plan, unit);
          expect(share >= 0n && share <= chargeOf(plan, unit)).toBe(true);
          sum += share;
        }
        expect(sum).toBe((priceUpTo(plan, last) * BigInt(plan.earnerShareBp)) / 10_000n);
      }),
    );
  });

  test('[METER-12] the unit in progress is held, and a fee together with the first stretch', () => {
    expect(holdFor(standard, 1)).toBe(10n);
    expect(holdFor(planOf('completed-minute', 10n, { connectFee: 3n }), 0)).toBe(13n);
  });

  test('[METER-13] with 25 coins the third minute is the first that cannot be paid', () => {
    expect(firstUncovered(standard, { nextUnit: 1, coins: 25n, lookAheadMs: 600_000 })).toBe(3);
    expect(firstUncovered(standard, { nextUnit: 1, coins: 25n, lookAheadMs: 60_000 })).toBeNull();
  });
});

test('[METER-17] the standard plan: 10 coins for each completed minute, 70 % of them for who earns', () => {
  const presets = PRICE_PLANS.map(({ id, policy, currency, plan }) => ({ id, policy, currency, plan }));
  expect(presets).toEqual([
    {
      id: 'standard',
      policy: 'completed-minute',
      currency: 'COIN',
      plan: {
        initialMs: 60_000,
        incrementMs: 60_000,
        thresholdMs: 60_000,
        firstThresholdMs: 60_000,
        price: 10n,
        initialPrice: 10n,
        priceDen: 1n,
        connectFee: 0n,
        freeBelowMs: 0,
        maxCharge: null,
        tiers: [],
        bridgeGapMs: 0,
        earnerShareBp: 7_000,
      },
    },
  ]);
});

describe('plans of an operator', () => {
  test('[METER-44] a coin and two thirds a minute: the parts add up, and never drift', () => {
    const thirds = planOf('completed-minute', 5n, { priceDen: 3n });
    expect([1, 2, 3, 4, 5, 6].map((unit) => chargeOf(thirds, unit))).toEqual([1n, 2n, 2n, 1n, 2n, 2n]);
    expect(price(thirds, 300 * 60_000)).toBe(500n);
  });

  test.each<[number, number, bigint, bigint]>([
    [59_999, 0, 0n, 0n],
    [65_000, 1, 10n, 7n],
    [125_000, 2, 20n, 14n],
  ])(
    '[METER-45] a preview: %d ms are %d units, %d coins, %d of them the earner’s',
    (ms, units, coins, share) => {
      expect(costOf(standard, ms)).toEqual({ units, coins, share });
      const withFee = planOf('completed-minute', 10n, { connectFee: 5n });
      expect(costOf(withFee, ms)).toMatchObject({ units: units + 1, coins: coins + 5n });
    },
  );

  test.each<[string, Partial<PricePlan>, RegExp | null]>([
    ['whole', {}, null],
    ['first unit never due', { firstThresholdMs: 60_001 }, /first unit .* never/],
    ['later unit never due', { thresholdMs: 60_001 }, /never/],
    [
      'tiers not in order',
      {
        tiers: [
          { fromUnit: 5, price: 1n },
          { fromUnit: 5, price: 2n },
        ],
      },
      /Tier 2/,
    ],
  ])('[METER-45] a plan is checked as a whole: %s', (_title, more, fault) => {
    const found = faultOfPlan(planOf('completed-minute', 10n, more));
    if (fault === null) expect(found).toBe(null);
    else expect(found).toMatch(fault);
  });

  test.each<[string, PricePlan, unit: number, endMs: number]>([
    ['where the unit begins', planOf('completed-minute', 10n), 2, 60_000],
    [
      'of free time as long as the first stretch',
      planOf('started-minute', 10n, { freeBelowMs: 60_000 }),
      2,
      60_000,
    ],
    ['per second', planOf('per-second', 1n, { freeBelowMs: 10_000 }), 6, 10_000],
    ['started', planOf('started-minute', 10n, { freeBelowMs: 90_000 }), 2, 90_000],
    ['completed', planOf('completed-minute', 10n, { freeBelowMs: 60_001 }), 2, 60_001],
    ['30-6', planOf('30-6', 1n, { freeBelowMs: 40_000 }), 3, 40_000],
    ['beyond it', planOf('per-second', 1n, { freeBelowMs: 10_000 }), 12, 11_000],
    ['of the first unit', planOf('per-second', 1n, { freeBelowMs: 10_000 }), 1, 0],
  ])('[METER-90] coins do not end within free time: %s', (_title, plan, unit, endMs) => {
    expect(coinsEndMs(plan, unit)).toBe(endMs);
    expect(faultOfPlan(plan)).toBe(null);
  });
});
