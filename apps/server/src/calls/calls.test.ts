import type { Fact, NewFact } from '@latido/core';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Followers } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, presenceStage, readFacts } from '../presence/index.ts';
import type { CallRow } from './index.ts';
import {
  addPerson,
  answerRing,
  callById,
  callForPerson,
  callsStage,
  callState,
  createCall,
  giveVerdicts,
  listCalls,
  peopleOf,
  recordHangUp,
  recordRemoval,
} from './index.ts';

const graceMs = 45_000;
const ringMs = 45_000;
const alice = { personId: 'person_alice', role: 'payer' } as const;
const bob = { personId: 'person_bob', role: 'earner' } as const;
const dora = { personId: 'person_dora', role: 'earner' } as const;
let count = 0;

function newRoom(): string {
  return `room-${(count += 1)}`;
}

for (const store of await openTestDatabases()) {
  describe(`calls on ${store.name}`, () => {
    const clock = new ManualClock();
    const hints = memoryHints(silentLog);
    let database: Database;
    let followers: Followers;

    beforeAll(async () => {
      database = await store.open();
      followers = startFollowers<Fact>({
        db: database.db,
        hints,
        log: silentLog,
        clock,
        topic: 'presence.fact',
        read: readFacts,
        stages: [presenceStage, callsStage({ graceMs, hints })],
      });
    });

    afterAll(async () => {
      await followers.close();
      await database.close();
    });

    const deps = () => ({
      db: database.db,
      hints,
      clock,
      log: silentLog,
      graceMs,
      ringMs,
      caughtUp: () => followers.caughtUp(),
    });
    const inTx = <T>(run: (tx: Parameters<typeof createCall>[0]) => Promise<T>) =>
      database.db.transaction().execute(run);
    const open = (roomName: string, people: Parameters<typeof addPerson>[2][] = [alice, bob]) =>
      inTx((tx) =>
        createCall(tx, {
          roomName,
          kind: 'paid',
          people,
          createdBy: 'person_alice',
          createdAt: new Date(clock.now()),
        }),
      );

    /** A webhook of LiveKit about a person's device. */
    const webhook = (
      call: CallRow,
      type: string,
      who: string,
      more: { sid?: string; reason?: string } = {},
    ): NewFact => {
      const participantSid = more.sid ?? `PA_${call.id}_${who}`;
      const participant = {
        sid: participantSid,
        identity: who,
        state: 'ACTIVE',
        disconnectReason: more.reason ?? 'CLIENT_INITIATED',
      };
      return {
        source: 'webhook',
        sourceEventId: `EV_${participantSid}_${type}`,
        roomName: call.livekitRoom,
        roomSid: `RM_${call.id}`,
        participantSid,
        identity: who,
        type,
        occurredAt: clock.now(),
        receivedAt: clock.now(),
        payload: { event: type, participant },
      };
    };
    const say = async (...facts: NewFact[]) => {
      await appendAndHint(deps(), facts);
      await followers.caughtUp();
    };
    const both = async (roomName = newRoom()): Promise<CallRow> => {
      const call = await open(roomName);
      await say(webhook(call, 'participant_joined', 'person_alice'));
      await clock.advance(5_000);
      await say(webhook(call, 'participant_joined', 'person_bob'));
      return call;
    };
    const read = async (call: CallRow): Promise<CallRow> => {
      const row = await callById(database.db, call.id);
      if (!row) throw new Error('the call is gone');
      return row;
    };

    it('[CALL-1] a call is live once both are there, and remembers the room of LiveKit', async () => {
      const call = await both();
      expect(await read(call)).toMatchObject({
        status: 'live',
        startedAt: new Date(clock.now()),
        revision: 1,
      });
      const { rows } = await sql`select room_sid from calls.call_room where call_id = ${call.id}`.execute(
        database.db,
      );
      expect(rows).toEqual([{ room_sid: `RM_${call.id}` }]);
    });

    it('[CALL-3] two people hang up, twice each: one end, one command, by the first', async () => {
      const call = await both();
      await recordHangUp(deps(), { call, personId: 'person_bob' });
      const endedAt = new Date(clock.now());
      await clock.advance(10);
      await recordHangUp(deps(), { call, personId: 'person_alice' });
      await recordHangUp(deps(), { call, personId: 'person_bob' });
      await followers.caughtUp();
      const expected = { status: 'ended', endedAt, endedBy: 'person_bob', endReason: 'hung_up' };
      expect(await read(call)).toMatchObject(expected);
      await recordHangUp(deps(), { call: await read(call), personId: 'person_alice' });
      await say(
        webhook(call, 'participant_left', 'person_alice'),
        webhook(call, 'participant_left', 'person_alice'),
      );
      expect(await read(call)).toMatchObject(expected);
      const { rows } = await sql`select payload from platform.outbox where key = ${call.id}`.execute(
        database.db,
      );
      expect(rows).toEqual([{ payload: { callId: call.id, roomName: call.livekitRoom } }]);
      const facts =
        await sql`select seq from presence.fact_told where call_id = ${call.id} and type = 'hang_up'`.execute(
          database.db,
        );
      expect(facts.rows).toHaveLength(2);
    });

    it('[CALL-5] a lost partner has the grace; then one verdict ends the call where they were last there', async () => {
      const call = await both();
      await clock.advance(60_000);
      await say(webhook(call, 'participant_left', 'person_alice', { reason: 'PARTICIPANT_REMOVED' }));
      const leftAt = clock.now();
      expect(await read(call)).toMatchObject({
        status: 'reconnecting',
        graceUntil: new Date(leftAt + graceMs),
        graceOf: 'person_alice',
      });
      await clock.advance(graceMs - 1);
      await giveVerdicts(deps());
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({ status: 'reconnecting' });
      await clock.advance(1);
      await giveVerdicts(deps());
      await giveVerdicts(deps());
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({
        status: 'ended',
        endedAt: new Date(leftAt),
        endedBy: 'system',
        endReason: 'removed',
        graceUntil: null,
      });
    });

    it('[CALL-5] a grace that ran while this server was away is given again from its start', async () => {
      const call = await both();
      await clock.advance(60_000);
      await say(webhook(call, 'participant_left', 'person_alice', { reason: 'PARTICIPANT_REMOVED' }));
      const leftAt = clock.now();
      await clock.advance(graceMs + 60_000);
      await giveVerdicts(deps(), graceMs - 1);
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({ status: 'reconnecting' });
      await giveVerdicts(deps(), graceMs);
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({ status: 'ended', endedAt: new Date(leftAt) });
    });

    it('[CALL-6] a return that is stored but not yet read wins over the end of the grace', async () => {
      const call = await both();
      await say(webhook(call, 'participant_left', 'person_alice', { reason: 'PARTICIPANT_REMOVED' }));
      await clock.advance(graceMs - 500);
      await appendAndHint(deps(), [
        webhook(call, 'participant_joined', 'person_alice', { sid: `PA_${call.id}_2` }),
      ]);
      await clock.advance(1_000);
      await giveVerdicts(deps());
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({ status: 'live', graceUntil: null });
    });

    it('[CALL-10] a call that nobody joins ends after ten minutes, one in which somebody waits does not', async () => {
      const alone = await open(newRoom());
      const waited = await open(newRoom());
      await say(webhook(waited, 'participant_joined', 'person_alice'));
      await clock.advance(599_999);
      await giveVerdicts(deps());
      await followers.caughtUp();
      expect((await read(alone)).status).toBe('waiting');
      await clock.advance(1);
      await giveVerdicts(deps());
      await followers.caughtUp();
      expect(await read(alone)).toMatchObject({ status: 'ended', endReason: 'expired', endedBy: 'system' });
      expect((await read(waited)).status).toBe('waiting');
    });

    const ring = (people = [alice, bob]) =>
      inTx((tx) =>
        createCall(tx, {
          roomName: newRoom(),
          kind: 'paid',
          people,
          createdBy: 'person_alice',
          createdAt: new Date(clock.now()),
          ring: { called: 'person_bob', until: new Date(clock.now() + ringMs) },
        }),
      );
    const verdictsAfter = async (ms: number, listenedMs?: number) => {
      await clock.advance(ms);
      await giveVerdicts(deps(), listenedMs);
      await followers.caughtUp();
    };

    it('[CALL-23] a call that rings for its time without an answer ends then, though the caller waits', async () => {
      const call = await ring();
      await say(webhook(call, 'participant_joined', 'person_alice'));
      await verdictsAfter(ringMs - 1);
      expect((await read(call)).status).toBe('waiting');
      await verdictsAfter(1_000);
      expect(await read(call)).toMatchObject({
        status: 'ended',
        endReason: 'no_answer',
        endedBy: 'system',
        endedAt: new Date(call.createdAt.getTime() + ringMs),
        startedAt: null,
      });
    });

    it('[CALL-23] asking for a way in answers, and gives as long again to come; coming keeps the call', async () => {
      const [late, comes] = [await ring(), await ring()];
      await clock.advance(ringMs - 1);
      const until = new Date(clock.now() + ringMs);
      for (const { id: callId } of [late, comes]) {
        await answerRing(database.db, {
          callId,
          personId: 'person_alice',
          until: new Date(until.getTime() * 2),
        });
        await answerRing(database.db, { callId, personId: 'person_bob', until });
      }
      await say(webhook(comes, 'participant_joined', 'person_bob'));
      await verdictsAfter(ringMs - 1);
      expect([(await read(late)).status, (await read(comes)).status]).toEqual(['waiting', 'waiting']);
      await verdictsAfter(1);
      expect(await read(late)).toMatchObject({ endReason: 'no_answer', endedAt: until });
      expect((await read(comes)).status).toBe('waiting');
      // Who came and went again is awaited as anybody is.
      await say(webhook(comes, 'participant_left', 'person_bob', { reason: 'PARTICIPANT_REMOVED' }));
      await verdictsAfter(graceMs);
      expect(await read(comes)).toMatchObject({ status: 'ended', endReason: 'removed' });
    });

    it('[CALL-23] what rang while this server was away rings again for its whole time', async () => {
      const call = await ring();
      await verdictsAfter(ringMs + 60_000, ringMs - 1);
      expect((await read(call)).status).toBe('waiting');
      await verdictsAfter(0, ringMs);
      expect(await read(call)).toMatchObject({ endReason: 'no_answer' });
    });

    it('[CALL-10] staff end a call for its people', async () => {
      const call = await both();
      await recordRemoval(deps(), { call, personId: 'person_admin' });
      await followers.caughtUp();
      expect(await read(call)).toMatchObject({
        status: 'ended',
        endReason: 'removed',
        endedBy: 'person_admin',
      });
    });

    it('[CALL-16] an open room has one call; a third person is refused; after the end there is a new one', async () => {
      const room = newRoom();
      const first = await open(room, [alice]);
      expect((await open(room, [bob])).id).toBe(first.id);
      expect((await open(room, [bob, alice])).id).toBe(first.id);
      expect(await peopleOf(database.db, first.id)).toEqual([alice, bob]);
      await expect(open(room, [dora])).rejects.toMatchObject({ code: 'call.not_yours', status: 403 });
      await expect(inTx((tx) => addPerson(tx, first.id, { ...dora, role: 'guest' }))).rejects.toMatchObject({
        status: 403,
      });
      await recordHangUp(deps(), { call: first, personId: 'person_alice' });
      await followers.caughtUp();
      expect((await open(room, [dora])).id).not.toBe(first.id);
    });

    it('[CALL-16] twenty who ask in the same moment get one call', async () => {
      const room = newRoom();
      const calls = await Promise.all(Array.from({ length: 20 }, () => open(room)));
      expect(new Set(calls.map((call) => call.id)).size).toBe(1);
    });

    it('[CALL-17] the calls of others do not exist, for staff they do', async () => {
      const call = await open(newRoom());
      const viewer = { personId: 'person_alice', roles: ['client'] };
      expect((await callForPerson(database.db, call.id, viewer)).id).toBe(call.id);
      const admin = { personId: 'person_x', roles: ['admin'] };
      expect((await callForPerson(database.db, call.id, admin)).id).toBe(call.id);
      const other = { personId: 'person_x', roles: ['client'] };
      await expect(callForPerson(database.db, call.id, other)).rejects.toMatchObject({
        code: 'call.not_found',
      });
      await expect(callForPerson(database.db, 'call_none', viewer)).rejects.toMatchObject({ status: 404 });
    });

    it('[CALL-17] a list is paged, the newest first', async () => {
      const room = newRoom();
      const ids: string[] = [];
      for (let n = 0; n < 3; n += 1) {
        const call = await open(room);
        ids.unshift(call.id);
        await recordHangUp(deps(), { call, personId: 'person_alice' });
        await followers.caughtUp();
      }
      const viewer = { personId: 'person_bob', roles: ['model'] };
      const one = await listCalls(database.db, viewer, { room, limit: 2 });
      const two = await listCalls(database.db, viewer, { room, limit: 2, cursor: one.nextCursor ?? '' });
      expect([...one.rows, ...two.rows].map((row) => row.id).toSorted()).toEqual(ids.toSorted());
      expect(two.nextCursor).toBeNull();
      expect((await listCalls(database.db, viewer, { room, status: 'live', limit: 9 })).rows).toEqual([]);
      expect(
        (await listCalls(database.db, { ...viewer, personId: 'person_x' }, { room, limit: 9 })).rows,
      ).toEqual([]);
      const bad = listCalls(database.db, viewer, { limit: 9, cursor: 'x' });
      await expect(bad).rejects.toMatchObject({ code: 'cursor.invalid' });
    });

    it('[CALL-17] the state tells each person of the call, the meter and the clock', async () => {
      const call = await both();
      const state = await callState(
        { db: database.db, clock, meterOf: async () => null },
        call.id,
        'person_alice',
      );
      expect(state).toMatchObject({
        callId: call.id,
        id: call.id,
        status: 'live',
        billableMs: 0,
        coins: 0,
        meter: null,
        endedAt: null,
        people: [
          { personId: 'person_alice', role: 'payer', state: 'present' },
          { personId: 'person_bob', role: 'earner', state: 'present' },
        ],
        serverAt: new Date(clock.now()).toISOString(),
      });
    });
  });
}
