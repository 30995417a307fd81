import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { grant, openAccount } from './index.ts';
import { statement, statementInParts, statementQuery } from './statement.ts';

for (const kind of await openTestDatabases()) {
  describe(`wallets with much in them, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let accountId: string;
    const LOTS = 5;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client']);
      await server.db.transaction().execute(async (tx) => {
        accountId = await openAccount(tx, alice.personId, 'wallet');
        for (let n = 1; n <= LOTS; n += 1) {
          // Of some the order of expiry is another one than that of age; the last ones never expire.
          const expiry = n < 4 ? { expiresAt: new Date(Date.UTC(2126, 0, 10 - n)) } : {};
          const lot = { kind: 'bonus', coins: BigInt(n), accountId, ...expiry } as const;
          await grant(tx, { ...lot, idemKey: `lot ${n}`, actor: 'test' });
        }
      });
    });
    afterAll(() => server.close());

    interface PlanNode {
      readonly Alias?: string;
      readonly 'Actual Loops': number;
      readonly Plans?: readonly PlanNode[];
    }
    const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
    /** How often a page of the statement sums up what is newer than it. */
    const sumsOf = async (page: Parameters<typeof statementQuery>[1]): Promise<number> => {
      const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>`
        explain (analyze, format json) ${statementQuery(accountId, page)}`.execute(server.db);
      const nodes = nodesOf(rows[0]?.['QUERY PLAN'][0].Plan as PlanNode);
      return nodes.filter((node) => node.Alias === 'l').reduce((sum, node) => sum + node['Actual Loops'], 0);
    };

    it('[LEDGER-81] a page of a statement sums up what is newer once, and one that goes on not at all', async () => {
      const all = await statement(server.db, accountId, { limit: 10 });
      expect(all.map(({ balance }) => balance)).toEqual([15n, 10n, 6n, 3n, 1n]);
      const [, second] = all;
      expect(await statement(server.db, accountId, { limit: 10, beforeNo: second?.no })).toEqual(
        all.slice(2),
      );
      expect(await sumsOf({ limit: 10, beforeNo: second?.no })).toBe(1);
      expect(await sumsOf({ limit: 10, beforeNo: second?.no, latest: 6n })).toBe(0);
      expect(await statement(server.db, accountId, { limit: 10, beforeNo: second?.no, latest: 6n })).toEqual(
        all.slice(2),
      );
    });

    const read = (url: string) => server.app.inject({ url: `/api/v1/wallet/${url}`, headers: alice.headers });

    it('[LEDGER-40] a statement is read in parts that follow each other, however long it is, each line with its balance', async () => {
      const parts = [];
      for await (const part of statementInParts(server.db, accountId, 2))
        parts.push(part.map(({ coins, balance }) => [Number(coins), Number(balance)]));
      expect(parts).toEqual([
        [
          [5, 15],
          [4, 10],
        ],
        [
          [3, 6],
          [2, 3],
        ],
        [[1, 1]],
      ]);
    });

    it('[LEDGER-40] as a file it has its titles once, and every line', async () => {
      const { body, headers } = await read('statement?format=csv&excel=true');
      expect(headers['content-type']).toContain('text/csv');
      expect(body.startsWith('\uFEFFat,kind,coins')).toBe(true);
      expect(body.trim().split('\r\n')).toHaveLength(LOTS + 1);
    });

    it('[LEDGER-41] the lots of a wallet are read page by page, in the order in which they are spent', async () => {
      const coins: number[] = [];
      let pages = 0;
      for (let cursor: string | null = ''; cursor !== null; pages += 1) {
        const page: { items: { coins: number }[]; nextCursor: string | null } = (
          await read(`lots?limit=2${cursor && `&cursor=${cursor}`}`)
        ).json();
        coins.push(...page.items.map((lot) => lot.coins));
        cursor = page.nextCursor;
      }
      expect([coins, pages]).toEqual([[3, 2, 1, 4, 5], 3]);
      expect((await read('lots')).json()).toMatchObject({ nextCursor: null });
      expect((await read('lots?cursor=lot_of_nobody')).json()).toMatchObject({ code: 'cursor.invalid' });
    });
  });
}
