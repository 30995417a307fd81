import type { Fact, NewFact } from '@latido/core';
import { participantJoined, webhookBody } from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  listStuck,
  memoryHints,
  migrate,
  silentLog,
  startFollowers,
  wantRetry,
  type Database,
} from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, factsOfRoom, intervalsOfRoom, presenceStage, readFacts } from './index.ts';
import { packPayload, unpackPayload } from './packed-payload.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const NAMES = {
  type: 'participant_joined',
  sourceEventId: 'EV_1',
  roomName: 'room_01',
  roomSid: 'RM_1',
  participantSid: 'PA_a',
  identity: 'person_a',
  receivedAt: AT + 5,
};

/** What LiveKit says of somebody who joins, and more. */
function joined(more: Record<string, unknown> = {}): Record<string, unknown> {
  const room = { name: NAMES.roomName, sid: NAMES.roomSid };
  const participant = { identity: NAMES.identity, sid: NAMES.participantSid, name: 'Ana "x" \\ ñ 🎥' };
  const { id: _ours, ...said } = JSON.parse(
    webhookBody(participantJoined({ room, participant, at: AT })),
  ) as Record<string, unknown>;
  return { ...said, id: NAMES.sourceEventId, ...more };
}

const fact = (of: Partial<NewFact> = {}): NewFact => ({
  source: 'webhook',
  ...NAMES,
  callId: null,
  occurredAt: AT,
  payload: joined(),
  ...of,
});

/** As edition 1 stored `{ event, room, participant, text }` of {@link NAMES}. */
const STORED =
  'ASPVudjMwJbssaUIPHGPx/XosU8oXmtrdZRKUitAXkosVsjJz0tXSCxWyCxRKEnMTi1WKMlXSEpVKM8vKslQyCzRUUjMS1EoyUjNUyjOz01VyM0vStVRKM8syVA4vBEs92F+31KlWgA=';
const SAID = {
  event: 'participant_joined',
  room: { sid: 'RM_1', name: 'room_01', emptyTimeout: 300, departureTimeout: 20 },
  participant: { sid: 'PA_a', identity: 'person_a', state: 'ACTIVE', permission: { canSubscribe: true } },
  text: 'as long as it takes to be worth it, and then some more, with ñ and 🎥',
};

describe('a packed payload', () => {
  test('[PRES-R31] is what it was, and a fraction of it', () => {
    const payload = joined({ clockOffsetMs: -3.5, odd: [null, 'x'.repeat(70_000), { '': 2 ** 60 }] });
    expect(unpackPayload(packPayload(fact({ payload })) ?? '', NAMES)).toEqual(payload);
    const usual = packPayload(fact()) ?? '';
    expect(unpackPayload(usual, NAMES)).toEqual(joined());
    expect(Buffer.from(usual, 'base64').length * 4).toBeLessThan(JSON.stringify(joined()).length);
  });

  test('[PRES-R31] reads for ever what was stored once', () => {
    expect(unpackPayload(STORED, NAMES)).toEqual(SAID);
  });

  test('[PRES-R31] is LiveKit’s alone, and not where it would save nothing', () => {
    expect(packPayload(fact({ source: 'sdk' }))).toBeNull();
    expect(packPayload(fact({ payload: { event: 'participant_joined' } }))).toBeNull();
  });

  test('[PRES-R31] of another edition is refused with what to do', () => {
    const later = Buffer.concat([Buffer.of(9), Buffer.from(STORED, 'base64').subarray(1)]).toString('base64');
    expect(() => unpackPayload(later, NAMES)).toThrow(/EV_1 is packed as edition 9.*Start the version/);
  });
});

for (const store of await openTestDatabases()) {
  describe(`packed payloads on ${store.name}`, () => {
    let database: Database;
    const track = { sid: 'TR_1', source: 'CAMERA', mimeType: 'video/VP8' };
    const told = [
      fact({ payload: joined({ clockOffsetMs: 12 }) }),
      fact({ sourceEventId: 'EV_2', type: 'track_published', payload: joined({ track }) }),
      fact({ sourceEventId: 'EV_3', type: 'track_published', payload: joined() }),
      fact({ sourceEventId: 'EV_4', payload: { event: 'short' } }),
    ];

    beforeAll(async () => {
      database = await store.openBefore('0093');
      // A row of before, which stays as it is.
      await database.db
        .transaction()
        .execute((tx) =>
          sql`select presence.append(${JSON.stringify([
            { ...fact({ sourceEventId: 'EV_0' }), occurredAt: new Date(AT), receivedAt: new Date(AT + 5) },
          ])}::jsonb)`.execute(tx),
        );
      await migrate(database);
      await appendAndHint({ db: database.db, hints: memoryHints(silentLog) }, told);
    });
    afterAll(() => database.close());

    test('[PRES-R31] facts of before and of now read alike, whoever asks', async () => {
      const whole = await factsOfRoom(database.db, NAMES.roomName);
      const all = [fact({ sourceEventId: 'EV_0' }), ...told].map((each, n) => ({
        ...each,
        seq: BigInt(n + 1),
      }));
      expect(whole).toEqual(all);
      const read = await readFacts(database.db, 0n, 100n, 100);
      const { participant } = joined();
      expect(read.map(({ payload }) => payload)).toEqual([
        { participant },
        { participant, clockOffsetMs: 12 },
        { participant, track: { sid: 'TR_1', source: 'CAMERA' } },
        { participant, track: { sid: null, source: null } },
        {},
      ]);
    });

    test('[PRES-R31] one telling of each, packed or not', async () => {
      expect((await appendAndHint({ db: database.db, hints: memoryHints(silentLog) }, told)).stored).toBe(0);
      const { rows } = await sql<{ is: boolean }>`
        select packed is not null as is from presence.fact order by seq`.execute(database.db);
      expect(rows.map(({ is }) => is)).toEqual([false, true, true, true, false]);
    });

    test('[PRES-R40] a payload that cannot be unpacked stops its own sid; a retry after the fix folds it', async () => {
      const { db } = database;
      const hints = memoryHints(silentLog);
      const other = { roomName: 'room_02', roomSid: 'RM_2', participantSid: 'PA_b', identity: 'person_b' };
      await appendAndHint({ db, hints }, [
        fact({ ...other, sourceEventId: 'EV_5', payload: joined({ id: 'EV_5' }) }),
      ]);
      const spoil = (edition: string) =>
        sql`update presence.fact set packed = set_byte(packed, 0, ${edition}::int)
          where packed is not null and source_event_id = 'EV_1'`.execute(db);
      await spoil('9');
      const followers = startFollowers<Fact>({
        db,
        hints,
        log: silentLog,
        topic: FACT_LOG,
        read: readFacts,
        stages: [presenceStage],
      });
      await followers.caughtUp();
      expect(await listStuck(db)).toMatchObject([{ stage: 'presence', key: 'PA_a', tries: 1 }]);
      expect((await listStuck(db))[0]?.error).toMatch(/EV_1 is packed as edition 9/);
      expect(await intervalsOfRoom(db, 'room_02')).toMatchObject([{ identity: 'person_b', named: true }]);
      const shown = await factsOfRoom(db, NAMES.roomName);
      expect(shown.map(({ payload }) => Object.keys(payload)[0])).toContain('unreadable');
      expect(shown).toHaveLength(5);
      await spoil('1');
      await wantRetry(db);
      followers.wake();
      await expect.poll(() => listStuck(db)).toEqual([]);
      expect(await intervalsOfRoom(db, NAMES.roomName)).toMatchObject([{ identity: 'person_a' }]);
      await followers.close();
      await hints.close();
    });
  });
}
