import type { Fact, NewFact } from '@latido/core';
import {
  participantJoined,
  participantLeft,
  roomFinished,
  trackPublished,
  webhookBody,
} from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, Db, Followers } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import {
  appendAndHint,
  claimRoom,
  FACT_LOG,
  factsOfCall,
  intervalsOfCall,
  intervalsOfRoom,
  presenceStage,
  readFacts,
} from './index.ts';

const T0 = Date.parse('2026-01-05T10:00:00Z');
const at = (s: number): number => T0 + s * 1000;

/** A webhook of the test kit as the edge stores it. */
function webhook(event: ReturnType<typeof participantJoined>, s: number): NewFact {
  const payload = JSON.parse(webhookBody(event)) as Record<string, unknown>;
  return {
    source: 'webhook',
    sourceEventId: event.id,
    roomName: event.room?.name ?? '',
    roomSid: event.room?.sid ?? null,
    participantSid: event.participant?.sid ?? null,
    identity: event.participant?.identity ?? null,
    type: event.event,
    occurredAt: at(s),
    receivedAt: at(s) + 50,
    payload,
  };
}

function said(name: `${NewFact['source']}.${string}`, s: number, more: Partial<NewFact> = {}): NewFact {
  const [source, type] = name.split('.') as [NewFact['source'], string];
  const participantSid = more.participantSid ?? 'PA_a';
  return {
    source,
    sourceEventId: `${participantSid}:${type}:${s}`,
    roomName: 'salon',
    roomSid: 'RM_1',
    participantSid,
    identity: 'person_a',
    type,
    occurredAt: at(s),
    receivedAt: at(s),
    payload: {},
    ...more,
  };
}

const room = { name: 'salon', sid: 'RM_1' };
const alice = { identity: 'person_a', sid: 'PA_a', name: 'Alice' };
const aliceAgain = { ...alice, sid: 'PA_a2' };
const bob = { identity: 'bob', sid: 'PA_b', name: 'Bob' };

/** Alice reloads, then hangs up; Bob's browser dies; LiveKit deletes the room. */
function story(): NewFact[] {
  return [
    webhook(participantJoined({ room, participant: alice }), 0.4),
    webhook(trackPublished({ room, participant: alice }), 1),
    webhook(participantJoined({ room, participant: bob }), 2.5),
    said('proof.proof', 9.8, { payload: { fromAt: at(0.5), toAt: at(9.8), via: 'beat' } }),
    webhook(participantLeft({ room, participant: alice }), 9),
    said('detector.suspected', 9.8),
    webhook(participantJoined({ room, participant: aliceAgain }), 11.2),
    said('proof.proof', 29.7, {
      participantSid: 'PA_a2',
      payload: { fromAt: at(11.5), toAt: at(29.7), via: 'beat' },
    }),
    said('detector.unreachable', 20, { participantSid: 'PA_a2' }),
    said('sdk.bye', 30, { participantSid: 'PA_a2' }),
    webhook(participantLeft({ room, participant: bob, reason: 'CONNECTION_TIMEOUT' }), 51),
    webhook(roomFinished({ room }), 52),
  ];
}

const dump = async (db: Db): Promise<string> => {
  const { rows } = await sql<{ dump: string }>`
    select coalesce(string_agg(to_jsonb(i)::text, E'\n' order by participant_sid), '') as dump
    from presence.interval i`.execute(db);
  return rows[0]?.dump ?? '';
};

/** A shuffle that repeats with its seed. */
function shuffled<T>(all: readonly T[], seed: number): T[] {
  const order = all.map((one, n) => ({ one, key: Math.sin(seed * 1000 + n * 7.13) }));
  return order.toSorted((a, b) => a.key - b.key).map(({ one }) => one);
}

