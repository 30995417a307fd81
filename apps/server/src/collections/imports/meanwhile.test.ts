import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../../server.testing.ts';
import { inDays, lenderAt } from '../collections.testing.ts';

const ROUNDS = 4;

for (const kind of await openTestDatabases()) {
  describe(`imports beside other work on ${kind.name}`, () => {
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

    const bring = async (of: string, file: string) =>
      (await lender.post('imports', manager, { kind: of, file })).body;
    const undo = (id: string) => lender.post(`imports/${id}/undo`, manager, {});
    const lines = (count: number, line: (n: number) => string): string =>
      Array.from({ length: count }, (_, n) => line(n)).join('\n');

    it('[COLL-24] the same file twice at once is written once, and the other time each line of it is named', async () => {
      const file = `name,externalId\n${lines(400, (n) => `Ana,same-${n}`)}`;
      const both = await Promise.all([bring('debtors', file), bring('debtors', file)]);
      const [done, refused] = both.toSorted((a, b) => String(a.status).localeCompare(b.status));
      expect(done).toMatchObject({ status: 'done', made: 400 });
      expect(refused).toMatchObject({ status: 'refused', made: 0, faults: 400 });
      expect(refused.report[0]).toMatchObject({
        line: 2,
        fault: { column: 'externalId', code: 'taken', seen: 'same-0' },
        madeId: null,
      });
    });

    it('[COLL-24] whoever lends to a debtor whose import is undone right then is told, or the import stays', async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = (n: number): string => `lent-${round}-${n}`;
        const { id: made } = await bring('debtors', `name,externalId\n${lines(8, (n) => `Ben,${id(n)}`)}`);
        const terms = { amount: 5, currency: 'COP', endDate: inDays(1) };
        const [undone, ...lent] = await Promise.all([
          undo(made),
          ...[0, 3, 7].map((n) => lender.post('credits', manager, { debtorId: id(n), ...terms })),
          lender.post('assignments', manager, { debtorId: id(5), collectorId: carol.personId }),
        ]);
        const isGone = undone.status === 200;
        if (!isGone) expect(undone.body.code).toBe('import.in_use');
        expect(new Set(lent.map(({ status }) => status))).toEqual(new Set([isGone ? 404 : 201]));
      }
    });

    it('[COLL-24] whoever pays a credit whose import is undone right then is told, or the import stays', async () => {
      await bring('debtors', 'name,externalId\nCleo,cleo-1\n');
      for (let round = 0; round < ROUNDS; round += 1) {
        const id = (n: number): string => `paid-${round}-${n}`;
        const { id: made } = await bring(
          'credits',
          `debtorId,amount,currency,endDate,externalId\n${lines(8, (n) => `cleo-1,100,COP,${inDays(1)},${id(n)}`)}`,
        );
        const paidAt = new Date().toISOString();
        const [undone, ...paid] = await Promise.all([
          undo(made),
          ...[0, 3, 7].map((n) => lender.post('payments', manager, { creditId: id(n), amount: 5, paidAt })),
          bring('payments', `creditId,amount,paidAt\n${id(5)},5,2026-01-05\n`),
        ]);
        const file = paid.pop();
        const singles = paid.map((each) => ('body' in each ? each.status : 0));
        if (undone.status === 200) {
          expect(singles).toEqual([404, 404, 404]);
          expect(file).toMatchObject({
            status: 'refused',
            report: [{ line: 2, fault: { column: 'creditId' } }],
          });
        } else {
          expect(undone.body.code).toBe('import.in_use');
          expect([...singles, 'status' in file! ? file.status : '']).toEqual([201, 201, 201, 'done']);
        }
      }
    });

    it('[COLL-22] a promise that was made since outlives the undoing of payments', async () => {
      const { credit } = await lender.lend('Dan', inDays(-3), { to: carol });
      const { id } = await bring('payments', `creditId,amount,paidAt\n${credit.id},100,2026-01-05\n`);
      await lender.post('visits', manager, { creditId: credit.id, kind: 'promise', on: inDays(2) });
      await undo(id);
      const { body } = await lender.get(`credits/${credit.id}`, manager);
      expect(body).toMatchObject({ promisedOn: inDays(2), balance: 30_000 });
    });

    it('[COLL-22] both collectors are told when an import of assignments is undone', async () => {
      const { debtor } = await lender.lend('Fay', inDays(5), { to: carol });
      const { debtor: nobodys } = await lender.lend('Gil', inDays(5));
      const to = carlos.personId;
      const { id } = await bring(
        'assignments',
        `debtorId,collectorId\n${debtor.id},${to}\n${nobodys.id},${to}\n`,
      );
      await undo(id);
      const back = { debtorId: debtor.id, collectorId: carol.personId, previous: to };
      expect((await lender.inbox(carol, 'client.assigned')).at(-1)?.payload).toMatchObject(back);
      const told = (await lender.inbox(carlos, 'client.assigned')).map(
        ({ payload }: { payload: object }) => payload,
      );
      expect(told).toEqual(
        expect.arrayContaining([
          expect.objectContaining(back),
          expect.objectContaining({ debtorId: nobodys.id, collectorId: null, previous: to }),
        ]),
      );
    });
  });
}
