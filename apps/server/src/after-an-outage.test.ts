import { afterEach, describe, expect, it } from 'vitest';
import { grantOf, House, type Guest } from './house.testing.ts';
import { openTestDatabases } from './platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`after an hour in which we were away, on ${kind.name}`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    afterEach(() => house.close());

    const join = async (who: Guest) => {
      const { callId, identity, token } = await house.post('/api/livekit/token-secure', who, {
        roomName: 'salon',
      });
      return { callId, participant: house.fake.join({ identity, ...grantOf(token) }) };
    };

    /** Two plain clients talk for 135 s; then the server is away for an hour. */
    const anHourAway = async (meanwhile: (people: { leave(): void }[]) => void): Promise<string> => {
      house = await new House(kind).open();
      [alice, bob] = [await house.invite('alice', 'client', 1_000n), await house.invite('bob', 'model')];
      const [one, two] = [await join(alice), await join(bob)];
      await house.pass(135);
      await house.server.close();
      house.onTheWay = () => Promise.resolve(200);
      await house.clock.advance(5_000);
      meanwhile([one.participant, two.participant]);
      await house.clock.advance(3_600_000);
      house.onTheWay = (_posted, deliver) => deliver();
      await house.start();
      return one.callId;
    };
    const call = (callId: string) => house.get(`/api/v1/calls/${callId}`, alice);
    const wallet = () => house.get('/api/v1/wallet', alice);

    it('[METER-33] nobody pays for it who had gone meanwhile, and the call ended when they were last there', async () => {
      const callId = await anHourAway((people) => {
        for (const person of people) person.leave();
      });
      // Before anything was asked, in the first ticks, and when all is known.
      for (const seconds of [0, 1, 20, 60]) {
        await house.pass(seconds);
        await house.settled();
        expect((await wallet()).balance, `after ${seconds} s`).toBeGreaterThanOrEqual(980);
      }
      const ended = await call(callId);
      // Of plain clients the log has LiveKit's word once a minute.
      expect(ended).toMatchObject({ status: 'ended', endReason: 'lost_connection' });
      expect(ended.billableMs).toBeGreaterThanOrEqual(60_000);
      expect(ended.billableMs).toBeLessThanOrEqual(140_000);
      expect(await wallet()).toMatchObject({ balance: 1_000 - ended.coins, held: 0 });
    });

    it('[METER-33] whoever is there all the time pays for it, once LiveKit has said that they are', async () => {
      const callId = await anHourAway(() => undefined);
      await house.settled();
      expect(await wallet()).toMatchObject({ balance: 980 });
      await house.pass(20);
      expect(await wallet()).toMatchObject({ balance: 1_000 - 62 * 10 });
      expect(await call(callId)).toMatchObject({ status: 'live' });
    });
  });
}
