import { expect, it } from 'vitest';
import { statementTable } from './statement-table.ts';

const of = { timeZone: 'UTC', name: 'Lucía', balance: 0, madeAt: 0, cutTo: null };
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
