import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { payoutStep, type PayoutStatus } from './payout.ts';
import { standingOf, type ProviderWord, type Terms } from './topup.ts';

const pack: Terms = { coins: 250n, bonus: 25n, amount: 1_200n, currency: 'USD' };
const paid = (amount = 1_200n, currency = 'USD'): ProviderWord => ({ kind: 'paid', amount, currency });
const refunded = (total: bigint): ProviderWord => ({ kind: 'refunded', total });
const word = (kind: 'failed' | 'expired' | 'disputed' | 'dispute_won' | 'dispute_lost'): ProviderWord => ({
  kind,
});

const about = (kind: 'disputed' | 'dispute_won' | 'dispute_lost', n: number): ProviderWord => ({
  kind,
  dispute: `dp_${n}`,
});

const step = (event: string, total: bigint, amount: bigint): ProviderWord => ({
  kind: 'refunded',
  event,
  total,
  amount,
});
const failing = (refund: string, amount: bigint): ProviderWord => ({ kind: 'refund_failed', refund, amount });

const made = (refund: string, amount: bigint): ProviderWord => ({ kind: 'refund_made', refund, amount });

const left = (words: ProviderWord[]): [string, bigint] => {
  const { status, isCredited, takenBack } = standingOf(pack, words);
  return [status, isCredited ? 275n - takenBack : 0n];
};

