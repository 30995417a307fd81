import type { Operations } from './operation.ts';

/** What a team's own backend sends, and collections. */
export const TEAM_OPERATIONS: Operations = {
  'PUT /api/v1/people/by-external-id/{externalId}': {
    body: { name: 'Ana', locale: 'es', roles: ['client'] },
    as: 'admin',
    params: { externalId: 'user-7' },
    status: 201,
  },
  'POST /api/v1/people/{id}/tokens': {
    body: { ttlMs: 3_600_000, scopes: ['inbox', 'collections'] },
  },
  'POST /api/v1/notices': {
    body: { to: [{ role: 'client' }], title: 'We are back', body: 'The service works again.' },
    as: 'admin',
    status: 201,
  },
  'POST /api/v1/debtors': { body: { name: 'Bruno Quiroga', zone: 'Norte' }, as: 'admin', status: 201 },
  'POST /api/v1/credits': {
    body: { debtorId: 'debtor_01…', amount: 240_000, currency: 'EUR', endDate: '2027-06-30' },
  },
  'POST /api/v1/assignments': { body: { debtorId: 'debtor_01…', collectorId: 'person_01…' } },
  'POST /api/v1/assignments/many': {
    body: { debtorIds: ['debtor_01…', 'debtor_02…'], collectorId: 'person_01…' },
  },
  'POST /api/v1/credits/{id}/close': { body: { as: 'written_off', reason: 'Cannot be found any more' } },
  'POST /api/v1/credits/{id}/reopen': { body: { reason: 'They are back' } },
  'POST /api/v1/visits': {
    body: { creditId: 'credit_01…', kind: 'promise', on: '2026-12-04', note: 'After the pay day' },
  },
  'POST /api/v1/payments': {
    body: { creditId: 'credit_01…', amount: 24_000, paidAt: '2026-11-27T10:00:00.000Z' },
  },
  'POST /api/v1/payments/{id}/reverse': { body: { reason: 'Entered twice' } },
  'POST /api/v1/imports': {
    body: { kind: 'debtors', file: 'name;phone;zone\nBruno Quiroga;+34 600 100 200;Norte\n', preview: true },
    as: 'admin',
    status: 201,
  },
  'POST /api/v1/imports/{id}/undo': {},
  'POST /api/v1/imports/{id}/cancel': {},
  'POST /api/v1/collections/check': { body: { dryRun: true }, as: 'admin' },
};
