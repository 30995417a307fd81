import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryHints, silentLog, type Database, type DbOrTx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, factsOfCall } from './index.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const OTHERS = 20_000;

for (const store of await openTestDatabases()) {
  describe(`the facts of a call on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
      const fact = (n: number, callId: string | null, participantSid: string): NewFact => ({
        source: 'webhook',
        sourceEventId: `EV_${n}`,
        roomName: 'room-1',
        roomSid: 'RM_1',
        participantSid,
        identity: 'alice',
        callId,
        type: 'track_published',
        occurredAt: AT,
        receivedAt: AT,
        payload: {},
      });
      const hints = memoryHints(silentLog);
      const of = [
        fact(1, 'call_1', 'PA_a'),
        fact(2, null, 'PA_a'),
        fact(3, null, 'PA_x'),
        fact(4, 'call_1', 'PA_b'),
      ];
      await appendAndHint({ db: database.db, hints }, of);
      await sql`insert into presence.interval (participant_sid, room_sid, room_name, identity, call_id, joined_at,
          last_proof_at, state, gaps, evidence)
        values ('PA_a', 'RM_1', 'room-1', 'alice', 'call_1', now(), now(), 'present', '[]', '{}')`.execute(
        database.db,
      );
    });
    afterAll(() => database.close());

    const idsAfter = async (after: bigint, limit: number): Promise<string[]> =>
      (await factsOfCall(database.db, 'call_1', { after, limit })).map(({ sourceEventId }) => sourceEventId);

    /** Rows of the log that this transaction has read, by whatever way. */
    const touched = async (tx: DbOrTx): Promise<number> => {
      const { rows } = await sql<{ n: number }>`
        select (seq_tup_read + coalesce(idx_tup_fetch, 0))::int as n from pg_stat_xact_user_tables
         where schemaname = 'presence' and relname = 'fact'`.execute(tx);
      return rows[0]?.n ?? 0;
    };

    /** Facts of people in another room, told at once. */
    const appendOthers = async (db: DbOrTx, ids: string, count: number): Promise<unknown> =>
      await sql`select presence.append(jsonb_agg(jsonb_build_object('source', 'webhook', 'sourceEventId', ${ids}::text || n,
          'roomName', 'other', 'participantSid', 'PA_o' || n, 'type', 'track_published', 'occurredAt', now(),
          'receivedAt', now(), 'payload', '{}'::jsonb)))
        from generate_series(1, ${count}::int) as n`.execute(db);

    test('[PRES-R26] those that name it and those of its sids, each once, in the order of the log, page by page', async () => {
      expect(await idsAfter(0n, 10)).toEqual(['EV_1', 'EV_2', 'EV_4']);
      expect(await idsAfter(0n, 2)).toEqual(['EV_1', 'EV_2']);
      const [, second] = await factsOfCall(database.db, 'call_1');
      expect(await idsAfter(second?.seq ?? 0n, 2)).toEqual(['EV_4']);
    });

    test('[PRES-R26] a log that grew since its statistics were gathered is not read for what it is told', async () => {
      await database.db.transaction().execute(async (tx) => {
        // One connection, whose plans were made while the log was next to empty.
        await sql`analyze presence.fact, presence.place`.execute(tx);
        for (let n = 0; n < 6; n += 1) await appendOthers(tx, `EV_few${n}`, 1);
        await appendOthers(tx, 'EV_many', 2_000);
        const before = await touched(tx);
        await appendOthers(tx, 'EV_more', 10);
        expect((await touched(tx)) - before).toBeLessThan(50);
      });
    });

    test('[PRES-R26] no other fact of the log is read for them', async () => {
      const { db } = database;
      await appendOthers(db, 'EV_o', OTHERS);
      await sql`analyze presence.fact, presence.place`.execute(db);
      const read = await db.transaction().execute(async (tx) => {
        const before = await touched(tx);
        await factsOfCall(tx, 'call_1');
        return (await touched(tx)) - before;
      });
      expect(read).toBeGreaterThan(0);
      expect(read).toBeLessThan(50);
    });
  });
}
