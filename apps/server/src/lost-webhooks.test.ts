import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantOf, House, type Guest } from './house.testing.ts';
import { openTestDatabases } from './platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`a lost webhook loses nothing, on ${kind.name}`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;

    beforeAll(async () => {
      house = await new House(kind).open();
      [alice, bob] = [await house.invite('alice', 'client'), await house.invite('bob', 'model')];
    });
    afterAll(() => house.close());

    const join = async (who: Guest, roomName: string) => {
      const { callId, identity, token } = await house.post('/api/livekit/token-secure', who, { roomName });
      return { callId, participant: house.fake.join({ identity, ...grantOf(token) }) };
    };

    it('[PRES-F16] both joins are lost, then 80 s of talk: found within 10 s, from when LiveKit says, and charged', async () => {
      // What LiveKit takes for delivered and we never had.
      house.onTheWay = () => Promise.resolve(200);
      const { callId } = await join(alice, 'salon');
      await join(bob, 'salon');
      const metAt = house.clock.now();
      await house.pass(12);
      await house.pass(3);
      expect(await house.get(`/api/v1/calls/${callId}`, alice)).toMatchObject({
        status: 'live',
        startedAt: new Date(metAt).toISOString(),
      });
      await house.pass(65);
      const ended = await house.post('/api/livekit/end-coin-session', alice, { roomName: 'salon' });
      expect(ended).toMatchObject({ status: 'ended', coins: 10 });
      house.onTheWay = (_posted, deliver) => deliver();
    });

    it('[PRES-F16] [PRES-R16] a plain room of which only the leaves arrive has its whole attendance', async () => {
      const { identity, token } = await house.post('/api/livekit/token', bob, { roomName: 'hall' });
      // Lists are not asked either, as in an outage of ours.
      house.onTheWay = ({ body }, deliver) =>
        body.includes('participant_left') ? deliver() : Promise.resolve(200);
      const participant = house.fake.join({ identity, ...grantOf(token) });
      await house.server.close();
      await house.clock.advance(1_800_000);
      await house.start();
      participant.leave();
      await house.settled();
      house.onTheWay = (_posted, deliver) => deliver();
      const { items } = await house.get('/api/v1/rooms/hall/attendance', bob);
      expect(items).toMatchObject([{ personId: bob.personId, presentMs: 1_800_000 }]);
    });
  });
}
