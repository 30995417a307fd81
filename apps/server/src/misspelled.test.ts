import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type TestServer } from './server.testing.ts';

/** Bodies that are right, of all that gives, takes, holds or prices coins. */
const MONEY: readonly (readonly ['POST' | 'PUT', string, object])[] = [
  ['POST', 'wallets/person_1/grants', { coins: 5 }],
  ['POST', 'topups', { packId: 'small' }],
  ['POST', 'topups/topup_1/dev-pay', {}],
  ['POST', 'payouts', { coins: 5 }],
  ['POST', 'payouts/payout_1/sent', { reason: 'Sent.' }],
  ['POST', 'calls/call_1/refunds', { coins: 5, reason: 'It was frozen.' }],
  ['POST', 'calls', { with: 'person_1' }],
  ['POST', 'bookings', { offeringId: 'offering_1', startsAt: '2030-01-01T10:00:00Z' }],
  ['POST', 'matching/waiting', { maxPrice: 10 }],
  ['POST', 'matching/tell-me', { maxPrice: 10 }],
  ['POST', 'matching/on-air', { planId: 'standard' }],
  ['POST', 'plans', { id: 'gold', name: 'Gold', price: 20 }],
  ['PUT', 'plans', { plans: ['standard'] }],
  ['PUT', 'packs', { items: [] }],
];

// One store will do: nothing of it is reached.
for (const kind of (await openTestDatabases()).slice(0, 1)) {
  describe('what is misspelled', () => {
    let server: TestServer;
    beforeAll(async () => void (server = await startTestServer(kind)));
    afterAll(() => server.close());

    test.each(MONEY)(
      '[LEDGER-16] %s %s refuses a field that it does not know',
      async (method, path, body) => {
        const send = (payload: object) =>
          server.app.inject({
            method,
            url: `/api/v1/${path}`,
            payload,
            headers: { 'idempotency-key': 'misspelled' },
          });
        expect((await send(body)).statusCode).toBe(401);
        const refused = await send({ ...body, maxprice: 1 });
        expect([refused.statusCode, refused.json().code]).toEqual([400, 'request.invalid']);
        expect(JSON.stringify(refused.json())).toContain('maxprice');
      },
    );
  });
}
