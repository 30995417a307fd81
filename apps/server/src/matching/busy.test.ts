import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantOf, House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who is in a call and calls somebody else, on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let alice: Guest;
    let anna: Guest;
    let bob: Guest;
    let brad: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      alice = await house.invite('alice', 'client');
      anna = await house.invite('anna', 'client');
      bob = await house.invite('bob', 'model');
      brad = await house.invite('brad', 'model');
    });
    afterEach(() => house.close());

    const call = (who: Guest, whom: Guest) => line.ask('POST', '/api/v1/calls', who, { with: whom.personId });
    const callsOf = async (who: Guest): Promise<unknown[]> => (await house.get('/api/v1/calls', who)).items;

    it('[CALL-34] in a call of matching nobody calls somebody else, and nothing is held; who is called is rung', async () => {
      await line.talking(alice, bob);
      expect(await call(alice, brad)).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
      expect(await call(bob, anna)).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
      expect([...(await callsOf(anna)), ...(await callsOf(brad))]).toEqual([]);
      expect((await house.get('/api/v1/wallet', alice)).held).toBe(10);
      expect((await call(anna, bob)).status).toBe(201);
      const told: { type: string }[] = (await house.get('/api/v1/inbox?after=0', bob)).items;
      expect(told.map(({ type }) => type)).toContain('call.invited');
    });

    it('[CALL-34] on the way into one neither; before, and as soon as it is over, they do', async () => {
      const offered = await line.offered(alice, bob);
      expect((await call(anna, bob)).status).toBe(201);
      await line.accept(alice, offered);
      expect(await call(alice, brad)).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
      await line.meet(alice, bob);
      const { callId } = await line.state(alice);
      expect((await call(alice, brad)).status).toBe(409);
      await house.post(`/api/v1/calls/${callId}/end`, alice, {});
      expect((await call(alice, brad)).status).toBe(201);
    });

    const enters = (who: Guest, roomName: string) =>
      line.ask('POST', '/api/livekit/token-secure', who, { roomName });
    const heldOf = async (who: Guest): Promise<number> => (await house.get('/api/v1/wallet', who)).held;

    it('[CALL-60] in a call of matching nobody opens a room by its name, nor comes into one of others; their own stays open', async () => {
      const roomName = await line.talking(alice, bob);
      expect((await enters(brad, 'salon')).status).toBe(200);
      for (const who of [alice, bob]) {
        expect(await enters(who, 'other')).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
      }
      expect(await enters(alice, 'salon')).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
      expect(await heldOf(alice)).toBe(10);
      expect((await enters(alice, roomName)).status).toBe(200);
      const { callId } = await line.state(alice);
      await house.post(`/api/v1/calls/${callId}/end`, alice, {});
      expect((await enters(alice, 'salon')).status).toBe(200);
    });

    it('[MATCH-62] who calls somebody by name while an offer stands has skipped it: the other one is in front of the line', async () => {
      const offered = await line.offered(alice, bob);
      expect((await call(alice, brad)).status).toBe(201);
      expect((await line.accept(alice, offered)).body).toMatchObject({ state: 'waiting' });
      await line.settled();
      expect(await heldOf(alice)).toBe(10);
      expect(await line.state(bob)).toMatchObject({ state: 'waiting' });
    });

    it('[MATCH-62] so has who was on air, whoever accepts it then', async () => {
      const offered = await line.offered(alice, bob);
      expect((await call(bob, anna)).status).toBe(201);
      expect((await line.accept(alice, offered)).body).toMatchObject({ state: 'waiting' });
      await line.settled();
      expect(await heldOf(alice)).toBe(0);
      expect(await line.state(bob)).toMatchObject({ state: 'waiting' });
    });

    it('[MATCH-62] whoever is only rung accepts as ever', async () => {
      const offered = await line.offered(alice, bob);
      expect((await call(anna, bob)).status).toBe(201);
      expect((await line.accept(alice, offered)).body).toMatchObject({ state: 'connecting' });
    });

    it('[CALL-34] in a call of matching with somebody, they are not called there again', async () => {
      await line.talking(alice, bob);
      expect(await call(alice, bob)).toMatchObject({ status: 409, body: { code: 'call.elsewhere' } });
    });

    it('[CALL-34] whoever is in a call that they made by name calls whom they want', async () => {
      const { body } = await call(alice, bob);
      for (const who of [alice, bob]) {
        const { token } = await house.post('/api/livekit/token-secure', who, { roomName: body.roomName });
        house.fake.join({ room: grantOf(token).room, identity: who.personId });
      }
      await line.settled();
      expect(await house.get(`/api/v1/calls/${body.callId}`, alice)).toMatchObject({ status: 'live' });
      expect((await call(alice, brad)).status).toBe(201);
      expect((await call(anna, bob)).status).toBe(201);
    });
  });
}
