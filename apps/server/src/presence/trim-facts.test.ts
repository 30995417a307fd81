import { sql } from 'kysely';
import type { NewFact } from '@latido/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rebuild, type RebuildStep } from '../rebuild.ts';
import type { Database } from '../platform/index.ts';
import { loadConfig, memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, factsKeptFrom, presenceStage, readFacts, trimFactsJob } from './index.ts';

const T0 = Date.parse('2026-01-05T10:00:00Z');
const DAY_MS = 24 * 3_600_000;
const KEEP_MS = 30 * DAY_MS;
let events = 0;

for (const store of await openTestDatabases()) {
  describe(`facts of long ago on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    const append = (day: number, sid: string | null, type: string, callId: string | null = null) => {
      const at = T0 + day * DAY_MS + (events += 1);
      const fact: NewFact = {
        source: 'webhook',
        sourceEventId: `EV_${events}`,
        roomName: callId === null ? 'salon' : `room_of_${callId}`,
        roomSid: callId === null ? `RM_${Math.floor(day)}` : `RM_${callId}`,
        participantSid: sid,
        identity: sid === null ? null : `id_${sid}`,
        callId,
        type,
        occurredAt: at,
        receivedAt: at,
        payload: {},
      };
      return appendAndHint({ db: database.db, hints: memoryHints(silentLog) }, [fact]);
    };
    const stay = async (day: number, sid: string, callId: string | null = null): Promise<void> => {
      await append(day, sid, 'participant_joined', callId);
      await append(day + 0.01, sid, 'participant_left', callId);
    };
    /** The call's room, which was let go of on a day, or is not yet. */
    const claim = (callId: string, toDay: number | null) => {
      const toAt = toDay === null ? null : new Date(T0 + toDay * DAY_MS);
      return sql`
        insert into presence.room_claim (room_name, alias, call_id, people, from_at, to_at)
        values (${`room_of_${callId}`}, 'salon', ${callId}, '{}', ${new Date(T0)}, ${toAt})`.execute(
        database.db,
      );
    };
    const fold = async (): Promise<void> => {
      const { db } = database;
      const followers = startFollowers({
        db,
        hints: memoryHints(silentLog),
        log: silentLog,
        clock: new ManualClock(T0),
        topic: FACT_LOG,
        read: readFacts,
        stages: [presenceStage, { ...presenceStage, name: 'calls', apply: async () => undefined }],
      });
      await followers.caughtUp();
      await followers.close();
    };
    const trim = (day: number) =>
      trimFactsJob({
        db: database.db,
        clock: new ManualClock(T0 + day * DAY_MS),
        log: silentLog,
        keepMs: KEEP_MS,
      }).run();
    const kept = async (): Promise<string> => {
      const { rows } = await sql<{ what: string }>`
        select coalesce(participant_sid, room_sid) as what from presence.fact_told order by seq`.execute(
        database.db,
      );
      return [...new Set(rows.map(({ what }) => what))].join(' ');
    };
    const emptyPlaces = async (): Promise<unknown[]> =>
      (
        await sql`select no from presence.place p
          where not exists (select from presence.fact f where f.place_no = p.no)`.execute(database.db)
      ).rows;
    const intervals = async (): Promise<unknown[]> =>
      (
        await sql<Record<string, unknown>>`select * from presence.interval order by participant_sid`.execute(
          database.db,
        )
      ).rows;

    test('[PRES-R28] go with the whole call or stay that they are about; attendance stays, and a rebuild leaves it as it was', async () => {
      await stay(0, 'PA_alone');
      await append(0.02, null, 'room_finished');
      // Two who were in the same call, of which one came again after the others were forgotten.
      await claim('call_old', 2);
      await stay(1, 'PA_old_a', 'call_old');
      await stay(1, 'PA_old_b', 'call_old');
      await append(1.5, null, 'hang_up', 'call_old');
      await claim('call_late', 2);
      await stay(1, 'PA_late_a', 'call_late');
      await append(40, 'PA_late_b', 'participant_left', 'call_late');
      await claim('call_open', null);
      await stay(1, 'PA_open', 'call_open');
      await append(1, 'PA_there', 'participant_joined');
      await stay(39, 'PA_young');
      await trim(41);
      expect(await kept()).toContain('PA_alone');
      await fold();
      const before = await intervals();
      await trim(41);
      // What is about the whole room goes once nobody's stay there needs it.
      await trim(41);
      expect(await kept()).toBe('PA_late_a PA_late_b PA_open PA_there PA_young');
      expect(await emptyPlaces()).toEqual([]);
      expect(await factsKeptFrom(database.db)).toBe(T0 + 11 * DAY_MS);
      expect(await intervals()).toEqual(before);
      const steps: RebuildStep[] = [];
      const told = (step: RebuildStep): void => void steps.push(step);
      const rebuilt = await rebuild({ database, config: loadConfig({}), log: silentLog, told });
      expect(steps).toEqual([{ what: 'facts', done: steps[0]?.total, total: expect.any(Number) }]);
      expect(rebuilt.keptFrom).toBe(T0 + 11 * DAY_MS);
      expect(await intervals()).toEqual(before);
    });
  });
}
