import { expect, it } from 'vitest';
import { statementTable } from './statement-table.ts';

const of = { whose: 'wallet' as const, timeZone: 'UTC', name: 'Lucía', balance: 0, madeAt: 0, cutTo: null };
const entry = { id: 'j', occurredAt: '2026-11-29T08:00:00Z', coins: 5, balance: 5, unit: null, call: null };

it.each([
  ['topup', 'medium', 'Bought', 'Compra'],
  ['bonus', 'medium', 'Bonus of a pack', 'Extra de una compra'],
  ['chargeback', 'disputed', 'Payment taken back', 'Pago anulado'],
  ['grant', 'Bienvenida', 'Bienvenida', 'Bienvenida'],
  ['payout', 'Transfer 4711', 'Transfer 4711', 'Transfer 4711'],
])('[LEDGER-13] of %s the words of people are said, and no pack’s id or state', (kind, memo, en, es) => {
  const said = (locale: string) => statementTable({ ...of, locale }).cells({ ...entry, kind, memo })[1];
  expect([said('en-US'), said('es-MX')]).toEqual([en, es]);
});

const withBob = { callId: 'call_1', with: 'Bob' };
it.each([
  ['charge', null, 'Call with Bob', 'Llamada con Bob'],
  ['adjustment', null, 'Correction, call with Bob', 'Corrección, llamada con Bob'],
  ['refund', 'It froze.', 'Given back, call with Bob: It froze.', 'Devolución, llamada con Bob: It froze.'],
])('[LEDGER-13] of the %s of a call it is said whom it was with, and why', (kind, memo, en, es) => {
  const line = { ...entry, kind, memo, call: withBob };
  const said = (locale: string) => statementTable({ ...of, locale }).cells(line)[1];
  expect([said('en-US'), said('es-MX')]).toEqual([en, es]);
});

it('[LEDGER-17] says whose earnings it is about, and that a payout came back', () => {
  const { title, cells } = statementTable({ ...of, whose: 'earnings', locale: 'en-US' });
  const payout = (coins: number) => cells({ ...entry, kind: 'payout', memo: null, coins })[1];
  expect([title, payout(-5), payout(5)]).toEqual(['Statement of earnings', 'Paid out', 'Payout returned']);
});
