import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { giveVerdicts } from '../calls/index.ts';
import { grantOf, House, serverClock } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Desk, type Guest } from '../desk.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`sessions on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
    });

    const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

    it('[MENTOR-6] a session is started from 15 minutes before its time on, and only by its mentor', async () => {
      const offeringId = await desk.offers(dora);
      const { id } = (await desk.book(alice, offeringId, desk.inMin(20))).body;
      expect(code(await desk.act(dora, id, 'start'))).toEqual([409, 'booking.too_early']);
      expect(code(await desk.act(alice, id, 'start'))).toEqual([404, 'booking.not_found']);
      await desk.pass(6);
      expect((await desk.act(dora, id, 'start')).body).toMatchObject({ status: 'IN_PROGRESS' });
      expect((await desk.act(dora, id, 'start')).status).toBe(200);
      expect(await desk.notices(alice)).toEqual(['booking.started']);
      expect(code(await desk.act(alice, id, 'cancel'))).toEqual([409, 'booking.over']);
    });

    it('[MENTOR-6] not begun by 15 minutes after, it is a no-show, and what was held is given back', async () => {
      const offeringId = await desk.offers(dora, { price: { kind: 'fixed', coins: 60 } });
      const { id } = (await desk.book(alice, offeringId, desk.inMin(10))).body;
      await desk.pass(20);
      expect((await desk.get(alice, id)).status).toBe('SCHEDULED');
      await desk.pass(7);
      expect(await desk.get(alice, id)).toMatchObject({
        status: 'NO_SHOW',
        endedBy: 'system',
        coming: [{ name: 'alice', verdict: 'no_show' }],
      });
      expect(await desk.wallet(alice)).toEqual({ available: 100, held: 0 });
      expect(await desk.notices(alice)).toContain('booking.no_show');
      expect(code(await desk.act(dora, id, 'start'))).toEqual([409, 'booking.over']);
    });

    it('[MENTOR-17] no token before the session, none before admission, by whatever name it is asked', async () => {
      const offeringId = await desk.offers(dora);
      const { id, videoRoomName: roomName } = (await desk.book(alice, offeringId, desk.inMin(10))).body;
      const doors = [
        (who: Guest) => desk.act(who, id, 'token', {}),
        async (who: Guest) => {
          const body = await house.post('/api/livekit/token', who, { roomName });
          return { status: body.status ?? 200, body };
        },
        async (who: Guest) => {
          const body = await house.post('/api/livekit/token-secure', who, { roomName });
          return { status: body.status ?? 200, body };
        },
      ];
      for (const door of doors) {
        expect(code(await door(dora))).toEqual([403, 'booking.not_started']);
        expect(code(await door(alice))).toEqual([403, 'booking.not_started']);
      }
      await desk.act(dora, id, 'start');
      for (const door of doors) {
        expect(code(await door(alice))).toEqual([403, 'lobby.not_admitted']);
        expect(code(await door(anna))).toEqual([403, 'lobby.not_admitted']);
        expect((await door(dora)).status).toBe(200);
      }
      await desk.admitted(dora, alice, id);
      const tokens = [];
      for (const door of doors) tokens.push((await door(alice)).body);
      expect(new Set(tokens.map(({ token }) => grantOf(token).room)).size).toBe(1);
      expect(tokens[0]).toMatchObject({ roomName, identity: alice.personId });
      expect(grantOf(tokens[0].token).room).not.toContain(id);
    });

    it('[MENTOR-17] whoever is let in is there as themselves, whatever they say of their name and identity', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.admitted(dora, alice, id);
      const other = { personId: anna.personId };
      expect(code(await desk.act(alice, id, 'token', other))).toEqual([403, 'auth.forbidden']);
      const lies = { participantName: 'dora', participant_name: 'dora', participant_identity: dora.personId };
      const { body } = await desk.act(alice, id, 'token', lies);
      expect([body.identity, grantOf(body.token).name]).toEqual([alice.personId, 'alice']);
      const { roomName } = body;
      const byName = await house.post('/api/livekit/token', alice, { roomName, ...lies });
      expect([byName.identity, grantOf(byName.token).name]).toEqual([alice.personId, 'alice']);
      // Whose entry it is they cannot choose either.
      const { entryId } = (await desk.act(anna, id, 'lobby')).body;
      await desk.act(alice, id, 'lobby', { entryId });
      expect(code(await desk.act(anna, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
    });

    it('[MENTOR-19] the lobby is in the order of asking, and both sides are told', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      const first = (await desk.act(alice, id, 'lobby')).body;
      await house.clock.advance(3_000);
      await house.settled();
      const second = (await desk.act(anna, id, 'lobby')).body;
      expect([first.position, second.position]).toEqual([1, 2]);
      expect(second).toMatchObject({ state: 'waiting', waitingMs: 0, status: 'IN_PROGRESS' });
      const lobby = (await desk.ask('GET', `/bookings/${id}/lobby`, dora)).body;
      expect(lobby.items).toMatchObject([
        {
          entryId: first.entryId,
          name: 'alice',
          position: 1,
          waitingMs: 3_000,
          state: 'waiting',
          isBooked: true,
          isGuest: false,
        },
        { entryId: second.entryId, name: 'anna', position: 2, waitingMs: 0, state: 'waiting' },
      ]);
      expect(code(await desk.ask('GET', `/bookings/${id}/lobby`, alice))).toEqual([404, 'booking.not_found']);
      expect((await desk.notices(dora)).filter((type) => type === 'lobby.waiting')).toHaveLength(2);
      const after = (await desk.act(dora, id, `lobby/${first.entryId}/admit`)).body;
      expect(after.items.map((each: { name: string; state: string }) => [each.name, each.state])).toEqual([
        ['anna', 'waiting'],
        ['alice', 'admitted'],
      ]);
      expect((await desk.notices(alice)).at(-1)).toBe('lobby.decided');
      const place = (await desk.act(anna, id, 'lobby', { entryId: second.entryId })).body;
      expect(place.position).toBe(1);
      expect(code(await desk.act(alice, id, `lobby/${second.entryId}/admit`))).toEqual([
        404,
        'booking.not_found',
      ]);
      expect(code(await desk.act(dora, id, 'lobby/entry_none/admit'))).toEqual([404, 'lobby.not_found']);
    });

    it('[MENTOR-12] silence makes away, then gone; back in time keeps the place; three denials are enough', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      const { entryId } = (await desk.act(alice, id, 'lobby')).body;
      await desk.act(anna, id, 'lobby');
      const states = async () => {
        const { items } = (await desk.ask('GET', `/bookings/${id}/lobby`, dora)).body;
        return items.map((each: { name: string; state: string }) => [each.name, each.state]);
      };
      await house.clock.advance(11_000);
      await house.settled();
      expect(await states()).toEqual([
        ['alice', 'away'],
        ['anna', 'away'],
      ]);
      await house.clock.advance(50_000);
      await house.settled();
      expect(await states()).toEqual([]);
      const back = (await desk.act(alice, id, 'lobby')).body;
      expect(back).toMatchObject({ entryId, position: 1, waitingMs: 61_000 });
      for (let n = 0; n < 3; n += 1) {
        await desk.act(alice, id, 'lobby');
        await desk.act(dora, id, `lobby/${entryId}/deny`, { sentence: 'Not now.' });
      }
      expect(code(await desk.act(alice, id, 'lobby'))).toEqual([403, 'lobby.refused']);
      expect(code(await desk.act(alice, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      const waits = (await desk.act(alice, id, 'lobby', { entryId })).body;
      expect(waits).toMatchObject({ state: 'denied', sentence: 'Not now.', position: null });
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
    });

    it('[MENTOR-12] a page that wakes after five minutes has lost its place, and its sign brings nothing back', async () => {
      const id = await desk.begun(dora, [alice]);
      const { entryId } = (await desk.act(alice, id, 'lobby')).body;
      await house.clock.advance(4 * 60_000);
      expect((await desk.act(alice, id, 'lobby', { entryId })).body.state).toBe('waiting');
      await house.clock.advance(5 * 60_000 + 1);
      expect((await desk.act(alice, id, 'lobby', { entryId })).body).toMatchObject({
        state: 'left',
        position: null,
      });
      expect((await desk.act(alice, id, 'lobby')).body).toMatchObject({ state: 'waiting', waitingMs: 0 });
    });

    it('[MENTOR-28] who is sent back is out of the room, waits anew at the end of the line, and may be let in again', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      const entryId = await desk.admitted(dora, alice, id);
      const { room } = await desk.enter(alice, id);
      await desk.ask('PUT', `/bookings/${id}/room/hosts/${alice.personId}`, dora);
      const waits = (await desk.act(anna, id, 'lobby')).body;
      await house.clock.advance(1_000);
      expect(code(await desk.act(anna, id, `lobby/${entryId}/send-back`))).toEqual([
        404,
        'booking.not_found',
      ]);
      const { body } = await desk.act(dora, id, `lobby/${entryId}/send-back`);
      expect(
        body.items.map((each: { name: string; position: number }) => [each.name, each.position]),
      ).toEqual([
        ['anna', 1],
        ['alice', 2],
      ]);
      await house.settled();
      const poll = await house.server.modules.rooms.pollRoom(room);
      expect(poll.status === 'ok' && poll.participants.map((each) => each.identity)).toEqual([dora.personId]);
      expect(code(await desk.act(alice, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      // Their page goes on waiting, with the entry that it has.
      expect((await desk.act(alice, id, 'lobby', { entryId })).body.state).toBe('waiting');
      // Who waits already, or was never let in, is sent nowhere.
      expect((await desk.act(dora, id, `lobby/${waits.entryId}/send-back`)).status).toBe(200);
      await desk.act(dora, id, `lobby/${waits.entryId}/deny`);
      expect(code(await desk.act(dora, id, `lobby/${waits.entryId}/send-back`))).toEqual([
        404,
        'lobby.not_found',
      ]);
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
      expect((await desk.ask('GET', `/bookings/${id}/room`, dora)).body.hosts).toHaveLength(1);
    });

    it('[MENTOR-29] a host writes to all who wait, or to one; who comes later reads none of it', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      const { entryId } = (await desk.act(alice, id, 'lobby')).body;
      await house.clock.advance(1_000);
      const all = (await desk.act(dora, id, 'lobby/messages', { text: ' Two minutes more. ' })).body;
      expect(all.written).toMatchObject({ text: 'Two minutes more.', to: null, byName: 'dora' });
      const message = async (who: Guest, entry: string) =>
        (await desk.act(who, id, 'lobby', { entryId: entry })).body.message?.text ?? null;
      expect(await message(alice, entryId)).toBe('Two minutes more.');
      await house.clock.advance(1_000);
      const later = (await desk.act(anna, id, 'lobby')).body;
      expect(later.message).toBeNull();
      const one = (await desk.act(dora, id, 'lobby/messages', { text: 'You are next.', entryId })).body;
      expect(one.written).toMatchObject({ text: 'You are next.', to: 'alice' });
      expect(await message(alice, entryId)).toBe('You are next.');
      expect(await message(anna, later.entryId)).toBeNull();
      const ask = (who: Guest, body: object) => desk.act(who, id, 'lobby/messages', body);
      expect(code(await ask(alice, { text: 'Me too.' }))).toEqual([404, 'booking.not_found']);
      expect(code(await ask(dora, { text: 'Hello', entryId: 'entry_none' }))).toEqual([
        404,
        'lobby.not_found',
      ]);
      for (const text of ['', '   ', 'x'.repeat(301)]) expect((await ask(dora, { text })).status).toBe(400);
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect(await message(alice, entryId)).toBeNull();
      expect(code(await ask(dora, { text: 'Hello', entryId }))).toEqual([404, 'lobby.not_found']);
      await desk.act(dora, id, 'end');
      expect(code(await ask(dora, { text: 'Hello' }))).toEqual([409, 'booking.over']);
    });

    it('[CALL-29] who is removed is out at once, and their older token leads nowhere', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      const entryId = await desk.admitted(dora, alice, id);
      const { room, identity, callId } = await desk.enter(alice, id);
      await desk.act(dora, id, `lobby/${entryId}/remove`);
      await house.settled();
      const there = async () => {
        const poll = await house.server.modules.rooms.pollRoom(room);
        return poll.status === 'ok' ? poll.participants.map((each) => each.identity) : [];
      };
      expect(await there()).toEqual([dora.personId]);
      expect(code(await desk.act(alice, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      expect(code(await desk.act(alice, id, 'lobby'))).toEqual([403, 'lobby.refused']);
      expect((await desk.ask('GET', `/calls/${callId}`, alice)).status).toBe(404);
      // The token of before is still good for LiveKit: whoever comes with it is taken out again.
      house.fake.join({ room, identity, name: 'alice' });
      await house.settled();
      await house.settled();
      expect(await there()).toEqual([dora.personId]);
    });

    it('[MENTOR-8] both met: all is charged, once, and the mentor has their share', async () => {
      const id = await desk.begun(dora, [alice], { price: { kind: 'fixed', coins: 60 } });
      await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      await desk.enter(alice, id);
      await desk.pass(12);
      const ended = await desk.act(dora, id, 'end');
      expect(ended.body).toMatchObject({ status: 'COMPLETED', endedBy: dora.personId });
      await house.settled();
      expect((await desk.act(dora, id, 'end')).status).toBe(200);
      expect(await desk.wallet(alice)).toEqual({ available: 40, held: 0 });
      expect((await desk.ask('GET', '/earnings', dora)).body.balance).toBe(42);
      expect((await desk.get(alice, id)).charged).toBe(60);
      const call = (await desk.ask('GET', `/calls/${ended.body.callId}`, dora)).body;
      expect(call).toMatchObject({ status: 'ended', endReason: 'hung_up', endedBy: dora.personId });
      expect(code(await desk.act(alice, id, 'token', {}))).toEqual([409, 'booking.over']);
    });

    it('[MENTOR-20] afterwards the host reads how all came, and a mentee how they came themselves', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      await house.clock.advance(10_000);
      await house.settled();
      await desk.act(alice, id, 'lobby');
      await house.clock.advance(30_000);
      await house.settled();
      await desk.admitted(dora, alice, id);
      await desk.enter(alice, id);
      await desk.pass(70);
      await desk.act(dora, id, 'end');
      const { coming } = await desk.get(dora, id);
      expect(coming).toMatchObject([
        { name: 'dora', verdict: 'present' },
        { name: 'alice', verdict: 'present', waitedMs: 30_000 },
        { name: 'anna', verdict: 'no_show', firstJoinAt: null, waits: [] },
      ]);
      const [{ from, to }] = coming[1].waits;
      expect([coming[1].waits.length, Date.parse(to) - Date.parse(from)]).toEqual([1, 30_000]);
      // Waiting is not being there (PRES-R9), to the second, to which LiveKit cuts its instants.
      expect(Math.round((coming[0].presentMs - coming[1].presentMs) / 1_000)).toBe(40);
      const own = (await desk.get(anna, id)).coming;
      expect(own.map(({ name }: { name: string }) => name)).toEqual(['anna']);
    });

    it('[MENTOR-22] the mentor corrects how somebody came, with a reason; what was found stays beside it', async () => {
      const id = await desk.begun(dora, [alice]);
      const wanted = { personId: alice.personId, verdict: 'present', reason: ' By telephone. ' };
      const say = (who: Guest, body: object) => desk.act(who, id, 'verdicts', body);
      await desk.enter(dora, id);
      expect(code(await say(dora, wanted))).toEqual([409, 'booking.not_over']);
      await desk.act(dora, id, 'end');
      expect(code(await say(alice, wanted))).toEqual([403, 'auth.forbidden']);
      expect(code(await say(anna, wanted))).toEqual([404, 'booking.not_found']);
      expect(code(await say(dora, { ...wanted, personId: dora.personId }))).toEqual([403, 'auth.forbidden']);
      expect(code(await say(dora, { ...wanted, personId: anna.personId }))).toEqual([
        404,
        'person.not_found',
      ]);
      expect(code(await say(dora, { ...wanted, reason: ' ' }))).toEqual([400, 'request.invalid']);
      const before = await desk.wallet(alice);
      expect((await say(dora, wanted)).status).toBe(200);
      await say(dora, wanted);
      await say(dora, { ...wanted, verdict: 'late', reason: '<b>Late</b>' });
      const [own] = (await desk.get(alice, id)).coming;
      const by = { personId: dora.personId, name: 'dora' };
      expect(own).toMatchObject({ verdict: 'late', foundVerdict: 'no_show', presentMs: 0 });
      expect(own.corrections).toEqual([
        { verdict: 'present', reason: 'By telephone.', by, at: expect.any(String) },
        { verdict: 'late', reason: '<b>Late</b>', by, at: expect.any(String) },
      ]);
      expect(await desk.wallet(alice)).toEqual(before);
    });

    it('[MENTOR-7] five minutes after the last person left it is completed; who comes back before goes on', async () => {
      const id = await desk.begun(dora, [alice]);
      const host = await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      const guest = await desk.enter(alice, id);
      /** Both close their pages, and do not come back in the grace. */
      const everybodyLeaves = async (...gone: { there: { leave(): void } }[]) => {
        for (const { there } of gone) there.leave();
        await house.settled();
        await house.clock.advance(50_000);
        const { database, hints, config } = house.server;
        const caughtUp = () => house.server.caughtUp();
        await giveVerdicts({ ...config, db: database.db, hints, clock: serverClock(house.clock), caughtUp });
        await house.settled();
      };
      await house.clock.advance(60_000);
      await house.settled();
      await everybodyLeaves(host, guest);
      await desk.pass(3);
      expect((await desk.get(dora, id)).status).toBe('IN_PROGRESS');
      const again = await desk.enter(dora, id);
      expect(again.room).not.toBe(host.room);
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
      await desk.pass(1);
      await everybodyLeaves(again);
      await desk.pass(6);
      // Nothing of the first call is lost from the session.
      const callIds = [host.callId, again.callId];
      expect(await desk.get(dora, id)).toMatchObject({ status: 'COMPLETED', endedBy: 'system', callIds });
    });

    it('[MENTOR-15] by the minute it is a paid call: the first minute is held with the token, and charged as any', async () => {
      const id = await desk.begun(dora, [alice], { price: { kind: 'per_minute' } });
      await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      expect((await desk.wallet(alice)).held).toBe(0);
      await desk.enter(alice, id);
      expect((await desk.wallet(alice)).held).toBe(10);
      await house.clock.advance(130_000);
      await house.settled();
      await desk.act(dora, id, 'end');
      await house.settled();
      await house.settled();
      expect(await desk.wallet(alice)).toEqual({ available: 80, held: 0 });
      const poor = await desk.invite('poor', 'client', 5n);
      const other = await desk.begun(await desk.invite('edna', 'mentor'), [poor], {
        price: { kind: 'per_minute' },
      });
      expect(code(await desk.act(poor, other, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
    });
  });
}