for (const store of await openTestDatabases()) {
  describe(`the log and its fold on ${store.name}`, () => {
    let database: Database;
    let db: Db;
    let followers: Followers;
    const hints = memoryHints(silentLog);
    const clock = new ManualClock(T0);

    beforeAll(async () => {
      database = await store.open();
      db = database.db;
    });
    beforeEach(async () => {
      await followers?.close();
      await sql`truncate presence.fact, presence.interval, platform.follower`.execute(db);
      await sql`update platform.log_head set seq = 0`.execute(db);
      const claim = { room: 'salon', alias: 'the name', callId: 'call_1', people: ['person_a'] };
      await db.transaction().execute((tx) => claimRoom(tx, { ...claim, from: new Date(T0) }));
      followers = startFollowers<Fact>({
        db,
        hints,
        log: silentLog,
        clock,
        topic: FACT_LOG,
        read: readFacts,
        stages: [presenceStage],
      });
    });
    afterAll(async () => {
      await followers.close();
      await hints.close();
      await database.close();
    });

    const append = (facts: readonly NewFact[]) => appendAndHint({ db, hints }, facts);
    const folded = async (batches: readonly (readonly NewFact[])[]): Promise<string> => {
      for (const batch of batches) {
        await append(batch);
        await followers.caughtUp();
      }
      return await dump(db);
    };

    test('[PRES-R1] a story of webhooks, beats and verdicts gives the intervals that people would tell', async () => {
      await folded([story()]);
      const intervals = await intervalsOfRoom(db, 'salon');
      expect(
        intervals.map((i) => [
          i.participantSid,
          i.joinedAt - T0,
          (i.leftAt ?? 0) - T0,
          i.leftReason,
          i.state,
          i.callId,
        ]),
      ).toEqual([
        ['PA_a', 400, 9800, 'page_left', 'left', 'call_1'],
        ['PA_b', 2500, 31_000, 'timeout', 'left', null],
        ['PA_a2', 11_200, 30_000, 'bye', 'left', 'call_1'],
      ]);
      expect(intervals[2]?.gaps).toEqual([]);
      expect((await intervalsOfCall(db, 'call_1')).map((i) => i.personId)).toEqual(['person_a', 'person_a']);
    });

    test('[PRES-R12] the same webhook five times is one fact', async () => {
      const facts = story();
      const first = await append(facts);
      const again = await append([...facts, ...facts, ...facts, ...facts]);
      expect([first.stored, again.stored]).toEqual([facts.length, 0]);
      const { rows } = await sql<{ seq: bigint }>`select seq from presence.fact order by seq`.execute(db);
      expect(rows.map((row) => row.seq)).toEqual(facts.map((_, n) => BigInt(n + 1)));
    });

    test('[PRES-R12] any order, one by one or in batches, ends in the same rows byte for byte', async () => {
      const facts = story();
      const expected = await folded([facts]);
      for (let seed = 1; seed <= 6; seed += 1) {
        await sql`truncate presence.fact, presence.interval, platform.follower`.execute(db);
        const order = shuffled(facts, seed);
        const batches = seed % 2 === 0 ? order.map((one) => [one]) : [order.slice(0, 5), order.slice(5)];
        expect(await folded(batches)).toBe(expected);
      }
    });

    test('[PRES-R12] a crowd that is worked on in parts ends in the same rows as in small batches', async () => {
      const sids = (suffix: string) =>
        Array.from({ length: 600 }, (_, n) => ({ identity: `guest_${n}`, sid: `PA_${n}${suffix}` }));
      const joins = (suffix: string, second: number) =>
        sids(suffix).map((participant) => webhook(participantJoined({ room, participant }), second));
      const leaves = (suffix: string, second: number) =>
        sids(suffix).map((participant) => webhook(participantLeft({ room, participant }), second));
      // Everybody's first sid is in another part than their second, and either says something of the other.
      const comings = [...joins('', 1), ...joins('_again', 20)];
      const goings = [...leaves('', 15), ...leaves('_again', 40)];
      const expected = await folded([comings, goings]);
      await sql`truncate presence.fact, presence.interval, platform.follower`.execute(db);
      const inEleven = (facts: readonly NewFact[]) =>
        Array.from({ length: 11 }, (_, n) => facts.filter((_fact, at) => at % 11 === n));
      expect(await folded([...inEleven(comings), ...inEleven(goings)])).toBe(expected);
      const { rows } = await sql<{ ends: string }>`
        select string_agg(distinct split_part(participant_sid, '_', 3) || ' ' || (left_at - ${new Date(T0)}::timestamptz),
          ', ') as ends from presence.interval`.execute(db);
      expect(rows[0]?.ends).toBe(' 00:00:15, again 00:00:40');
    });

    test('[PRES-R13] dropping the intervals and folding the log again gives the same bytes', async () => {
      const expected = await folded(story().map((one) => [one]));
      await sql`truncate presence.interval, platform.follower`.execute(db);
      await followers.caughtUp();
      expect(await dump(db)).toBe(expected);
      expect(expected.split('\n')).toHaveLength(3);
    });

    test('[PRES-F13] a room that only webhooks told us about has intervals and no call', async () => {
      const own = { name: 'elsewhere', sid: 'RM_9' };
      const carol = { identity: 'carol', sid: 'PA_c', name: 'Carol' };
      await folded([[webhook(participantJoined({ room: own, participant: carol }), 0)]]);
      await folded([[webhook(roomFinished({ room: own }), 60)]]);
      expect(await intervalsOfRoom(db, 'elsewhere')).toMatchObject([
        {
          identity: 'carol',
          name: 'Carol',
          personId: null,
          callId: null,
          leftAt: at(60),
          leftReason: 'room_finished',
        },
      ]);
    });

    test('[PRES-R8] an egress that records keeps its kind, and so is no person', async () => {
      const recorder = { identity: 'EG_1', sid: 'PA_e', kind: 2 };
      await folded([[webhook(participantJoined({ room, participant: recorder }), 0)]]);
      expect(await intervalsOfRoom(db, 'salon')).toMatchObject([{ kind: 'EGRESS' }]);
    });

    test('the end of a room that is known before its people closes them when they come', async () => {
      await folded([
        [webhook(roomFinished({ room }), 60)],
        [webhook(participantJoined({ room, participant: bob }), 1)],
      ]);
      expect(await intervalsOfRoom(db, 'salon')).toMatchObject([
        { leftAt: at(60), leftReason: 'room_finished' },
      ]);
    });

    const callsTold = async () => {
      const { rows } = await sql<{
        call_id: string | null;
      }>`select call_id from presence.fact_told order by seq`.execute(db);
      return rows.map((row) => row.call_id);
    };

    test('[PRES-R15] a fact is of the call that claims its room, if it is about the room or one of its people', async () => {
      const tab = { ...alice, identity: 'person_a~x7', sid: 'PA_tab' };
      const elsewhere = { name: 'salon-2', sid: 'RM_1' };
      await folded([
        [webhook(participantJoined({ room, participant: alice }), 0)],
        [said('sdk.connected', 1), webhook(trackPublished({ room, participant: bob }), 2)],
        [webhook(participantJoined({ room, participant: tab }), 3), webhook(roomFinished({ room }), 60)],
        [webhook(participantJoined({ room: elsewhere, participant: { ...alice, sid: 'PA_z' } }), 4)],
      ]);
      expect(await callsTold()).toEqual(['call_1', 'call_1', null, 'call_1', 'call_1', null]);
      expect((await factsOfCall(db, 'call_1')).map((fact) => fact.type)).toEqual([
        'participant_joined',
        'connected',
        'participant_joined',
        'room_finished',
      ]);
      expect(await factsOfCall(db, 'call_1', { after: 1n, limit: 1 })).toHaveLength(1);
      // By the name that people use, too.
      expect(await intervalsOfRoom(db, 'the name')).toHaveLength(3);
    });

    test('[PRES-R14] what a participant says of itself in its attributes names neither person nor call', async () => {
      const attributes = { 'latido.call': 'call_1', 'latido.person': 'person_a' };
      const mallory = { identity: 'mallory', sid: 'PA_m', name: 'Alice', attributes };
      await folded([
        [webhook(participantJoined({ room: { name: 'own', sid: 'RM_own' }, participant: mallory }), 0)],
        [webhook(participantJoined({ room, participant: { ...mallory, sid: 'PA_m2' } }), 1)],
      ]);
      expect(await callsTold()).toEqual([null, null]);
      expect(await intervalsOfRoom(db, 'own')).toMatchObject([{ personId: null, callId: null }]);
      expect(await intervalsOfRoom(db, 'salon')).toMatchObject([{ personId: null, callId: null }]);
    });

    test('[PRES-R15] a sid that LiveKit has in another room is not in the call, whatever a browser of the call says', async () => {
      const told = said('sdk.connected', 0.5, { callId: 'call_1' });
      const joined = webhook(
        participantJoined({ room: { name: 'own', sid: 'RM_own' }, participant: alice }),
        0,
      );
      await folded([[told, joined]]);
      expect(await intervalsOfRoom(db, 'own')).toMatchObject([{ personId: 'person_a', callId: null }]);
    });

    test('writers at the same moment leave no hole behind a cursor and store each fact once', async () => {
      const facts = Array.from({ length: 40 }, (_, n) =>
        said('sdk.connected', n, { participantSid: `PA_${n % 30}` }),
      );
      const answers = await Promise.all(facts.map((one) => append([one, ...facts.slice(0, 3)])));
      await followers.caughtUp();
      const { rows } = await sql<{ count: bigint; head: bigint }>`
        select count(*) as count, max(seq) as head from presence.fact`.execute(db);
      expect(rows[0]).toEqual({ count: 40n, head: 40n });
      expect(answers.reduce((sum, { stored }) => sum + stored, 0)).toBe(40);
    });
  });
}
