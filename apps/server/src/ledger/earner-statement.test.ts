import type { StatementLine } from '@latido/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases, readPdf } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { openAccount, writeEntry } from './index.ts';

for (const kind of await openTestDatabases()) {
  describe(`the statement of who earns on ${kind.name}`, () => {
    let server: TestServer;
    let dora: Guest;
    let carol: Guest;
    beforeAll(async () => {
      server = await startTestServer(kind);
      dora = await server.person('dora', ['mentor']);
      carol = await server.person('carol', ['client'], 100n);
      const admin = await server.person('adam', ['admin']);
      // As if calls had earned them.
      for (const coins of [70n, 30n]) {
        await server.db.transaction().execute(async (tx) => {
          const accountId = await openAccount(tx, dora.personId, 'earner');
          await writeEntry(tx, { kind: 'refund', idemKey: `earned:${coins}`, actor: 'test' }, [
            [accountId, coins],
            ['account_platform', -coins],
          ]);
        });
      }
      const { id } = (await post('payouts', dora, { coins: 60 })).json();
      await post(`payouts/${id}/returned`, admin, { reason: 'The account is closed.' });
    });
    afterAll(() => server.close());

    const post = (url: string, { headers }: Guest, payload: object) =>
      server.app.inject({ method: 'POST', url: `/api/v1/${url}`, headers, payload });
    const read = (query: string, { headers }: Guest) =>
      server.app.inject({ url: `/api/v1/earnings/statement${query}`, headers });

    it('[LEDGER-17] goes back to the first share, page by page, each line with the balance after it', async () => {
      const lines: [string, number, number, string | null][] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { items: StatementLine[]; nextCursor: string | null } = (
          await read(`?limit=3${cursor && `&cursor=${cursor}`}`, dora)
        ).json();
        for (const { kind: of, coins, balance, memo } of page.items) lines.push([of, coins, balance, memo]);
        cursor = page.nextCursor;
      }
      expect(lines).toEqual([
        ['payout', 60, 100, 'The account is closed.'],
        ['payout', -60, 40, null],
        ['refund', 30, 100, null],
        ['refund', 70, 70, null],
      ]);
    });

    it('[LEDGER-17] as a file and to be printed, under its own name', async () => {
      const file = await read('?format=csv', dora);
      expect(file.headers['content-disposition']).toContain('latido-earnings');
      const columns = file.body
        .trim()
        .split('\r\n')
        .map((line) => line.split(',').slice(1, 4).join());
      expect(columns.slice(0, 3)).toEqual(['kind,coins,balance', 'payout,60,100', 'payout,-60,40']);
      const { texts } = readPdf((await read('?format=pdf&zone=America/Bogota', dora)).rawPayload);
      expect(texts).toContain('Statement of earnings');
      expect(texts.join(' ')).toMatch(/The account is closed\. \+60 100 .* Paid out −60 40/);
    });

    it('[LEDGER-17] is empty of who has earned nothing, whatever is in their wallet', async () => {
      expect((await read('', carol)).json()).toEqual({ items: [], nextCursor: null });
      expect((await read('?format=csv', carol)).body.trim().split('\r\n')).toHaveLength(1);
      expect((await server.app.inject({ url: '/api/v1/earnings/statement' })).statusCode).toBe(401);
    });
  });
}
