/** Logs from before places and types had numbers (0084_presence_numbers.sql), and what the numbers must not change. */
import { ENDING_FACTS, type NewFact } from '@latido/core';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryHints, migrate, silentLog, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, factsOfCall, factsOfRoom, readFacts } from './index.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const HINTS = memoryHints(silentLog);

/** A fact, as much as matters of it. */
function fact(n: number, of: Partial<NewFact> = {}): NewFact {
  return {
    source: 'sdk',
    sourceEventId: `event_${n}`,
    roomName: 'salon',
    roomSid: 'RM_1',
    participantSid: 'PA_a',
    identity: 'person_a',
    callId: 'call_1',
    type: 'connected',
    occurredAt: AT + n,
    receivedAt: AT + n + 5,
    payload: {},
    ...of,
  };
}

const proof = (n: number, payload: Readonly<Record<string, unknown>>, id = ''): NewFact =>
  fact(n, { source: 'proof', type: 'proof', payload, sourceEventId: `PA_a:beat:${AT}:${AT + n}${id}` });

/** Every kind of payload and of place; several that differ in one name only, or in whether there is one. */
const TOLD: readonly NewFact[] = [
  fact(1, {
    source: 'webhook',
    type: 'room_started',
    participantSid: null,
    identity: null,
    payload: { id: 'EV_1', event: 'room_started' },
  }),
  fact(2, {
    source: 'webhook',
    type: 'participant_joined',
    payload: { participant: { sid: 'PA_a', name: 'Ana "x" \\ ñ' }, clockOffsetMs: 12 },
  }),
  fact(3, { roomSid: null }),
  fact(4, { callId: null }),
  fact(5, { identity: null }),
  fact(6, { identity: '' }),
  fact(7, { roomName: '', roomSid: 'salon' }),
  proof(8, { fromAt: AT, toAt: AT + 8, via: 'beat' }),
  proof(9, { fromAt: AT, toAt: AT + 9, via: 'media' }),
  proof(10, {}),
  proof(11, { via: 'beat', toAt: AT + 11, fromAt: AT, more: [1, null, 1.5] }),
  proof(12, { fromAt: AT }, ':odd'),
  fact(13, { source: 'webhook', type: 'something_new', payload: { egressInfo: {} } }),
  fact(14, {
    source: 'webhook',
    type: 'track_published',
    payload: { track: { sid: 'TR_1', source: 'CAMERA', simulcast: true } },
  }),
  fact(15, { source: 'detector', type: 'unreachable', payload: { reason: 'page_left' } }),
  fact(16, { source: 'api', type: 'hang_up', participantSid: null, identity: null }),
  fact(17, {
    source: 'poll',
    type: 'listed',
    payload: { joinedAt: AT },
    participantSid: 'PA_b',
    identity: 'person_b',
    callId: null,
  }),
  fact(18, { source: 'admin', type: 'removed', participantSid: 'PA_b', identity: 'person_b' }),
  fact(19, { source: 'webhook', type: 'room_finished', participantSid: null, identity: null }),
];

/** A log as it was written before, with the ids and places that it had. */
const BEFORE = (facts: readonly NewFact[]) => sql`
  insert into presence.fact (seq, source, source_event_id, room_name, room_sid, participant_sid, identity, call_id, type,
      occurred_at, received_at, payload)
    select f.seq * 3, f."source", f."sourceEventId", f."roomName", f."roomSid", f."participantSid", f."identity", f."callId", f."type",
      f.at, f."receivedAt", f."payload"
    from jsonb_to_recordset(${JSON.stringify(facts.map((each, n) => ({ ...each, seq: n + 1, at: new Date(each.occurredAt), receivedAt: new Date(each.receivedAt) })))}::jsonb) as f
      (seq bigint, "source" text, "sourceEventId" text, "roomName" text, "roomSid" text, "participantSid" text, "identity" text,
       "callId" text, "type" text, at timestamptz, "receivedAt" timestamptz, "payload" jsonb)`;

