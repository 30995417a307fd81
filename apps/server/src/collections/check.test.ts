import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { checkAttention, type CheckWish } from './check.ts';
import { checkedJustNow, inDays, lenderAt, meanwhileIn, today } from './collections.testing.ts';
import { takeLease } from './lease.ts';
import { MANAGERS_CHANNEL } from './telling.ts';

interface Item {
  payload: { debtor: { name: string }; amountDue: number };
}

for (const kind of await openTestDatabases()) {
  describe(`the check beside other work on ${kind.name}`, () => {
    let server: TestServer;
    let manager: Guest;
    let carol: Guest;
    let carlos: Guest;
    let lender: ReturnType<typeof lenderAt>;
    /** What managers who are connected hear. */
    let heard: { type: string; payload: unknown }[];

    beforeAll(async () => {
      server = await startTestServer(kind);
      await checkedJustNow(server);
      manager = await server.person('mara', ['manager']);
      carol = await server.person('carol', ['collector']);
      carlos = await server.person('carlos', ['collector']);
      lender = lenderAt(server, manager);
    });
    beforeEach(() => {
      heard = [];
    });
    afterAll(() => server.close());

    const check = (wish: CheckWish = {}, happens: () => Promise<unknown> = async () => {}, now = Date.now) =>
      checkAttention(
        {
          db: meanwhileIn(server.db, happens),
          access: server.access,
          clock: { now },
          hints: { publish: () => {}, subscribe: () => () => {}, close: async () => {} } as never,
          log: server.app.log as never,
          announce: (channel, type, payload) => {
            if (channel === MANAGERS_CHANNEL) heard.push({ type, payload });
          },
          settings: { timeZone: 'UTC', soonDays: 7 } as never,
        },
        wish,
      );
    const toldOf = async (who: Guest, name: string) =>
      (await lender.inbox(who, 'credit.requires.attention')).filter(
        ({ payload }: Item) => payload.debtor.name === name,
      );

    it('[COLL-25] a debtor who changes hands between the looking and the telling is told of to the other alone', async () => {
      const { debtor } = await lender.lend('Handed over', inDays(-3), { to: carol });
      const to = { debtorId: debtor.id, collectorId: carlos.personId };
      expect(await check({}, () => lender.post('assignments', manager, to))).toMatchObject({
        found: 1,
        told: 1,
      });
      expect(await toldOf(carol, 'Handed over')).toEqual([]);
      expect(await toldOf(carlos, 'Handed over')).toHaveLength(1);
      expect(await check()).toMatchObject({ found: 1, told: 0, skipped: 1 });
    });

    it('[COLL-25] of what is paid, written off or paid in part meanwhile the check tells what is true then', async () => {
      const lend = (name: string) => lender.lend(name, inDays(-3), { to: carol });
      const [paid, off, part, back] = [
        await lend('Paid'),
        await lend('Off'),
        await lend('Part'),
        await lend('Back'),
      ];
      const pay = (creditId: string, amount: number, id: string) =>
        lender.post('payments', carol, { creditId, amount, paidAt: new Date().toISOString(), id });
      await pay(back.credit.id, 10_000, 'meanwhile-back');
      let isOver = false;
      const checked = await check({}, async () => {
        if (isOver) return;
        isOver = true;
        await pay(paid.credit.id, 30_000, 'meanwhile-paid');
        await pay(part.credit.id, 10_000, 'meanwhile-part');
        await lender.post(`credits/${off.credit.id}/close`, manager, { as: 'written_off', reason: 'gone' });
        await lender.post('payments/meanwhile-back/reverse', carol, { reason: 'bounced' });
      });
      // The one of the test before was told of today.
      expect(checked).toMatchObject({ looked: 5, found: 3, told: 2, skipped: 1 });
      expect([await toldOf(carol, 'Paid'), await toldOf(carol, 'Off')]).toEqual([[], []]);
      expect((await toldOf(carol, 'Part')).map(({ payload }: Item) => payload.amountDue)).toEqual([20_000]);
      expect((await toldOf(carol, 'Back')).map(({ payload }: Item) => payload.amountDue)).toEqual([30_000]);
    });

    it('[COLL-25] two nodes at once: one makes the check, or each notice is told once all the same', async () => {
      await Promise.all(
        Array.from({ length: 12 }, (_, n) => lender.lend(`Twelve ${n}`, inDays(-1), { to: carol })),
      );
      let second: Awaited<ReturnType<typeof check>> | undefined;
      // The first one hangs for longer than its lease, before it tells: another node takes over.
      const first = await check({}, async () => {
        second ??= await check({}, undefined, () => Date.now() + 121_000);
      });
      expect(second).toMatchObject({ told: 12 });
      expect(first).toBeNull();
      for (let n = 0; n < 12; n += 1) expect(await toldOf(carol, `Twelve ${n}`)).toHaveLength(1);
      const later = { db: server.db, clock: { now: () => Date.now() + 999_000 } };
      await (await takeLease(later, { name: 'attention', holder: 'x' }))?.giveBack();
    });

    it('[COLL-26] what nobody collects is told to who lends once a day, with how many there are', async () => {
      for (const name of ['Alone', 'Lonely']) await lender.lend(name, inDays(-2));
      const tomorrow = Date.parse(today) + 90_000_000;
      expect(await check({ at: tomorrow })).toMatchObject({ unassigned: 2 });
      const of = (type: string) => heard.filter((each) => each.type === type);
      const names = () =>
        of('credit.requires.attention').map(({ payload }) => (payload as Item['payload']).debtor.name);
      expect(names()).toEqual(expect.arrayContaining(['Alone', 'Lonely']));
      const summary = { day: inDays(1), credits: 2, url: '/lending/debtors?collector=none' };
      expect(of('credits.uncollected')).toEqual([{ type: 'credits.uncollected', payload: summary }]);
      const inboxed = await lender.inbox(manager, 'credits.uncollected');
      expect(inboxed.map(({ payload }: { payload: object }) => payload)).toEqual([summary]);
      heard = [];
      expect(await check({ at: tomorrow })).toMatchObject({ unassigned: 2, told: 0 });
      expect(heard).toEqual([]);
      expect(await lender.inbox(manager, 'credits.uncollected')).toHaveLength(1);
      expect(await lender.inbox(carol, 'credits.uncollected')).toEqual([]);
    });

    it('[COLL-25] a check that goes on over midnight tells of the new day from then on', async () => {
      const { debtor } = await lender.lend('Many', inDays(20));
      await sql`insert into collections.credit (id, debtor_id, principal, currency, ends_on, next_due_on, created_by, created_at)
        select 'credit_many' || n, ${debtor.id}, 100, 'COP', ${inDays(-60)}::date, ${inDays(-60)}::date, 'x', now()
        from generate_series(1, 2000) n`.execute(server.db);
      await lender.lend('Due today', inDays(0), { to: carol });
      let at = Date.parse(`${today}T23:59:59.000Z`);
      const past = async () => (at = Date.parse(`${inDays(1)}T00:00:01.000Z`));
      await check({}, past, () => at);
      const told = await toldOf(carol, 'Due today');
      expect(told.map(({ payload }: Item) => payload)).toMatchObject([{ daysOverdue: 1 }]);
    });
  });
}
