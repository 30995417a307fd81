import type { Operations } from './operation.ts';

const gold = { id: 'gold', name: 'Gold', price: 20, connectFee: 5, tiers: [{ fromUnit: 10, price: 15 }] };

/** Coins bought and given back, earnings paid out, prices written. */
export const MONEY_OPERATIONS: Operations = {
  'PUT /api/v1/packs': {
    body: { items: [{ id: 'small', name: 'Small', coins: 100, bonus: 0, amount: 500, currency: 'USD' }] },
    as: 'admin',
  },
  'POST /api/v1/topups': {
    errors: ['pack.not_found', 'topup.unavailable', 'idempotency.mismatch'],
    body: { packId: 'small' },
    as: 'payer',
    status: 201,
  },
  'POST /api/v1/topups/{id}/dev-pay': { errors: ['topup.not_found'], body: {} },
  'POST /api/v1/payouts': {
    errors: ['earnings.insufficient', 'idempotency.mismatch'],
    body: { coins: 50 },
  },
  'POST /api/v1/payouts/{id}/sent': {
    errors: ['payout.not_found', 'payout.refused'],
    body: { reason: 'Transfer 4711' },
  },
  'POST /api/v1/payouts/{id}/paid': { errors: ['payout.not_found', 'payout.refused'], body: {} },
  'POST /api/v1/payouts/{id}/returned': {
    errors: ['payout.not_found', 'payout.refused'],
    body: { reason: 'The account is closed.' },
  },
  'POST /api/v1/calls/{id}/refunds': {
    errors: ['refund.too_much', 'idempotency.mismatch'],
    body: { units: 2, reason: 'The picture was frozen.' },
  },
  'POST /api/v1/plans': { errors: ['plan.changed'], body: gold, as: 'admin', status: 201 },
  'GET /api/v1/admin/plans': { as: 'admin' },
  'GET /api/v1/plans/{id}': { errors: ['plan.not_found'], as: 'admin', params: { id: 'standard' } },
  'GET /api/v1/plans/{id}/versions': { errors: ['plan.not_found'], as: 'admin', params: { id: 'standard' } },
  'POST /api/v1/plans/preview': { body: gold, as: 'admin' },
};
