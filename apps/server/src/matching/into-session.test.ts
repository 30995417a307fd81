import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line } from './matching.testing.ts';

const SESSIONS = [
  { price: { kind: 'fixed', coins: 20 }, seats: 1 },
  { price: { kind: 'per_minute' }, seats: 1 },
  { price: { kind: 'per_minute' }, seats: 2 },
] as const;

for (const kind of await openTestDatabases()) {
  describe(`whose session begins while they are in a call of matching, on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let line: Line;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let bob: Guest;

    beforeAll(async () => {
      house = await new House(kind).open();
      desk = new Desk(house);
      line = new Line(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      bob = await desk.invite('bob', 'model');
      return async () => {
        await line.stop(alice);
        await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      };
    });

    /** Every way in: by the session, and by its room's name. */
    const waysIn = (who: Guest, id: string) => [
      () => desk.act(who, id, 'token', {}),
      () => line.ask('POST', '/api/livekit/token', who, { roomName: `session-${id}` }),
      () => line.ask('POST', '/api/livekit/token-secure', who, { roomName: `session-${id}` }),
    ];
    const elsewhere = (callId: string | undefined, roomName: string) => ({
      status: 409,
      body: { code: 'call.elsewhere', callId, roomName },
    });

    for (const { price, seats } of SESSIONS)
      it(`[CALL-65] ${price.kind}, ${seats} seats: no token by any way, nothing held beside the call, and they are told which it is; once it is ended they come in`, async () => {
        const id = await desk.begun(dora, [alice, anna].slice(0, seats), { price });
        await desk.admitted(dora, alice, id);
        const { held: booked } = await desk.wallet(alice);
        const roomName = await line.talking(alice, bob);
        const { callId } = await line.state(alice);
        const { held } = await desk.wallet(alice);
        for (const comesIn of waysIn(alice, id))
          expect(await comesIn()).toMatchObject(elsewhere(callId, roomName));
        expect((await desk.wallet(alice)).held).toBe(held);
        await desk.ask('POST', `/calls/${callId}/end`, alice, {});
        for (const comesIn of waysIn(alice, id)) expect((await comesIn()).status).toBe(200);
        await house.settled();
        expect((await desk.wallet(alice)).held).toBe(booked + (price.kind === 'per_minute' ? 10 : 0));
      });

    it('[CALL-65] on the way into a call that both accepted neither; an offer that is only offered keeps nobody out', async () => {
      const id = await desk.begun(dora, [alice]);
      await desk.admitted(dora, alice, id);
      const offered = await line.offered(alice, bob);
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
      await line.accept(alice, offered);
      const { callId, roomName = '' } = await line.state(alice);
      expect(await desk.act(alice, id, 'token', {})).toMatchObject(elsewhere(callId, roomName));
      await desk.ask('POST', `/calls/${callId}/end`, alice, {});
      expect((await desk.act(alice, id, 'token', {})).status).toBe(200);
    });

    it('[CALL-65] who may not come in at all is told that, not of their call', async () => {
      const id = await desk.begun(dora, [alice]);
      await line.talking(alice, bob);
      expect((await desk.act(alice, id, 'token', {})).body).toMatchObject({ code: 'lobby.not_admitted' });
    });

    it('[CALL-65] nor has the mentor, whose call it is as well: everybody else comes in', async () => {
      const both = await desk.invite('bea', ['mentor', 'model']);
      await line.talking(alice, both);
      const id = await desk.begun(both, [anna]);
      await desk.admitted(both, anna, id);
      expect((await desk.act(both, id, 'token', {})).body).toMatchObject({ code: 'call.elsewhere' });
      expect((await desk.act(anna, id, 'token', {})).status).toBe(200);
    });
  });
}
