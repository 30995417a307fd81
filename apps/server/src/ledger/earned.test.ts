import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { earnedByHour } from './earned-hours.ts';
import { earnedBy } from './earned.ts';

const NOW = Date.parse('2026-01-20T10:00:00Z');
const DAY_MS = 24 * 3_600_000;
const EARNER = 'account_dora';

for (const store of await openTestDatabases()) {
  describe(`what an earner may be paid out on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
      await sql`insert into ledger.account (id, kind, owner_id) values (${EARNER}, 'earner', 'dora')`.execute(
        database.db,
      );
    });
    afterAll(() => database.close());

    /** An entry that moves coins of the platform to the earner, recorded a second after it occurred, or when it is said. */
    async function entry(of: {
      kind: string;
      coins: number;
      daysAgo: number;
      recordedDaysAgo?: number;
      reverses?: bigint;
    }) {
      const { kind, coins, daysAgo, recordedDaysAgo = daysAgo, reverses = null } = of;
      const [occurredAt, recordedAt] = [daysAgo, recordedDaysAgo].map(
        (days) => new Date(NOW - days * DAY_MS),
      );
      const { rows } = await sql<{ no: bigint }>`
        with entry as (
          insert into ledger.journal (kind, id, occurred_at, recorded_at, reverses_no)
          values (${kind}, 'journal_' || gen_random_uuid(), ${occurredAt}, ${recordedAt}, ${reverses}) returning no
        ), moved as (
          insert into ledger.posting (journal_no, account_no, amount)
          select e.no, a.no, case when a.id = ${EARNER} then ${coins}::bigint else - ${coins}::bigint end
            from entry e, ledger.account a where a.id in (${EARNER}, 'account_platform')
        ), kept as (
          insert into ledger.balance as b (account_id, posted, held, floor) values (${EARNER}, ${coins}, 0, -1000)
          on conflict (account_id) do update set posted = b.posted + excluded.posted
        )
        select no from entry`.execute(database.db);
      return rows[0]?.no ?? 0n;
    }

    test('[CASH-7] young shares wait, whatever was paid out and taken back, and what is older is not read', async () => {
      for (let n = 0; n < 7; n += 1) await entry({ kind: 'grant', coins: 10, daysAgo: 10 });
      // Nobody records what is still to come: it shows that so old an entry is not looked at.
      await entry({ kind: 'grant', coins: 5, daysAgo: 1, recordedDaysAgo: 9 });
      for (let n = 0; n < 7; n += 1) await entry({ kind: 'grant', coins: 10, daysAgo: 8 });
      const old = await entry({ kind: 'grant', coins: 20, daysAgo: 7.5 });
      const young = await entry({ kind: 'grant', coins: 30, daysAgo: 6 });
      await entry({ kind: 'payout', coins: -15, daysAgo: 5 });
      await entry({ kind: 'adjustment', coins: -20, daysAgo: 4, reverses: old });
      await entry({ kind: 'adjustment', coins: -10, daysAgo: 3, reverses: young });
      await entry({ kind: 'grant', coins: 7, daysAgo: 1 });
      const asked = { accountId: EARNER, now: NOW, delayMs: 7 * DAY_MS };
      for (const page of [2, 3, 5])
        expect(await earnedBy(database.db, { ...asked, page })).toEqual({
          accountId: EARNER,
          posted: 157n,
          available: 157n - 20n - 7n,
        });
      expect(await earnedBy(database.db, { ...asked, delayMs: 0 })).toMatchObject({ available: 157n });
      expect(await earnedBy(database.db, { ...asked, delayMs: 20 * DAY_MS })).toMatchObject({
        available: 0n,
      });
      expect(await earnedBy(database.db, { ...asked, accountId: 'account_nobody' })).toMatchObject({
        posted: 0n,
      });
    });

    test('[LEDGER-15] each hour of a day has its shares, less what was taken back of them later; no payout, no other day', async () => {
      const hoursAgo = (hours: number) => hours / 24;
      const day = { accountId: EARNER, fromAt: NOW + 10 * DAY_MS };
      const at = (hour: number) => -10 - hoursAgo(hour);
      await entry({ kind: 'grant', coins: 100, daysAgo: at(-0.1) });
      const first = await entry({ kind: 'grant', coins: 7, daysAgo: at(0) });
      await entry({ kind: 'grant', coins: 7, daysAgo: at(0.99) });
      await entry({ kind: 'payout', coins: -9, daysAgo: at(1.5) });
      await entry({ kind: 'grant', coins: 5, daysAgo: at(23.9) });
      await entry({ kind: 'adjustment', coins: -7, daysAgo: at(25), reverses: first });
      await entry({ kind: 'grant', coins: 50, daysAgo: at(24) });
      const wanted = Array.from({ length: 24 }, (_, hour) => (hour === 0 ? 7n : hour === 23 ? 5n : 0n));
      expect(await earnedByHour(database.db, day)).toEqual(wanted);
      expect(await earnedByHour(database.db, { ...day, page: 2 })).toEqual(wanted);
    });
  });
}
