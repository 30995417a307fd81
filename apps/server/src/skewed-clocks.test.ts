import { afterEach, describe, expect, it } from 'vitest';
import { grantOf, House, type Guest } from './house.testing.ts';
import { silentLog } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { rebuild } from './rebuild.ts';

const MINUTE_MS = 60_000;
const OFF_BY: readonly [string, number][] = [
  ['four minutes behind', -4 * MINUTE_MS],
  ['two minutes ahead', 2 * MINUTE_MS],
];

for (const kind of await openTestDatabases()) {
  describe(`a LiveKit whose clock is off, on ${kind.name}`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    afterEach(() => house.close());

    const open = async (skewMs: number) => {
      house = await new House(kind).open();
      house.skewMs = skewMs;
      [alice, bob] = [await house.invite('alice', 'client', 100n), await house.invite('bob', 'model')];
    };
    const enter = async (who: Guest) => {
      const { callId, identity, token } = await house.post('/api/livekit/token-secure', who, {
        roomName: 'salon',
      });
      return { callId, join: () => house.fake.join({ identity, ...grantOf(token) }) };
    };
    const call = (callId: string) => house.get(`/api/v1/calls/${callId}`, alice);
    const balance = async () => (await house.get('/api/v1/wallet', alice)).balance as number;

    it.each(OFF_BY)(
      '[PRES-R22] %s: a call costs what it lasted, and no death is paid for',
      async (_name, skewMs) => {
        await open(skewMs);
        const one = await enter(alice);
        const payer = one.join();
        await house.pass(240);
        (await enter(bob)).join();
        const metAt = house.clock.now();
        await house.pass(7);
        expect(await balance()).toBe(100);
        const { startedAt } = await call(one.callId);
        expect(Math.abs(Date.parse(startedAt) - metAt)).toBeLessThan(1_500);
        await house.pass(63);
        expect(await balance()).toBe(90);
        payer.vanish();
        // LiveKit says so after 21 s, and nobody comes back within the grace.
        await house.pass(120);
        const ended = await call(one.callId);
        expect(ended).toMatchObject({ status: 'ended', endReason: 'lost_connection', coins: 10 });
        expect(Math.abs(ended.billableMs - 70_000)).toBeLessThan(3_000);
        expect(await balance()).toBe(90);
        const ready = await house.server.app.inject({ url: '/readyz' });
        expect(ready.json()).toMatchObject({ ready: true, livekitClock: 'off' });
        const before = await house.derived();
        await rebuild({ database: house.server.database, config: house.server.config, log: silentLog });
        expect(await house.derived()).toEqual(before);
      },
    );

    it('[PRES-R22] lists are put right as well, when every webhook but the first is lost', async () => {
      await open(-4 * MINUTE_MS);
      const one = await enter(alice);
      await house.settled();
      house.onTheWay = () => Promise.resolve(200);
      await house.pass(200);
      const two = await enter(bob);
      one.join();
      two.join();
      await house.pass(20);
      expect(await balance()).toBe(100);
      await house.pass(45);
      expect(await balance()).toBe(90);
    });

    it('[PRES-R22] a delivery that is late is no clock that is behind', async () => {
      await open(0);
      const [one, two] = [await enter(alice), await enter(bob)];
      const late: (() => Promise<number>)[] = [];
      house.onTheWay = (_posted, deliver) => {
        late.push(deliver);
        return Promise.resolve(200);
      };
      one.join();
      two.join();
      const metAt = house.clock.now();
      await house.clock.advance(8_000);
      for (const deliver of late) await deliver();
      house.onTheWay = (_posted, deliver) => deliver();
      await house.pass(2);
      // Of an event that was kept back only its cut second is known, and nobody pays for what is not (PRES-R9).
      const startedMs = Date.parse((await call(one.callId)).startedAt) - metAt;
      expect([0 <= startedMs, startedMs < 1_000]).toEqual([true, true]);
      const ready = await house.server.app.inject({ url: '/readyz' });
      expect(ready.json()).toMatchObject({ livekitClock: 'ok' });
    });
  });
}
