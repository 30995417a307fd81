import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantOf, House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`next on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let alice: Guest;
    let anna: Guest;
    let bob: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      alice = await house.invite('alice', 'client');
      anna = await house.invite('anna', 'client');
      bob = await house.invite('bob', 'model');
    });
    afterEach(() => house.close());

    const states = async (...people: Guest[]) =>
      await Promise.all(people.map(async (who) => (await line.state(who)).state));
    const held = async (who: Guest) => (await house.get('/api/v1/wallet', who)).held;

    it('[MATCH-16] next ends the call for both, once, and puts both back; the partner reads why', async () => {
      const roomName = await line.talking(alice, bob);
      const pressed = await line.next(alice, { room_name: roomName });
      expect(pressed).toMatchObject({ status: 200, body: { success: true, state: 'waiting' } });
      expect((await line.next(alice, { roomName })).status).toBe(200);
      expect((await line.next(bob, { roomName })).body).toMatchObject({ success: true, state: 'waiting' });
      await line.settled();
      const [call] = (await house.get('/api/v1/calls', alice)).items;
      expect(call).toMatchObject({ status: 'ended', endReason: 'next', endedBy: alice.personId });
      const told = (await house.get('/api/v1/inbox?after=0', bob)).items;
      expect(told.filter((each: { type: string }) => each.type === 'call.partner_left')).toMatchObject([
        { payload: { reason: 'next', state: 'ended', personId: alice.personId } },
      ]);
    });

    it('[MATCH-16] both press at once: one end, one re-queuing', async () => {
      const roomName = await line.talking(alice, bob);
      const answers = await Promise.all([line.next(alice, { roomName }), line.next(bob, { roomName })]);
      expect(answers.map(({ status, body }) => [status, body.state])).toEqual([
        [200, 'waiting'],
        [200, 'waiting'],
      ]);
      const { rows } = await sql<{
        count: bigint;
      }>`select count(*) as count from presence.fact_told where type = 'next'`.execute(
        house.server.database.db,
      );
      expect(rows[0]?.count).toBe(1n);
    });

    it('[MATCH-28] a page that asks for the room of a call that Next has ended opens none, and is in line as before', async () => {
      const roomName = await line.talking(alice, bob);
      await line.next(alice, { roomName });
      await line.settled();
      for (const who of [alice, bob]) {
        const late = await line.ask('POST', '/api/livekit/token-secure', who, { roomName });
        expect([late.status, late.body.code]).toEqual([409, 'call.ended']);
      }
      expect((await house.get('/api/v1/calls', alice)).items).toHaveLength(1);
      expect(await held(alice)).toBe(0);
      await line.pass(16, alice, bob);
      expect(await states(alice, bob)).toEqual(['offered', 'offered']);
    });

    it.each([
      ['who pays', 'answered'],
      ['who pays', 'on its way'],
      ['who earns', 'answered'],
      ['who earns', 'on its way'],
    ])(
      '[MATCH-16] both press, a millisecond apart, first %s, whose press is %s by then: one end, one place each',
      async (side, state) => {
        const roomName = await line.talking(alice, bob);
        const [first, second] = side === 'who pays' ? [alice, bob] : [bob, alice];
        const pressed = line.next(first, { roomName });
        if (state === 'answered') await pressed;
        await house.clock.advance(1);
        for (const answer of await Promise.all([pressed, line.next(second, { roomName })]))
          expect(answer).toMatchObject({ status: 200, body: { success: true, state: 'waiting' } });
        await line.settled();
        const { rows } = await sql<{ by: string; facts: number; inLine: number }>`
          select (select string_agg(by_id, ' ') from matching.next) as by,
                 (select count(*)::int from presence.fact_told where type = 'next') as facts,
                 (select count(*)::int from matching.waiting where off is null) as "inLine"`.execute(
          house.server.database.db,
        );
        const by = state === 'answered' ? first.personId : expect.any(String);
        expect(rows).toEqual([{ by, facts: 1, inLine: 2 }]);
        const [call] = (await house.get('/api/v1/calls', alice)).items;
        expect(call).toMatchObject({ status: 'ended', endReason: 'next', endedBy: rows[0]?.by });
        const told = await Promise.all([alice, bob].map((who) => house.get('/api/v1/inbox?after=0', who)));
        const ofNext = told.map(
          ({ items }) =>
            items.filter((each: { type: string }) => each.type === 'call.partner_left').length as number,
        );
        // Whoever pressed second is told of the end that the first one made, and nobody of their own.
        expect(ofNext).toEqual([alice, bob].map(({ personId }) => (personId === rows[0]?.by ? 0 : 1)));
        expect(await held(alice)).toBe(0);
      },
    );

    it('[MATCH-16] next leads to somebody else', async () => {
      const roomName = await line.talking(alice, bob);
      await line.look(anna);
      await line.settled();
      expect(await states(anna)).toEqual(['waiting']);
      await line.next(alice, { roomName });
      await line.settled();
      expect((await line.state(bob)).offer?.partner.personId).toBe(anna.personId);
      expect(await states(alice)).toEqual(['waiting']);
    });

    it('[MATCH-16] next for calls of others, for an ended one, and without one is refused', async () => {
      const roomName = await line.talking(alice, bob);
      const refused = async (who: Guest, body: object) => (await line.next(who, body)).body.code;
      expect(await refused(anna, { roomName })).toBe('call.not_found');
      expect(await refused(anna, {})).toBe('matching.no_call');
      const [call] = (await house.get('/api/v1/calls', alice)).items;
      await house.post(`/api/v1/calls/${call.callId}/end`, alice, {});
      expect(await refused(alice, { roomName })).toBe('call.ended');
      await line.settled();
      expect(await states(alice, bob)).toEqual(['off', 'waiting']);
    });

    it('[MATCH-16] next ends a call that matching did not make, too', async () => {
      const call = await house.post('/api/v1/calls', alice, { with: bob.personId });
      for (const who of [alice, bob]) {
        const { token } = await house.post('/api/livekit/token-secure', who, { roomName: call.roomName });
        const { room } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).video;
        house.fake.join({ room, identity: who.personId });
      }
      await line.settled();
      expect(await states(alice)).toEqual(['in_call']);
      expect((await line.next(alice)).body).toMatchObject({ success: true, state: 'waiting' });
      await line.settled();
      expect(await states(alice, bob)).toEqual(['waiting', 'off']);
    });

    it('[MATCH-33] a press without a name ends the call that began since the last one, and is the same press before', async () => {
      const brad = await house.invite('brad', 'model');
      await line.talking(alice, bob);
      await line.onAir(brad);
      await line.look(alice, { connectAtOnce: true });
      await line.next(alice);
      await line.settled();
      expect(await states(alice, brad)).toEqual(['connecting', 'connecting']);
      // The first answer was lost: the same press comes again, and the next one stays.
      expect((await line.next(alice)).body).toMatchObject({ success: true, state: 'connecting' });
      await house.clock.advance(1_000);
      const second = await line.meet(alice, brad);
      expect((await line.state(alice)).callId).toBeDefined();
      expect((await line.next(alice)).body).toMatchObject({ success: true, state: 'waiting' });
      await line.settled();
      const [call] = (await house.get(`/api/v1/calls?room=${second}`, alice)).items;
      expect(call).toMatchObject({ endReason: 'next', endedBy: alice.personId });
    });

    it('[MATCH-33] so does the press of whom the partner has just left', async () => {
      await line.talking(alice, bob);
      await line.look(anna, { connectAtOnce: true });
      await line.next(alice);
      expect((await line.next(bob)).body).toMatchObject({ success: true, state: 'waiting' });
      await line.settled();
      await line.meet(anna, bob);
      expect((await line.next(bob)).body).toMatchObject({ success: true, state: 'waiting' });
    });

    it.each([
      ['that matching did not make', 'token'],
      ['after the payer has left the line', 'line'],
    ])('[MATCH-34] who cannot pay another ends a call %s, and is told what is missing', async (_, way) => {
      const poor = await house.invite('poor', 'client', 15n);
      if (way === 'line') {
        await line.talking(poor, bob);
        await line.stop(poor);
      } else {
        const roomName = 'ours';
        for (const who of [poor, bob]) {
          const { token } = await house.post('/api/livekit/token-secure', who, { roomName });
          house.fake.join({ room: grantOf(token).room, identity: who.personId });
        }
        await line.settled();
      }
      expect(await states(poor)).toEqual(['in_call']);
      await line.pass(65, poor, bob);
      expect((await line.next(poor)).body).toMatchObject({ success: true, state: 'waiting' });
      await line.settled();
      const [call] = (await house.get('/api/v1/calls', poor)).items;
      expect(call).toMatchObject({ status: 'ended', endReason: 'next', endedBy: poor.personId, coins: 10 });
      await line.onAir(await house.invite('brad', 'model'));
      await line.settled();
      expect(await line.state(poor)).toMatchObject({ state: 'off', reason: 'no_coins', missing: 5 });
    });

    it('[MATCH-34] who earns no more ends the call by Next, and is in no line', async () => {
      await line.talking(alice, bob);
      await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      await sql`update access.person_role set role = 'collector' where person_id = ${bob.personId}`.execute(
        house.db,
      );
      expect((await line.next(bob)).body).toMatchObject({ success: true, state: 'off' });
      await line.settled();
      expect(await states(alice)).toEqual(['waiting']);
    });
  });
}
