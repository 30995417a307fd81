import type { NoticePayload } from '@latido/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { silentLog, startLoop, type Database, type Log } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { formatCursor, parseCursor } from './cursor.ts';
import { trimJob } from './jobs.ts';
import { notify, notifyAll } from './notify.ts';
import { readInbox, statusUpdates } from './read-inbox.ts';
import { trimInboxes } from './trim-inboxes.ts';

const clock = { now: () => Date.UTC(2026, 0, 5, 10) };

describe('cursors', () => {
  test('[INBOX-1] a cursor reads back, and anything else is none', () => {
    const cursor = { epoch: 'abc0', seq: 12n };
    expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
    expect(['', 'x', '1.', '.1', 'a.-1', 'a.1.2', 'A.1', 'a.99999999999999999999'].map(parseCursor)).toEqual(
      Array(8).fill(null),
    );
  });
});

/** The end of a call of this id: what these tests tell notices apart by. */
function endOf(callId: string): NoticePayload<'call.ended'> {
  const at = '2026-01-05T10:01:00.000Z';
  return { callId, roomName: 'blue', endReason: 'hung_up', endedBy: null, at, settled: true };
}

for (const store of await openTestDatabases()) {
  describe(`the inbox on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    const tell = (recipientId: string, dedupKey: string, onlyAfter?: string[]): Promise<bigint | null> =>
      database.db.transaction().execute((tx) =>
        notify(
          tx,
          {
            recipientId,
            dedupKey,
            type: 'call.ended',
            payload: endOf(dedupKey),
            ...(onlyAfter ? { onlyAfter } : {}),
          },
          clock,
        ),
      );
    const updates = (recipientId: string, after?: string) =>
      statusUpdates({ db: database.db, clock }, { recipientId, after });

    test('[INBOX-2] numbers of one recipient have no gap, and a key is told once', async () => {
      expect(await tell('person_two', 'a')).toBe(1n);
      expect(await tell('person_two', 'a')).toBeNull();
      expect(await tell('person_two', 'b')).toBe(2n);
      expect(await tell('person_other', 'a')).toBe(1n);
    });

    test('[INBOX-2] twenty at once are numbered 1 to 20, and each key is there once', async () => {
      const keys = Array.from({ length: 20 }, (_, at) => `k${at % 10}`);
      await Promise.all(keys.map((key) => tell('person_many', key)));
      const { rows } = await readInbox(database.db, 'person_many', { from: 'stored' });
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, at) => BigInt(at + 1)));
    });

    test('[INBOX-3] what only follows is told after it, and not alone', async () => {
      expect(await tell('person_after', 'back', ['left'])).toBeNull();
      await tell('person_after', 'left');
      expect(await tell('person_after', 'back', ['left', 'unreachable'])).toBe(2n);
    });

    test('[INBOX-4] a transaction that is undone leaves no number behind', async () => {
      const undone = database.db.transaction().execute(async (tx) => {
        await notify(tx, {
          recipientId: 'person_undo',
          dedupKey: 'x',
          type: 'call.ended',
          payload: endOf('x'),
        });
        throw new Error('undone');
      });
      await expect(undone).rejects.toThrow('undone');
      expect(await tell('person_undo', 'y')).toBe(1n);
    });

    test('[INBOX-12] a payload that is not of its type is refused, and leaves nothing behind', async () => {
      const finalAt = '2026-01-05T10:01:00.000Z';
      const low = { callId: 'call_1', roomName: 'blue', finalAt, leftMs: 10_000 };
      const tellLow = (payload: NoticePayload<'call.low_balance'>) =>
        database.db
          .transaction()
          .execute((tx) =>
            notify(tx, { recipientId: 'person_low', dedupKey: 'low', type: 'call.low_balance', payload }),
          );
      // @ts-expect-error A number is wanted.
      await expect(tellLow({ ...low, leftMs: '10 s' })).rejects.toThrow('leftMs');
      // @ts-expect-error An instant is missing.
      await expect(tellLow({ callId: 'call_1', roomName: 'blue', leftMs: 1 })).rejects.toThrow('finalAt');
      await expect(tellLow({ ...low, finalAt: 'soon' })).rejects.toThrow('finalAt');
      expect((await updates('person_low', '0')).items).toEqual([]);
      expect(await tellLow(low)).toBe(1n);
    });

    test('[INBOX-5] without after it repeats what is not acknowledged; a cursor given back acknowledges', async () => {
      for (const key of ['a', 'b', 'c']) await tell('person_poll', key);
      const first = await updates('person_poll');
      expect(first.items.map(({ payload }) => payload['callId'])).toEqual(['a', 'b', 'c']);
      expect((await updates('person_poll')).items).toEqual(first.items);
      const rest = await updates('person_poll', first.items[1]?.cursor);
      expect(rest.items.map(({ payload }) => payload['callId'])).toEqual(['c']);
      expect((await updates('person_poll')).items).toEqual(rest.items);
      expect((await updates('person_poll', rest.cursor)).items).toEqual([]);
      const { rows } = await sql<{ all_acked: boolean; all_delivered: boolean }>`
        select bool_and(acked_at is not null) as all_acked, bool_and(delivered_at is not null) as all_delivered
        from notifications.inbox where recipient_id = 'person_poll'`.execute(database.db);
      expect(rows[0]).toEqual({ all_acked: true, all_delivered: true });
    });

    test('[INBOX-5] after=0 is before everything that is kept, whatever was acknowledged', async () => {
      for (const key of ['a', 'b']) await tell('person_zero', key);
      const { items, cursor } = await updates('person_zero', '0');
      expect(items).toHaveLength(2);
      expect((await updates('person_zero', cursor)).items).toEqual([]);
      expect(await updates('person_zero', '0')).toEqual({ items, cursor });
    });

    test('[INBOX-6] somebody who was never told anything has a cursor all the same', async () => {
      const { items, cursor } = await updates('person_new');
      expect(items).toEqual([]);
      await tell('person_new', 'a');
      expect((await updates('person_new', cursor)).items).toHaveLength(1);
    });

    test('[INBOX-7] a cursor of another epoch, beyond the head, or older than what is kept gives reset', async () => {
      for (const key of ['a', 'b', 'c']) await tell('person_reset', key);
      const { cursor } = await updates('person_reset');
      expect(await updates('person_reset', 'otherepoch.1')).toEqual({ items: [], cursor, reset: true });
      const beyond = cursor.replace(/\d+$/, '99');
      expect(await updates('person_reset', beyond)).toEqual({ items: [], cursor, reset: true });
      await sql`delete from notifications.inbox where recipient_id = 'person_reset' and seq <= 2`.execute(
        database.db,
      );
      expect(await updates('person_reset', cursor.replace(/\d+$/, '1'))).toEqual({
        items: [],
        cursor,
        reset: true,
      });
      expect((await updates('person_reset', cursor.replace(/\d+$/, '2'))).items).toHaveLength(1);
    });

    test('[INBOX-11] old notices are forgotten, cursors in what is kept go on, older ones get reset', async () => {
      const ageAll = (days: string[]) =>
        sql`update notifications.inbox i set created_at = d.at::timestamptz
          from unnest(${days}::text[]) with ordinality d(at, seq)
          where i.seq = d.seq and recipient_id = 'person_old'`.execute(database.db);
      for (const key of ['a', 'b', 'c', 'd']) await tell('person_old', key);
      for (const key of ['a', 'b']) await tell('person_older', key);
      // The clock of the node that told the third was ahead: what comes after it is kept with it.
      await ageAll(['2025-11-01', '2025-11-02', '2026-01-02', '2025-12-01']);
      await sql`update notifications.inbox set created_at = '2025-11-03' where recipient_id = 'person_older'`.execute(
        database.db,
      );
      const { items } = await updates('person_old');
      const cursors = items.map(({ cursor }) => cursor);
      expect(await trimInboxes(database.db, new Date('2025-12-15'))).toBe(4);
      expect(await trimInboxes(database.db, new Date('2025-12-15'))).toBe(0);
      const kept = [items[2], items[3]];
      // Nothing was acknowledged: what is kept comes, with the word that something is missing.
      expect(await updates('person_old')).toEqual({ items: kept, cursor: cursors[3], reset: true });
      expect(await updates('person_old', cursors[0])).toEqual({ items: [], cursor: cursors[3], reset: true });
      expect(await updates('person_old', cursors[1])).toEqual({ items: kept, cursor: cursors[3] });
      expect(await updates('person_old')).toEqual({ items: kept, cursor: cursors[3] });
      expect(await updates('person_older')).toMatchObject({ items: [], reset: true });
      // The numbering goes on.
      expect(await tell('person_older', 'c')).toBe(3n);
    });

    test('[INBOX-11] the job runs every ten minutes, by the clock', async () => {
      const hand = new ManualClock(Date.UTC(2026, 0, 5));
      await tell('person_job', 'a');
      await sql`update notifications.inbox set created_at = '2025-12-20' where recipient_id = 'person_job'`.execute(
        database.db,
      );
      const forgot = new Promise((resolve) => {
        const log = { ...silentLog, info: resolve, error: resolve } as unknown as Log;
        const job = trimJob({ db: database.db, clock: hand, log, keepMs: 10 * 86_400_000 });
        startLoop({ ...job, clock: hand, log });
      });
      await hand.advance(600_000);
      expect(await forgot).toEqual({ forgotten: 1 });
    });

    test('[INBOX-8] a text that is no cursor is refused in words', async () => {
      await expect(updates('person_poll', 'yesterday')).rejects.toMatchObject({ code: 'cursor.invalid' });
    });

    test('[INBOX-10] two transactions that tell the same two people do not wait for each other for ever', async () => {
      const both = (key: string, ids: string[]) =>
        database.db.transaction().execute((tx) =>
          notifyAll(
            tx,
            ids.map((recipientId) => ({
              recipientId,
              dedupKey: key,
              type: 'call.ended',
              payload: endOf('x'),
            })),
          ),
        );
      const told = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          both(`k${at}`, at % 2 ? ['person_x', 'person_y'] : ['person_y', 'person_x']),
        ),
      );
      expect(told).toEqual(Array(10).fill(['person_x', 'person_y']));
    });
  });
}
