import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { inDays, lenderAt, today } from './collections.testing.ts';

const MOST = Number.MAX_SAFE_INTEGER;

/** Days, amounts and characters at the ends of what there is: refused by name, or counted; never a 500, never something that nobody can read again. */
for (const kind of await openTestDatabases()) {
  describe(`odd values of collections on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let lender: ReturnType<typeof lenderAt>;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const post = (path: string, body: object) => lender.post(path, manager, body);
    const bring = (of: string, ...lines: string[]) =>
      post('imports', { kind: of, file: `${lines.join('\n')}\n` });
    const lend = async (externalId: string, amount: number) => {
      const { body } = await post('debtors', { name: externalId });
      const terms = { debtorId: body.id, amount, currency: 'COP', endDate: inDays(-3), externalId };
      return (await post('credits', terms)).body.id as string;
    };

    it('[COLL-6] there is no year 0, and no day that cannot be reckoned', async () => {
      const creditId = await lend('years', 100);
      const { debtor } = (await lender.get(`credits/${creditId}`, manager)).body;
      const terms = { debtorId: debtor.id, amount: 100, currency: 'COP' };
      for (const [path, body, where] of [
        ['credits', { ...terms, endDate: '0000-01-01' }, 'body.endDate'],
        ['payments', { creditId, amount: 1, paidAt: '0000-01-01T00:00:00Z' }, 'body.paidAt'],
        ['payments', { creditId, amount: 1, paidAt: '0001-01-01T00:00:00+05:00' }, 'body.paidAt'],
        ['collections/check', { at: '0000-06-01T00:00:00Z', dryRun: true }, 'body.at'],
        ['collections/check', { at: '0001-01-01T00:00:00Z', dryRun: true }, 'body.at'],
        ['collections/check', { at: '9999-12-31T00:00:00Z', dryRun: true }, 'body.at'],
      ] as const) {
        const { status, body: seen } = await post(path, body);
        expect([status, seen.code, seen.detail]).toEqual([
          400,
          'request.invalid',
          expect.stringContaining(where),
        ]);
      }
      expect((await post('credits', { ...terms, endDate: '9999-12-31' })).status).toBe(201);
      expect((await post('collections/check', { at: '9998-12-31T00:00:00Z', dryRun: true })).status).toBe(
        200,
      );
    });

    it('[COLL-6] half a character is refused where it cannot be stored', async () => {
      const creditId = await lend('halves', 100);
      const paid = await post('payments', { creditId, amount: 1, paidAt: `${today}T00:00:00Z` });
      expect(await post(`payments/${paid.body.id}/reverse`, { reason: 'a\uD800' })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', detail: expect.stringContaining('cannot be stored') },
      });
      expect((await lender.get(`credits/${creditId}`, manager)).body.balance).toBe(99);
    });

    it('[COLL-6] payments of a file are no more than can be counted, nor of a day to come, as single ones are', async () => {
      const creditId = await lend('huge', 300);
      const columns = 'creditId,amount,paidAt';
      const { body } = await bring(
        'payments',
        columns,
        `huge,${MOST - 5},${today}`,
        `huge,6,${today}`,
        `huge,5,${today}`,
        `huge,1,${inDays(3)}`,
        `huge,1,0000-01-01`,
      );
      expect(body).toMatchObject({ status: 'refused', faults: 3, made: 0 });
      expect(
        body.report.map(({ fault }: { fault: { column: string; code: string } | null }) =>
          fault ? `${fault.column} ${fault.code}` : null,
        ),
      ).toEqual([null, 'amount too_large', null, 'paidAt ahead', 'paidAt not_an_instant']);
      expect((await bring('payments', columns, `huge,${MOST},${today}`)).body.status).toBe('done');
      expect((await bring('payments', columns, `huge,1,${today}`)).body.report[0].fault).toMatchObject({
        column: 'amount',
        code: 'too_large',
      });
      expect((await lender.get(`credits/${creditId}`, manager)).body.balance).toBe(300 - MOST);
      expect((await lender.get('credits', manager)).status).toBe(200);
    });

    it('[COLL-19] a line with a character that cannot be stored is named, however far below it stands', async () => {
      const many = Array.from({ length: 6_000 }, (_, n) => `Somebody number ${n}`);
      const { body } = await bring('debtors', 'name', ...many, 'A\0B');
      expect(body).toMatchObject({
        status: 400,
        detail: expect.stringMatching(/^body\.file: line 6002: NUL/),
      });
      expect((await bring('debtors', 'name', 'A', '\ud83d')).body.detail).toMatch(
        /^body\.file: line 3: half/,
      );
      const cut = await bring(
        'credits',
        'debtorId,amount,currency,endDate',
        `${'x'.repeat(59)}😀x,1,EUR,${today}`,
      );
      expect(cut.body.report[0].fault).toMatchObject({ code: 'unknown', seen: `${'x'.repeat(59)}😀` });
    });

    it('[COLL-15] sums of amounts without measure are shown as the most that a number holds', async () => {
      const { body: debtor } = await post('debtors', { name: 'Midas' });
      for (let n = 0; n < 2; n++)
        await post('credits', { debtorId: debtor.id, amount: MOST, currency: 'XAU', endDate: inDays(-1) });
      const { items } = (await lender.get('debtors?q=midas', manager)).body;
      expect(items[0].owes).toEqual([{ currency: 'XAU', amount: MOST }]);
      const { status, body } = await lender.get('collections/overview', manager);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).toContain(`{"currency":"XAU","amount":${MOST}}`);
    });

    it('[COLL-21] a form that is none is refused as such', async () => {
      for (const type of ['multipart/form-data', 'multipart/form-data; boundary=zz']) {
        const answer = await server.app.inject({
          method: 'POST',
          url: '/api/v1/imports',
          headers: { ...manager.headers, 'content-type': type },
          payload: 'junk',
        });
        expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid']);
        expect(answer.json().detail).toContain('form cannot be read');
      }
    });
  });
}
