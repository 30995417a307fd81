import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantOf, House, type Guest } from './house.testing.ts';
import { silentLog } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { rebuild } from './rebuild.ts';

for (const kind of await openTestDatabases()) {
  describe(`the whole server on ${kind.name}, the clock injected`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    let admin: Guest;

    beforeAll(async () => {
      house = await new House(kind).open();
      [alice, bob, admin] = [
        await house.invite('alice', 'client'),
        await house.invite('bob', 'model'),
        await house.invite('admin', 'admin'),
      ];
    });
    afterAll(() => house.close());

    const get = (url: string, who: Guest) => house.get(url, who);
    const post = (url: string, who: Guest, payload: object) => house.post(url, who, payload);
    const join = async (who: Guest, roomName: string) => {
      const { callId, identity, token } = await post('/api/livekit/token-secure', who, { roomName });
      return { callId, participant: house.fake.join({ identity, ...grantOf(token) }) };
    };
    const rows = async (callId: string) => ({
      charges: (await get(`/api/v1/calls/${callId}/charges`, alice)).items,
      intervals: (await get(`/api/v1/calls/${callId}/intervals`, alice)).items,
      attendance: (await get(`/api/v1/calls/${callId}/attendance`, alice)).items,
    });
    const books = () => get('/api/v1/admin/audit', admin);

    it.each([
      [65, 10],
      [95, 10],
      [125, 20],
    ])(
      '[METER-1] %i s of togetherness cost %i coins, a row a unit, the share in the same entries',
      async (seconds, coins) => {
        const room = `room-${seconds}`;
        const before = {
          wallet: await get('/api/v1/wallet', alice),
          earned: await get('/api/v1/earnings', bob),
        };
        const { callId } = await join(alice, room);
        await join(bob, room);
        await house.settled();
        await house.pass(seconds);
        const ended = await post('/api/livekit/end-coin-session', alice, { room_name: room });
        expect(ended).toMatchObject({ success: true, status: 'ended', coins, endedBy: alice.personId });
        const again = await post('/api/livekit/end-coin-session', bob, { roomName: room });
        expect(again).toMatchObject({
          success: true,
          // Who earns is told of their share alone (METER-39).
          coins: coins * 0.7,
          endedBy: alice.personId,
          endedAt: ended.endedAt,
        });
        const { charges, attendance } = await rows(callId);
        expect(charges.map((row: { unit: number; coins: number }) => [row.unit, row.coins])).toEqual(
          Array.from({ length: coins / 10 }, (_, i) => [i + 1, 10]),
        );
        expect(attendance).toHaveLength(2);
        expect((await get('/api/v1/wallet', alice)).balance).toBe(before.wallet.balance - coins);
        expect((await get('/api/v1/earnings', bob)).balance).toBe(before.earned.balance + coins * 0.7);
        expect(await get('/api/v1/wallet', alice)).toMatchObject({ held: 0 });
        expect(await books()).toEqual({ sum: 0, differences: [] });
      },
    );

    it('[PRES-R12] the same webhooks five times, and backwards, leave the same rows', async () => {
      const { items } = await get('/api/v1/calls?room=room-125', alice);
      await house.pass(5);
      const before = await rows(items[0].callId);
      const deliveries = house.posted.toReversed();
      for (let time = 0; time < 5; time += 1) {
        for (const { body, headers } of deliveries) {
          // A signature is good for five minutes and one of tolerance, and no more than that has passed.
          expect(await house.deliver({ body, headers })).toBe(200);
        }
      }
      await house.settled();
      expect(await rows(items[0].callId)).toEqual(before);
      expect(await books()).toEqual({ sum: 0, differences: [] });
    });

    it('[PRES-R13] dropping all that is derived and folding the facts again gives the same rows, byte for byte', async () => {
      const { database, config } = house.server;
      await house.settled();
      const before = await house.derived();
      expect(before['intervals']).toContain(alice.personId);
      const rebuilt = await rebuild({ database, config, log: silentLog });
      expect(rebuilt).toMatchObject({ intervals: 6, meters: 3 });
      expect(await house.derived()).toEqual(before);
      expect(await books()).toEqual({ sum: 0, differences: [] });
    });

    it('[CALL-1] a call of others answers as one that does not exist', async () => {
      const carol = await house.invite('carol', 'client');
      const { items } = await get('/api/v1/calls?room=room-65', alice);
      for (const path of ['', '/charges', '/attendance', '/intervals', '/facts', '/meter', '/receipt']) {
        const answer = await house.server.app.inject({
          url: `/api/v1/calls/${items[0].callId}${path}`,
          headers: carol.headers,
        });
        expect([path, answer.statusCode, answer.json().code]).toEqual([path, 404, 'call.not_found']);
      }
    });
  });
}
