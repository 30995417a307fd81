import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { SharedTries } from './shared-tries.ts';
import { SignInTries } from './sign-in-tries.ts';

/** A check that takes a while: its answer comes after everything that is under way now. */
const answered = async (ok: boolean) => {
  await new Promise((resolve) => setImmediate(resolve));
  return { ok };
};

/** How many of these tries were looked at, and not sent away with a 429. */
async function lookedAt(tries: readonly Promise<unknown>[]): Promise<number> {
  const settled = await Promise.allSettled(tries);
  return settled.filter(({ status }) => status === 'fulfilled').length;
}

for (const kind of await openTestDatabases()) {
  describe(`guessing on ${kind.name}`, () => {
    let database: Database;
    let now = Date.parse('2026-11-29T12:00:00Z');
    const shared = () =>
      new SharedTries({ db: database.db, clock: { now: () => now }, secret: 'of this server' });
    const node = () => new SignInTries(shared(), () => now);

    beforeAll(async () => {
      database = await kind.open();
    });
    afterAll(() => database.close());
    beforeEach(async () => {
      await sql`delete from access.sign_in_try`.execute(database.db);
      await sql`delete from access.sign_in_home`.execute(database.db);
    });

    const cases: [string, (n: number) => { account: string; address: string }, number][] = [
      ['one account from one address', () => ({ account: 'a@b.test', address: '203.0.113.7' }), 20],
      ['one account from many addresses', (n) => ({ account: 'a@b.test', address: `10.0.${n}.1` }), 20],
      ['many accounts from one address', (n) => ({ account: `a${n}@b.test`, address: '203.0.113.7' }), 60],
      [
        'many accounts from one network of IPv6',
        (n) => ({ account: `a${n}@b.test`, address: `2001:db8:1:2:${n}::${n}` }),
        60,
      ],
    ];
    for (const [nodes, at] of [
      [1, 'at one node'],
      [2, 'at two nodes'],
    ] as const)
      it.each(cases)(
        `[ACCESS-3] %s, 60 side by side for 75 s ${at}: 60 answers at most`,
        async (_name, who, most) => {
          const all = Array.from({ length: nodes }, node);
          let looked = 0;
          for (let second = 0; second < 75; second += 1) {
            now += 1_000;
            const guesses = Array.from({ length: 60 }, (_, n) =>
              (all[n % nodes] ?? node()).check(who(n), () => answered(false)),
            );
            looked += await lookedAt(guesses);
          }
          expect(looked).toBe(most);
        },
      );

    it('[ACCESS-18] a restart forgives nothing, and nobody reads from the counts who signs in from where', async () => {
      const who = { account: 'a@b.test', address: '203.0.113.7' };
      for (let n = 0; n < 12; n += 1) await lookedAt([node().check(who, () => answered(n > 10))]);
      expect(await lookedAt([node().check(who, () => answered(true))])).toBe(0);
      const { rows } = await sql<{ key: string; refused: number }>`
        select key, refused from access.sign_in_try order by refused`.execute(database.db);
      expect(rows.map(({ refused }) => refused)).toEqual([10, 10]);
      expect(JSON.stringify(rows)).not.toMatch(/203|b\.test/);
      now += 60_001;
      expect(await lookedAt([node().check(who, () => answered(true))])).toBe(1);
      now += 60_001;
      await shared().forget().run();
      expect((await sql`select from access.sign_in_try`.execute(database.db)).rows).toEqual([]);
      expect((await sql`select from access.sign_in_home`.execute(database.db)).rows).toHaveLength(1);
      now += 91 * 86_400_000;
      await shared().forget().run();
      expect((await sql`select from access.sign_in_home`.execute(database.db)).rows).toEqual([]);
    });

    it('[ACCESS-18] a clock that is put back locks nobody out for longer', async () => {
      const who = { account: 'a@b.test', address: '203.0.113.7' };
      for (let n = 0; n < 11; n += 1) await lookedAt([node().check(who, () => answered(false))]);
      now -= 3_600_000;
      expect(await lookedAt([node().check(who, () => answered(true))])).toBe(1);
    });

    it('[ACCESS-9] a hundred people of one address sign in at once, and nobody is refused', async () => {
      const tries = node();
      const people = Array.from({ length: 100 }, (_, n) => ({
        account: `p${n}@b.test`,
        address: '203.0.113.7',
      }));
      expect(await lookedAt(people.map((who) => tries.check(who, () => answered(true))))).toBe(100);
    });

    it('[ACCESS-9] who guesses elsewhere does not lock the owner out where they have signed in before, on any node', async () => {
      const tries = node();
      const home = { account: 'a@b.test', address: '198.51.100.1' };
      await tries.check(home, () => answered(true));
      const guesses = Array.from({ length: 30 }, (_, n) =>
        tries.check({ account: 'A@b.test', address: `10.0.${n}.1` }, () => answered(false)),
      );
      expect(await lookedAt(guesses)).toBe(10);
      await expect(tries.check(home, () => answered(true))).resolves.toEqual({ ok: true });
      await expect(node().check(home, () => answered(true))).resolves.toEqual({ ok: true });
    });

    it('[ACCESS-10] a check that failed by itself was no refusal', async () => {
      const tries = node();
      const who = { account: 'a@b.test', address: '198.51.100.1' };
      for (let n = 0; n < 40; n += 1)
        await expect(
          tries.check(who, () => Promise.reject(new Error('the database is away'))),
        ).rejects.toThrow('away');
      await expect(tries.check(who, () => answered(true))).resolves.toEqual({ ok: true });
    });
  });
}
