import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { inDays, lenderAt } from '../collections.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`files that are undone one after the other on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let carlos: Guest;
    let lender: ReturnType<typeof lenderAt>;

    beforeAll(async () => {
      server = await startTestServer(kind);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      carlos = await server.person('carlos', ['collector']);
      lender = lenderAt(server, manager);
    });
    afterAll(() => server.close());

    const bring = async (of: string, ...lines: string[]): Promise<string> => {
      const { body } = await lender.post('imports', manager, { kind: of, file: lines.join('\n') });
      expect(body).toMatchObject({ status: 'done' });
      return body.id;
    };
    const undo = async (id: string) => (await lender.post(`imports/${id}/undo`, manager, {})).body;
    const give = (debtor: string, to: Guest) =>
      bring('assignments', 'debtorId,collectorId', `${debtor},${to.personId}`);
    const collectorOf = async (debtor: string): Promise<string | null> =>
      (await lender.get(`debtors?q=${debtor}`, manager)).body.items[0].collectorId;
    const undone = { status: 'undone' };
    const inUse = { code: 'import.in_use' };

    it.each([
      ['the last one first', [3, 2, 1, 0]],
      ['the assignments last but one', [2, 1, 3, 0]],
    ])('[COLL-22] a whole take-over goes as it came: %s', async (name, order) => {
      const key = name.replaceAll(' ', '');
      const files = [
        await bring('debtors', 'name,externalId', `Ana,d-${key}`, `Ben,e-${key}`),
        await bring(
          'credits',
          'debtorId,amount,currency,endDate,externalId,installments',
          `d-${key},300,EUR,${inDays(9)},c-${key},${inDays(2)}:100 ${inDays(9)}:200`,
        ),
        await bring(
          'payments',
          'creditId,amount,paidAt',
          `c-${key},100,2026-01-05`,
          `c-${key},50,2026-01-06`,
        ),
        await bring(
          'assignments',
          'debtorId,collectorId',
          `d-${key},${carol.personId}`,
          `e-${key},${carol.personId}`,
        ),
      ];
      expect([await undo(files[0]!), await undo(files[1]!)]).toMatchObject([inUse, inUse]);
      for (const at of order) expect(await undo(files[at]!)).toMatchObject(undone);
      for (const of of ['debtor', 'credit', 'entry', 'installment', 'event', 'assignment']) {
        const { rows } = await sql<{ count: bigint }>`
          select count(*) as count from ${sql.table(`collections.${of}`)}`.execute(server.db);
        expect([of, rows[0]?.count]).toEqual([of, 0n]);
      }
      await bring('debtors', 'name,externalId', `Ana,d-${key}`);
      await undo((await lender.get('imports', manager)).body.items[0].id);
    });

    it('[COLL-22] what was done by hand since keeps debtors and credits', async () => {
      const debtors = await bring('debtors', 'name,externalId', 'Cleo,cleo-1');
      const credits = await bring(
        'credits',
        'debtorId,amount,currency,endDate,externalId',
        `cleo-1,300,EUR,${inDays(9)},cleo-c1`,
      );
      const paid = await bring('payments', 'creditId,amount,paidAt', 'cleo-c1,100,2026-01-05');
      await lender.post('payments', manager, {
        creditId: 'cleo-c1',
        amount: 1,
        paidAt: new Date().toISOString(),
        id: 'paid-by-hand',
      });
      await lender.post('payments/paid-by-hand/reverse', manager, { reason: 'twice' });
      expect(await undo(paid)).toMatchObject(undone);
      expect(await undo(credits)).toMatchObject(inUse);
      const by = await bring('debtors', 'name,externalId', 'Dan,dan-1');
      await lender.post('assignments', manager, { debtorId: 'dan-1', collectorId: carol.personId });
      const over = await give('dan-1', carlos);
      expect(await undo(over)).toMatchObject(undone);
      expect(await undo(by)).toMatchObject(inUse);
      expect(await undo(debtors)).toMatchObject(inUse);
      expect(await collectorOf('dan-1')).toBe(carol.personId);
    });

    it.each([
      ['the later first', true],
      ['the earlier first', false],
    ])(
      '[COLL-22] two files of assignments, %s: the debtor is whose they were before both',
      async (name, isLaterFirst) => {
        for (const [before, n] of [
          [null, 1],
          [carol, 2],
        ] as const) {
          const debtor = `${name.replaceAll(' ', '')}-${n}`;
          await lender.lend('Eva', inDays(5), {
            debtor: { externalId: debtor },
            ...(before ? { to: before } : {}),
          });
          const first = await give(debtor, carlos);
          const second = await give(debtor, carol);
          const third = await give(debtor, carlos);
          expect(await undo(third)).toMatchObject(undone);
          expect(await collectorOf(debtor)).toBe(carol.personId);
          for (const id of isLaterFirst ? [second, first] : [first, second])
            expect(await undo(id)).toMatchObject(undone);
          expect(await collectorOf(debtor)).toBe(before?.personId ?? null);
        }
      },
    );

    it('[COLL-22] given on by hand since, a debtor stays where they are', async () => {
      await lender.lend('Fay', inDays(5), { debtor: { externalId: 'fay-1' }, to: carol });
      const first = await give('fay-1', carlos);
      await lender.post('assignments', manager, { debtorId: 'fay-1', collectorId: carol.personId });
      expect(await undo(first)).toMatchObject(undone);
      expect(await collectorOf('fay-1')).toBe(carol.personId);
      const second = await give('fay-1', carlos);
      expect(await undo(second)).toMatchObject(undone);
      expect(await collectorOf('fay-1')).toBe(carol.personId);
    });
  });
}