const ROWS = (table: string) => sql<{ row: string }>`
  select row(f.seq, f.source, f.source_event_id, f.room_name, f.room_sid, f.participant_sid, f.identity, f.call_id, f.type,
    f.occurred_at, f.received_at, f.payload)::text as row from ${sql.table(table)} f order by f.seq`;

for (const store of await openTestDatabases()) {
  describe(`a log without numbers on ${store.name}`, () => {
    let database: Database;
    let before: string[];

    beforeEach(async () => {
      database = await store.openBefore('0084');
      await BEFORE(TOLD).execute(database.db);
      await sql`update platform.log_head set seq = ${TOLD.length * 3} where name = 'presence.fact'`.execute(
        database.db,
      );
      before = (await ROWS('presence.fact').execute(database.db)).rows.map(({ row }) => row);
      await migrate(database);
    });
    afterEach(() => database.close());

    const rows = async () =>
      (await ROWS('presence.fact_told').execute(database.db)).rows.map(({ row }) => row);

    test('[PRES-R30] reads the same byte for byte, whoever asks', async () => {
      expect(before).toHaveLength(TOLD.length);
      expect(await rows()).toEqual(before);
      const told = TOLD.map((each, n) => ({ ...each, seq: BigInt(3 * n + 3) }));
      const ofRoom = await factsOfRoom(database.db, 'salon');
      expect(ofRoom).toEqual(told.filter(({ roomName }) => roomName === 'salon'));
      expect(await factsOfCall(database.db, 'call_1')).toEqual(
        told.filter(({ callId }) => callId === 'call_1'),
      );
      const read = await readFacts(database.db, 0n, 1000n, 1000);
      expect(read.filter(({ source }) => source !== 'webhook')).toEqual(
        told.filter(({ source }) => source !== 'webhook'),
      );
      expect(read[1]).toEqual(told[1]);
      expect(read[13]?.payload).toEqual({ track: { sid: 'TR_1', source: 'CAMERA' } });
    });

    test('[PRES-R30] goes on where it was: what is told again is known, and what is new names the places that are there', async () => {
      const places = async () =>
        (await sql<{ n: bigint }>`select count(*) as n from presence.place`.execute(database.db)).rows[0]?.n;
      const had = await places();
      expect((await appendAndHint({ db: database.db, hints: HINTS }, TOLD)).stored).toBe(0);
      const next = [fact(40, { type: 'bye' }), fact(41, { source: 'webhook', type: 'newer_still' })];
      expect((await appendAndHint({ db: database.db, hints: HINTS }, next)).stored).toBe(2);
      expect(await places()).toBe(had);
      const [bye, newer] = (await factsOfCall(database.db, 'call_1')).slice(-2);
      expect(bye).toEqual({ ...next[0], seq: BigInt(TOLD.length * 3 + 1) });
      expect(newer).toEqual({ ...next[1], seq: BigInt(TOLD.length * 3 + 2) });
    });

    test('[PRES-R30] whatever may end a call or a room has a number below 1,000: no other is looked for', async () => {
      const { rows: ending } = await sql<{ name: string }>`
        select name from presence.fact_type where no < 1000`.execute(database.db);
      expect(new Set(ending.map(({ name }) => name))).toEqual(new Set([...ENDING_FACTS, 'room_finished']));
    });

    test('[PRES-R30] written now it reads as it did before', async () => {
      await sql`truncate presence.fact, presence.place`.execute(database.db);
      await sql`update platform.log_head set seq = 0`.execute(database.db);
      await appendAndHint({ db: database.db, hints: HINTS }, TOLD.slice(0, 7));
      await appendAndHint({ db: database.db, hints: HINTS }, TOLD.slice(5));
      expect((await rows()).map(withoutSeq)).toEqual(before.map(withoutSeq));
      const { rows: kept } = await sql<{ n: number }>`
        select count(*)::int as n from presence.fact where payload is null`.execute(database.db);
      // Whoever says nothing, and a proof that its id says as well.
      expect(kept[0]?.n).toBe(
        TOLD.filter(({ payload }, n) => n === 7 || (n !== 9 && Object.keys(payload).length === 0)).length,
      );
    });
  });
}

const withoutSeq = (row: string): string => row.slice(row.indexOf(','));
