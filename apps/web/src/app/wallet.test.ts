import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it, test } from 'vitest';
import { isOlder, movementsOf, readPartsAnew, type WalletSum } from './wallet.ts';

const call = (callId: string, name: string) => ({ callId, with: name });
const line = (id: string, coins: number, balance: number, of: object = {}) => ({
  id,
  kind: 'charge',
  occurredAt: `2026-11-27T10:0${id}:00.000Z`,
  coins,
  balance,
  unit: 1,
  memo: null,
  call: null,
  ...of,
});

test('[WEB-WALLET-1] units of one call that follow each other are one line with their sum and the latest balance', () => {
  const bob = call('call_1', 'Bob');
  const lines = [
    line('5', -10, 60, { call: bob }),
    line('4', -10, 70, { call: bob }),
    line('3', 25, 80, { kind: 'grant', memo: 'Gift', unit: null }),
    line('2', -10, 55, { call: bob }),
    line('1', -35, 65, { call: call('call_0', 'Dora') }),
  ];
  expect(
    movementsOf(lines).map(({ coins, balance, units, at }) => [coins, balance, units, at.slice(11, 16)]),
  ).toEqual([
    [-20, 60, 2, '10:05'],
    [25, 80, 0, '10:03'],
    [-10, 55, 1, '10:02'],
    [-35, 65, 1, '10:01'],
  ]);
});

test('[WEB-WALLET-1] what was given back for two reasons is two lines, each with its own', () => {
  const back = { kind: 'refund', call: call('call_1', 'Bob') };
  const lines = [
    line('3', 4, 60, { ...back, memo: 'The sound broke off.' }),
    line('2', 10, 56, { ...back, memo: 'It froze.' }),
    line('1', 10, 46, { ...back, memo: 'It froze.' }),
  ];
  expect(movementsOf(lines).map(({ coins, memo }) => [coins, memo])).toEqual([
    [4, 'The sound broke off.'],
    [20, 'It froze.'],
  ]);
});

test.each([
  ['the balance is another, and was read later', 90, 2, true],
  ['the balance is that of its newest line', 100, 2, false],
  ['the balance was read before it, as another one', 90, 1, false],
])('[LEDGER-96] a statement is older where %s', (_where, balance, readAt, older) => {
  const statement = { newest: { balance: 100 }, readAt: 1 };
  expect(isOlder(statement, { balance, readAt })).toBe(older);
});

test('[LEDGER-96] a statement without a line is older once its account has something', () => {
  const empty = { newest: undefined, readAt: 1 };
  expect(isOlder(empty, { balance: 5, readAt: 2 })).toBe(true);
  expect(isOlder(empty, { balance: 0, readAt: 2 })).toBe(false);
});

describe('the parts of a wallet', () => {
  const at = (balance: number, held: number) => ({ balance, held });
  const staleAfter = async (before: WalletSum | undefined, after: WalletSum) => {
    const client = new QueryClient();
    const parts = [
      ['wallet', 'lots'],
      ['wallet', 'statement'],
    ];
    for (const queryKey of parts) client.setQueryData(queryKey, {});
    await readPartsAnew(client, before, after);
    return parts.map((queryKey) => client.getQueryState(queryKey)?.isInvalidated);
  };

  it('[LEDGER-62] are read anew when the balance or what is held is another', async () => {
    expect(await staleAfter(at(100, 0), at(90, 0))).toEqual([true, true]);
    expect(await staleAfter(at(100, 0), at(100, 10))).toEqual([true, true]);
  });

  it('[LEDGER-62] stay where neither has changed, or nothing was known before', async () => {
    expect(await staleAfter(at(100, 10), at(100, 10))).toEqual([false, false]);
    expect(await staleAfter(undefined, at(100, 10))).toEqual([false, false]);
  });
});