describe('a top-up', () => {
  test.each<[string, ProviderWord[], [string, bigint]]>([
    ['nothing said', [], ['pending', 0n]],
    ['paid twice', [paid(), paid()], ['paid', 275n]],
    ['failed at first', [word('failed'), paid()], ['paid', 275n]],
    ['failed', [word('failed')], ['failed', 0n]],
    ['expired', [word('expired')], ['expired', 0n]],
    ['paid after it had expired', [word('expired'), paid()], ['paid', 275n]],
  ])('[CASH-2] %s', (_title, words, expected) => {
    expect(left(words)).toEqual(expected);
  });

  test.each<[string, ProviderWord[], [string, bigint]]>([
    ['another amount', [paid(1_100n)], ['mismatch', 0n]],
    ['another currency', [paid(1_200n, 'COP')], ['mismatch', 0n]],
  ])('[CASH-3] %s credits nothing', (_title, words, expected) => {
    expect(left(words)).toEqual(expected);
  });

  test.each<[string, ProviderWord[], [string, bigint]]>([
    ['half of it', [paid(), refunded(600n)], ['paid', 137n]],
    ['all of it in two steps', [paid(), refunded(600n), refunded(1_200n)], ['refunded', 0n]],
    ['more than it cost', [paid(), refunded(9_999n)], ['refunded', 0n]],
    ['disputed', [paid(), word('disputed')], ['disputed', 0n]],
    ['lost', [paid(), word('disputed'), word('dispute_lost')], ['disputed', 0n]],
    ['won', [paid(), word('disputed'), word('dispute_won')], ['paid', 275n]],
    [
      'won, and disputed once more',
      [paid(), about('disputed', 1), about('dispute_won', 1), about('disputed', 2)],
      ['disputed', 0n],
    ],
    [
      'twice, one of them won',
      [about('dispute_won', 2), about('disputed', 2), about('disputed', 1), paid()],
      ['disputed', 0n],
    ],
    [
      'twice, both won',
      [paid(), ...[1, 2].flatMap((n) => [about('disputed', n), about('dispute_won', n)])],
      ['paid', 275n],
    ],
    ['lost, whose beginning was an inquiry', [paid(), about('dispute_lost', 1)], ['disputed', 0n]],
    [
      'won after it was lost',
      [paid(), about('disputed', 1), about('dispute_lost', 1), about('dispute_won', 1)],
      ['paid', 275n],
    ],
    ['by a name that was not kept', [paid(), word('disputed'), about('dispute_won', 1)], ['paid', 275n]],
    [
      'won, and refunded by half',
      [paid(), word('disputed'), word('dispute_won'), refunded(600n)],
      ['paid', 137n],
    ],
  ])('[CASH-4] given back: %s', (_title, words, expected) => {
    expect(left(words)).toEqual(expected);
  });

  test.each<[string, ProviderWord[], [string, bigint]]>([
    ['all of it', [paid(), refunded(1_200n), failing('re_1', 1_200n)], ['paid', 275n]],
    ['said first', [failing('re_1', 1_200n), refunded(1_200n), paid()], ['paid', 275n]],
    ['twice', [paid(), refunded(600n), failing('re_1', 600n), failing('re_1', 600n)], ['paid', 275n]],
    ['one of two', [paid(), refunded(600n), refunded(1_200n), failing('re_1', 600n)], ['paid', 137n]],
    [
      'made again after the total had fallen',
      [paid(), step('evt_1', 600n, 600n), failing('re_1', 600n), step('evt_2', 600n, 600n)],
      ['paid', 137n],
    ],
    [
      'all three that were made',
      [1, 2, 3].flatMap((n) => [failing(`re_${n}`, 1_200n), step(`evt_${n}`, 1_200n, 1_200n), paid()]),
      ['paid', 275n],
    ],
    ['of a payment that is disputed', [paid(), failing('re_1', 600n), word('disputed')], ['disputed', 0n]],
    ['that nobody had heard of', [paid(), failing('re_1', 600n)], ['paid', 275n]],
  ])('[CASH-11] a refund that failed: %s', (_title, words, expected) => {
    expect(left(words)).toEqual(expected);
  });

  const ONE = [made('re_1', 600n), failing('re_1', 600n)];
  test.each<[string, ProviderWord[], [string, bigint]]>([
    ['alone', [made('re_1', 600n)], ['paid', 137n]],
    ['and by its total', [made('re_1', 600n), step('evt_1', 600n, 600n)], ['paid', 137n]],
    ['whole, and failed', [made('re_1', 1_200n), failing('re_1', 1_200n), refunded(1_200n)], ['paid', 275n]],
    [
      'twice, the rest later',
      [made('re_1', 600n), made('re_2', 600n), refunded(600n), refunded(1_200n)],
      ['refunded', 0n],
    ],
    [
      'failed and made again, its total fell',
      [...ONE, made('re_2', 600n), step('e1', 600n, 600n), step('e2', 600n, 600n)],
      ['paid', 137n],
    ],
    [
      'failed and made again, its total stayed',
      [...ONE, made('re_2', 600n), step('e1', 600n, 600n), step('e2', 1_200n, 600n)],
      ['paid', 137n],
    ],
    [
      'failed and made again, by totals alone that fell',
      [...ONE, made('re_2', 600n), refunded(600n), refunded(600n)],
      ['paid', 137n],
    ],
    [
      'cancelled, and never in a total; another one is',
      [...ONE, made('re_2', 600n), step('e2', 600n, 600n)],
      ['paid', 137n],
    ],
    [
      'cancelled, and never in a total; another one failed, too',
      [...ONE, step('e2', 600n, 600n), failing('re_2', 600n)],
      ['paid', 275n],
    ],
    [
      'of two the total of one was never heard',
      [made('re_1', 600n), made('re_2', 600n), step('e1', 600n, 600n)],
      ['refunded', 0n],
    ],
    [
      'of two one was never named',
      [made('re_1', 600n), step('e1', 600n, 600n), step('e2', 1_200n, 600n)],
      ['refunded', 0n],
    ],
    [
      'before it was paid, and failed after it had arrived',
      [failing('re_1', 600n), made('re_1', 600n)],
      ['paid', 275n],
    ],
  ])('[CASH-40] a refund by its name: %s', (_title, words, expected) => {
    expect(left([...words, paid()])).toEqual(expected);
    expect(left([paid(), ...words.toReversed()])).toEqual(expected);
  });

  test('[CASH-40] of refunds that are all named, made and failed in any order, those stand that have not failed, however totals are reported', () => {
    const refunds = fc.array(
      fc.record({ amount: fc.integer({ min: 1, max: 300 }), fails: fc.boolean(), isInTotal: fc.boolean() }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(refunds, fc.boolean(), fc.infiniteStream(fc.nat()), (all, falls, order) => {
        const words: ProviderWord[] = [paid()];
        let total = 0n;
        for (const [n, { amount, fails, isInTotal }] of all.entries()) {
          const of = BigInt(amount);
          words.push(made(`re_${n}`, of));
          // One that was cancelled before it left may have been part of no total.
          if (isInTotal || !fails) words.push(step(`evt_${n}`, (total += of), of));
          if (fails) words.push(failing(`re_${n}`, of));
          if (fails && falls && isInTotal) total -= of;
        }
        const stands = all.reduce((sum, { amount, fails }) => (fails ? sum : sum + BigInt(amount)), 0n);
        const shuffled = words
          .map((each) => [order.next().value, each] as const)
          .toSorted(([a], [b]) => a - b);
        const expected = stands >= 1_200n ? 275n : (275n * stands + 1_199n) / 1_200n;
        expect(
          standingOf(
            pack,
            shuffled.map(([, each]) => each),
          ).takenBack,
        ).toBe(expected);
      }),
    );
  });

  test('[CASH-2] order and repetition cannot matter', () => {
    const words = fc.oneof(
      fc.constantFrom<ProviderWord>(
        paid(),
        paid(1n),
        word('failed'),
        word('expired'),
        word('disputed'),
        word('dispute_won'),
        about('disputed', 1),
        about('dispute_won', 1),
        about('dispute_lost', 2),
        step('evt_1', 600n, 600n),
        step('evt_2', 900n, 300n),
        failing('re_1', 600n),
        failing('re_2', 300n),
        made('re_1', 600n),
        made('re_3', 300n),
      ),
      fc.bigInt({ min: 0n, max: 2_000n }).map(refunded),
    );
    const told = fc
      .array(words, { maxLength: 8 })
      .chain((said) =>
        fc.tuple(fc.constant(said), fc.shuffledSubarray([...said, ...said], { minLength: said.length * 2 })),
      );
    fc.assert(
      fc.property(told, ([said, again]) => {
        expect(standingOf(pack, again)).toEqual(standingOf(pack, said));
      }),
    );
  });
});

describe('a payout', () => {
  test.each<[PayoutStatus, string]>([
    ['requested', 'taken taken taken'],
    ['sent', 'same taken taken'],
    ['paid', 'refused same taken'],
    ['returned', 'refused refused same'],
  ])('[CASH-5] from %s: sent, paid, returned are %s', (from, expected) => {
    const steps = (['sent', 'paid', 'returned'] as const).map((step) => payoutStep(from, step));
    expect(steps.join(' ')).toBe(expected);
  });
});
