import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`the room of a session on ${kind.name}`, () => {
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
    const room = async (who: Guest, id: string) => (await desk.ask('GET', `/bookings/${id}/room`, who)).body;
    const at = (id: string, what: string) => `/bookings/${id}/room/${what}`;
    const names = (people: readonly { name: string }[]) => people.map(({ name }) => name);
    /** What is told on a channel while something is done. */
    const toldWhile = async (act: () => Promise<unknown>) => {
      const heard: { channel: string; event: string; data: unknown }[] = [];
      const stop = house.server.hints.subscribe('realtime.broadcast', (text) => {
        const { data, ...rest } = JSON.parse(text) as { channel: string; event: string; data: string };
        heard.push({ ...rest, data: JSON.parse(data) });
      });
      await act();
      await house.settled();
      stop();
      return heard;
    };

    it('[MENTOR-24] the mentor is host and makes others hosts, who do at the door what the mentor does', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      const doors = await desk.admitted(dora, alice, id);
      const { entryId } = (await desk.act(anna, id, 'lobby')).body;
      expect(code(await desk.act(alice, id, `lobby/${entryId}/admit`))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.ask('PUT', at(id, `hosts/${alice.personId}`), alice))).toEqual([
        404,
        'booking.not_found',
      ]);
      // Who waits cannot be one.
      expect(code(await desk.ask('PUT', at(id, `hosts/${anna.personId}`), dora))).toEqual([
        404,
        'person.not_found',
      ]);
      const made = await desk.ask('PUT', at(id, `hosts/${alice.personId}`), dora);
      expect(names(made.body.hosts)).toEqual(['dora', 'alice']);
      expect((await desk.act(alice, id, `lobby/${entryId}/admit`)).status).toBe(200);
      expect(names((await room(anna, id)).hosts)).toEqual(['dora', 'alice']);
      // Hosts are made by the mentor, and the session is theirs to end.
      expect(code(await desk.ask('PUT', at(id, `hosts/${anna.personId}`), alice))).toEqual([
        404,
        'booking.not_found',
      ]);
      expect(code(await desk.act(alice, id, 'end'))).toEqual([404, 'booking.not_found']);
      // Removed they are none, also once they are let in again.
      await desk.act(dora, id, `lobby/${doors}/remove`);
      await desk.act(dora, id, `lobby/${doors}/admit`);
      expect(names((await room(dora, id)).hosts)).toEqual(['dora']);
      expect(code(await desk.ask('GET', `/bookings/${id}/lobby`, alice))).toEqual([404, 'booking.not_found']);
    });

    it('[MENTOR-24] the mentor who was away is host as they come back', async () => {
      const id = await desk.begun(dora, [alice]);
      const { there } = await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      await desk.enter(alice, id);
      await desk.ask('PUT', at(id, `hosts/${alice.personId}`), dora);
      there.vanish();
      await house.clock.advance(25_000);
      await house.settled();
      expect((await desk.ask('PUT', at(id, 'lock'), alice)).body).toMatchObject({ isLocked: true });
      await desk.enter(dora, id);
      expect(names((await room(dora, id)).hosts)).toEqual(['dora', 'alice']);
      expect((await desk.ask('DELETE', at(id, 'lock'), dora)).body).toMatchObject({ isLocked: false });
      const one = await desk.ask('DELETE', at(id, `hosts/${alice.personId}`), dora);
      expect(names(one.body.hosts)).toEqual(['dora']);
    });

    it('[CALL-29] who is denied after all is out as well, and hears no more of the call', async () => {
      const id = await desk.begun(dora, [alice]);
      const { room } = await desk.enter(dora, id);
      const entryId = await desk.admitted(dora, alice, id);
      await desk.enter(alice, id);
      const cutOff: string[] = [];
      const stop = house.server.hints.subscribe('realtime.terminate', (whom) => cutOff.push(whom));
      await desk.act(dora, id, `lobby/${entryId}/deny`);
      await house.settled();
      stop();
      expect(cutOff.join()).toContain(alice.personId);
      const poll = await house.server.modules.rooms.pollRoom(room);
      expect(poll.status === 'ok' && poll.participants.map((each) => each.identity)).toEqual([dora.personId]);
      expect(code(await desk.act(alice, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
    });

    it('[MENTOR-6] what has not begun cannot be ended, and says that it lies ahead', async () => {
      const { id } = (await desk.book(alice, await desk.offers(dora), desk.inMin(60))).body;
      expect(code(await desk.act(dora, id, 'end'))).toEqual([403, 'booking.not_started']);
      expect((await desk.get(dora, id)).status).toBe('SCHEDULED');
    });

    it('[MENTOR-25] locked, nobody new asks to come in; whoever is within comes back, who waits is let in by a host', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      const { there } = await desk.enter(alice, id);
      const told = await toldWhile(() => desk.ask('PUT', at(id, 'lock'), dora));
      expect(told).toContainEqual(
        expect.objectContaining({
          event: 'session.room',
          data: { bookingId: id, room: expect.objectContaining({ isLocked: true }) },
        }),
      );
      expect(code(await desk.ask('PUT', at(id, 'lock'), alice))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.act(anna, id, 'lobby'))).toEqual([403, 'lobby.locked']);
      expect(code(await desk.act(anna, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      there.leave();
      await house.settled();
      expect((await desk.act(alice, id, 'lobby')).body).toMatchObject({ state: 'admitted' });
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
      await desk.ask('DELETE', at(id, 'lock'), dora);
      const { entryId } = (await desk.act(anna, id, 'lobby')).body;
      await desk.ask('PUT', at(id, 'lock'), dora);
      expect((await desk.act(anna, id, 'lobby')).body).toMatchObject({ state: 'waiting', entryId });
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect((await desk.act(anna, id, 'token', {})).status).toBe(200);
    });

    it('[MENTOR-26] a host turns off one microphone or camera, or all but their own; people turn them on again', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      const doras = await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      await desk.admitted(dora, anna, id);
      const [alices, annas] = [await desk.enter(alice, id), await desk.enter(anna, id)];
      const all = [doras, alices, annas];
      const mics = all.map(({ there }) => there.publish('MICROPHONE'));
      const cameras = all.map(({ there }) => there.publish('CAMERA'));
      const off = (body: object, who = dora) => desk.ask('POST', at(id, 'turn-off'), who, body);
      const muted = async (sids: readonly string[]) => {
        const poll = await house.server.modules.rooms.pollRoom(doras.room);
        if (poll.status !== 'ok') throw new Error('no answer');
        const tracks = poll.participants.flatMap(
          ({ participant }) => (participant?.['tracks'] ?? []) as { sid: string; muted?: boolean }[],
        );
        return sids.map((sid) => tracks.find((track) => track.sid === sid)?.muted ?? false);
      };
      const told = await toldWhile(() => off({ personId: alice.personId }));
      expect(await muted(mics)).toEqual([false, true, false]);
      expect(await muted(cameras)).toEqual([false, false, false]);
      expect(told).toContainEqual(
        expect.objectContaining({
          channel: `private-user-${alice.personId}`,
          event: 'session.turned_off',
          data: { bookingId: id, source: 'microphone', byName: 'dora' },
        }),
      );
      alices.there.mute(mics[1]!, false);
      expect(await muted(mics)).toEqual([false, false, false]);
      await off({});
      expect(await muted(mics)).toEqual([false, true, true]);
      await off({ personId: anna.personId, source: 'camera' });
      expect(await muted(cameras)).toEqual([false, false, true]);
      expect(code(await off({}, alice))).toEqual([404, 'booking.not_found']);
      expect(code(await off({ personId: 'person_none' }))).toEqual([404, 'person.not_found']);
      expect(code(await off({ source: 'screen' }))).toEqual([400, 'request.invalid']);
    });

    it('[MENTOR-27] hands stand in the order of raising, for everybody; a host lowers one or all', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      const doorOf = await desk.admitted(dora, alice, id);
      expect(code(await desk.ask('PUT', at(id, 'hand'), anna))).toEqual([403, 'lobby.not_admitted']);
      await desk.admitted(dora, anna, id);
      await desk.ask('PUT', at(id, 'hand'), anna);
      const told = await toldWhile(() => desk.ask('PUT', at(id, 'hand'), alice));
      // Up already: the place stays.
      await desk.ask('PUT', at(id, 'hand'), anna);
      const hands = (await room(alice, id)).hands as { name: string; position: number }[];
      expect(hands.map(({ name, position }) => [name, position])).toEqual([
        ['anna', 1],
        ['alice', 2],
      ]);
      const { data } = told.findLast(({ event }) => event === 'session.room') as {
        data: { room: { hands: { name: string }[] } };
      };
      expect(names(data.room.hands)).toEqual(['anna', 'alice']);
      const ofAnna = at(id, `hands/${anna.personId}`);
      expect(code(await desk.ask('DELETE', ofAnna, alice))).toEqual([404, 'booking.not_found']);
      expect(names((await desk.ask('DELETE', ofAnna, dora)).body.hands)).toEqual(['alice']);
      await desk.ask('PUT', at(id, 'hand'), anna);
      expect(names((await desk.ask('DELETE', at(id, 'hand'), alice)).body.hands)).toEqual(['anna']);
      await desk.ask('PUT', at(id, 'hand'), alice);
      // Who is taken out raises nothing, and comes back with the hand down.
      await desk.act(dora, id, `lobby/${doorOf}/remove`);
      expect(names((await room(dora, id)).hands)).toEqual(['anna']);
      await desk.act(dora, id, `lobby/${doorOf}/admit`);
      expect(names((await room(dora, id)).hands)).toEqual(['anna']);
      await desk.ask('PUT', at(id, 'hand'), dora);
      expect((await desk.ask('DELETE', at(id, 'hands'), dora)).body.hands).toEqual([]);
    });

    it('[MENTOR-27] a hand goes down once its owner’s page is gone, and stays up while it is loaded anew', async () => {
      const id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      await desk.admitted(dora, alice, id);
      await desk.admitted(dora, anna, id);
      const first = await desk.enter(alice, id);
      const { there: anna1 } = await desk.enter(anna, id);
      for (const who of [alice, anna]) await desk.ask('PUT', at(id, 'hand'), who);
      // Anna loads her page anew, Alice's dies.
      anna1.leave();
      first.there.leave();
      await house.settled();
      await house.clock.advance(4_000);
      await desk.enter(anna, id);
      await house.clock.advance(10_000);
      await house.settled();
      expect(names((await room(dora, id)).hands)).toEqual(['alice', 'anna']);
      const told = await toldWhile(async () => {
        await house.clock.advance(60_000);
        await house.settled();
      });
      expect(names((await room(dora, id)).hands)).toEqual(['anna']);
      const { data } = told.findLast(({ event }) => event === 'session.room') as {
        data: { room: { hands: { name: string }[] } };
      };
      expect(names(data.room.hands)).toEqual(['anna']);
    });

    it('[MENTOR-18] the room of a session is nobody’s business who is not within', async () => {
      const id = await desk.begun(dora, [alice]);
      expect(code(await desk.ask('GET', `/bookings/${id}/room`, anna))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.ask('GET', `/bookings/${id}/room`, alice))).toEqual([403, 'lobby.not_admitted']);
      await desk.act(dora, id, 'end');
      expect(code(await desk.ask('GET', `/bookings/${id}/room`, dora))).toEqual([409, 'booking.over']);
    });
  });
}
