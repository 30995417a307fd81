import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPerson, createCall, recordHostEnd } from '../calls/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { appendAndHint } from '../presence/index.ts';
import { payInGroup } from './index.ts';
import { ALICE, BOB, T0, World } from './world.testing.ts';

const ANNA = 'person_anna';
const CARL = 'person_carl';
const ROOM = 'session-x';

for (const kind of await openTestDatabases()) {
  describe(`groups in which each pays on ${kind.name}`, () => {
    let world: World;
    let callId: string;
    let livekitRoom: string;

    beforeEach(async () => {
      world = await new World(await kind.open()).open(100);
      for (const [id, coins] of [
        [ANNA, 25],
        [CARL, 100],
      ] as const) {
        await sql`insert into access.person (id, name) values (${id}, ${id})`.execute(world.db);
        await world.give(coins, `first of ${id}`, id);
      }
      const call = await world.db.transaction().execute((tx) =>
        createCall(tx, {
          roomName: ROOM,
          kind: 'mentoring',
          people: [{ personId: BOB, role: 'host' }],
          createdBy: BOB,
          createdAt: new Date(T0),
        }),
      );
      ({ id: callId, livekitRoom } = call);
    });
    afterEach(() => world.close());

    const admit = (personId: string): Promise<string> =>
      world.db.transaction().execute(async (tx) => {
        await addPerson(tx, callId, { personId, role: 'guest' });
        return await payInGroup(tx, { callId, payerId: personId, earnerId: BOB, planId: undefined });
      });
    const sidOf = (personId: string): string => `PA_${personId}`;
    const comes = (personId: string, n = ''): Promise<void> =>
      world.join(callId, { personId, sid: `${sidOf(personId)}${n}` });
    const goes = async (personId: string, n = ''): Promise<void> => {
      const sid = `${sidOf(personId)}${n}`;
      world.silence(sid);
      const payload = { participant: { disconnectReason: 'CLIENT_INITIATED' } };
      await world.say(callId, { personId, sid }, 'sdk', 'bye', {});
      await world.say(callId, { personId, sid }, 'webhook', 'participant_left', payload);
    };
    const end = () => {
      const call = { id: callId, livekitRoom, status: 'live' } as const;
      return recordHostEnd(world, { call, personId: BOB });
    };
    /** Standing charges of one who pays, as `unit@seconds:coins`. */
    const paid = async (personId: string): Promise<string[]> => {
      const { rows } = await sql<{ unit: number; at: Date; coins: bigint }>`
        select j.unit_index as unit, j.occurred_at as at, -p.amount as coins from metering.meter m
          join ledger.meter n on n.id = m.id join ledger.journal j on j.meter_no = n.no and j.kind = 'charge'
          join ledger.account a on a.id = m.wallet_account_id
          join ledger.posting p on p.journal_no = j.no and p.account_no = a.no
         where m.call_id = ${callId} and m.payer_id = ${personId} order by 1`.execute(world.db);
      return rows.map((row) => `${row.unit}@${(row.at.getTime() - T0) / 1000}:${row.coins}`);
    };
    const wallet = async (personId: string, of = 'wallet'): Promise<[bigint, bigint]> => {
      const { rows } = await sql<{ posted: bigint; held: bigint }>`
        select b.posted, b.held from ledger.account a join ledger.balance b on b.account_id = a.id
         where a.owner_id = ${personId} and a.kind = ${of}`.execute(world.db);
      return [rows[0]?.posted ?? 0n, rows[0]?.held ?? 0n];
    };
    const removed = async (): Promise<unknown[]> => {
      const { rows } = await sql<{ sid: unknown }>`
        select payload ->> 'participantSid' as sid from platform.outbox
         where topic = 'livekit.remove_participant' order by id`.execute(world.db);
      return rows.map(({ sid }) => sid);
    };
    const told = async (personId: string): Promise<string[]> => {
      const { rows } = await sql<{ type: string }>`
        select type from notifications.inbox where recipient_id = ${personId} order by seq`.execute(world.db);
      return rows.map(({ type }) => type);
    };
    const status = async (): Promise<unknown> =>
      (await sql<{ status: string }>`select status from calls.call where id = ${callId}`.execute(world.db))
        .rows[0]?.status;

    it('[METER-50] each pays for their own time with who earns, to the coin, and whoever leaves early pays no more', async () => {
      await comes(BOB);
      await admit(ALICE);
      await comes(ALICE);
      await world.passTicking(30);
      await admit(CARL);
      await comes(CARL);
      await world.passTicking(65);
      await goes(CARL);
      await world.passTicking(60);
      expect(await status()).toBe('live');
      await goes(BOB);
      await world.passTicking(30);
      await comes(BOB, '2');
      await world.passTicking(30);
      await end();
      await world.settle();
      // Alice: 155 s, then 30 s more; Carl 65 s.
      expect(await paid(ALICE)).toEqual(['1@60:10', '2@120:10', '3@210:10']);
      expect(await paid(CARL)).toEqual(['1@90:10']);
      expect(await wallet(ALICE)).toEqual([70n, 0n]);
      expect(await wallet(CARL)).toEqual([90n, 0n]);
      expect(await wallet(BOB, 'earner')).toEqual([28n, 0n]);
      expect(await world.differences()).toEqual([]);
    });

    it('[CALL-36] who says that they go and stays is taken out of the room: at their word, and by each list that has them still', async () => {
      await comes(BOB);
      await admit(ALICE);
      await comes(ALICE);
      await world.passTicking(10);
      const who = { personId: ALICE, sid: sidOf(ALICE) };
      const inRoom = async (source: 'sdk' | 'poll', type: string): Promise<void> => {
        const occurredAt = world.clock.now();
        const fact = world.fact({ callId, who, source, type, payload: {}, occurredAt });
        await appendAndHint(world, [{ ...fact, roomName: livekitRoom }]);
        await world.passTicking(4);
      };
      world.silence(who.sid);
      await inRoom('sdk', 'bye');
      expect(await removed()).toEqual([who.sid]);
      // This list may be older than the goodbye.
      await inRoom('poll', 'listed');
      expect(await removed()).toEqual([who.sid]);
      await inRoom('poll', 'listed');
      expect(await removed()).toEqual([who.sid, who.sid]);
      expect(await status()).not.toBe('ended');
    });

    it('[METER-51] whose coins end is warned and leaves alone; with coins they come in again on the same meter', async () => {
      await comes(BOB);
      for (const personId of [ALICE, ANNA, CARL]) {
        await admit(personId);
        await comes(personId);
      }
      await world.passTicking(130);
      // 25 coins are two minutes: hers stands, and the others' go on.
      expect(await paid(ANNA)).toEqual(['1@60:10', '2@120:10']);
      expect(await told(ANNA)).toContain('call.low_balance');
      expect(await removed()).toEqual([]);
      await world.passTicking(15);
      expect(await removed()).toEqual([sidOf(ANNA)]);
      expect(await told(ANNA)).toContain('call.coins_ended');
      expect([...(await told(ALICE)), ...(await told(BOB))].join()).not.toMatch('coins_ended');
      await goes(ANNA);
      await world.passTicking(35);
      expect(await status()).toBe('live');
      // By a token of before, and without coins: out again, and nothing is billed.
      await comes(ANNA, 'old');
      await world.passTicking(5);
      expect(await removed()).toEqual([sidOf(ANNA), `${sidOf(ANNA)}old`]);
      await goes(ANNA, 'old');
      await expect(admit(ANNA)).rejects.toMatchObject({ code: 'balance.insufficient' });
      await world.give(20, 'more', ANNA);
      await world.passTicking(15);
      const before = await removed();
      await admit(ANNA);
      await comes(ANNA, '2');
      await world.passTicking(65);
      expect(await removed()).toEqual(before);
      await end();
      await world.settle();
      expect(await paid(ANNA)).toEqual(['1@60:10', '2@120:10', '3@260:10']);
      expect(await paid(ALICE)).toEqual(['1@60:10', '2@120:10', '3@180:10', '4@240:10']);
      expect(await paid(CARL)).toEqual(await paid(ALICE));
      expect(await wallet(ANNA)).toEqual([15n, 0n]);
      expect(await wallet(BOB, 'earner')).toEqual([77n, 0n]);
      expect(await world.differences()).toEqual([]);
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from metering.meter where call_id = ${callId}`.execute(world.db);
      expect(rows).toEqual([{ n: 3 }]);
    });

    it('[METER-51] whose coins end leaves, however many had gone before', async () => {
      await comes(BOB);
      await admit(ANNA);
      await comes(ANNA);
      await world.passTicking(130);
      // They are out for long, and have no coins either.
      await sql`insert into metering.meter select (jsonb_populate_record(m, jsonb_build_object('id', 'meter_gone' || n,
          'payer_id', 'person_gone' || n, 'cut_at', m.cut_at - interval '1 min'))).*
        from metering.meter m, generate_series(1, 200) n where m.payer_id = ${ANNA}`.execute(world.db);
      await world.passTicking(15);
      expect(await removed()).toEqual([sidOf(ANNA)]);
    });

    it('[METER-50] somebody who is not heard holds up nobody else’s charges', async () => {
      await comes(BOB);
      for (const personId of [ALICE, CARL]) {
        await admit(personId);
        await comes(personId);
      }
      await world.passTicking(55);
      world.silence(sidOf(CARL));
      await world.passTicking(10);
      expect(await paid(ALICE)).toEqual(['1@60:10']);
      expect(await paid(CARL)).toEqual([]);
    });

    it('[METER-50] whoever comes later pays by the version of the plan that the call began with', async () => {
      await admit(ALICE);
      await sql`insert into metering.price_plan select (jsonb_populate_record(p, jsonb_build_object('version', version + 1,
          'price', 50, 'initial_price', 50))).* from metering.price_plan p where id = 'standard' order by version desc limit 1`.execute(
        world.db,
      );
      await admit(CARL);
      expect(await wallet(CARL)).toEqual([100n, 10n]);
    });

    it('[METER-52] each reads their own meter, who earns and the desk the sum; who does not pay yet reads none', async () => {
      await comes(BOB);
      for (const personId of [ALICE, CARL]) await admit(personId);
      await comes(ALICE);
      await world.passTicking(60);
      await comes(CARL);
      await world.passTicking(65);
      await world.db.transaction().execute((tx) => addPerson(tx, callId, { personId: ANNA, role: 'guest' }));
      const meter = (who: string) => world.meter(callId, who);
      expect(await meter(ALICE)).toMatchObject({
        coins: 20,
        billableMs: 125_000,
        available: 70,
        earned: null,
      });
      expect(await meter(CARL)).toMatchObject({ coins: 10, billableMs: 65_000, available: 80, earned: null });
      const sum = { running: true, unitsCharged: 3, available: null, billableMs: 125_000 };
      expect(await meter(BOB)).toMatchObject({ ...sum, coins: 21, earned: 21 });
      expect(await meter('person_desk')).toMatchObject({ ...sum, coins: 30, earned: null });
      await expect(meter(ANNA)).rejects.toThrow('no meter');
    });
  });
}
