import { afterEach, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest } from '../server.testing.ts';
import { sumSince } from './day.ts';
import { ALICE, at, BOB, World } from './world.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`what a day came to on ${kind.name}`, () => {
    const open: { close: () => Promise<void> }[] = [];
    afterEach(async () => {
      for (const each of open.splice(0)) await each.close();
    });

    it('[METER-53] counts each call in which they met, however many offers came to nothing after it', async () => {
      const world = await new World(await kind.open()).open(100);
      open.push(world);
      const talk = async (room: string, s: number) => {
        const callId = await world.call(room);
        await world.both(callId, false);
        await world.passTicking(s, s);
        await world.hangUp(callId);
        await world.settle();
      };
      await talk('yesterday', 60);
      await world.pass(3 * 3_600);
      const since = world.clock.now();
      await talk('one', 65);
      await talk('two', 125);
      for (let n = 0; n < 5; n += 1) {
        await world.hangUp(await world.call(`nobody came ${n}`));
        await world.settle();
      }
      const sum = (personId: string, from: number, page = 500) =>
        sumSince(world.db, { personId, since: from, now: world.clock.now(), page });
      for (const page of [2, 3, 500])
        expect(await sum(BOB, since, page)).toEqual({ calls: 2, billableMs: 190_000 });
      expect(await sum(ALICE, at(0))).toEqual({ calls: 3, billableMs: 250_000 });
      expect(await sum('person_carol', at(0))).toEqual({ calls: 0, billableMs: 0 });
    });

    it('[CALL-33] whoever sees all calls reads their own alone where they ask for them', async () => {
      const server = await startTestServer(kind);
      open.push(server);
      const alice = await server.person('alice', ['client'], 100n);
      const adam = await server.person('adam', ['admin', 'mentor']);
      const dora = await server.person('dora', ['mentor']);
      const get = async (url: string, who: Guest) =>
        (await server.app.inject({ url: `/api/v1/calls${url}`, headers: who.headers })).json();
      for (const payload of [{ with: dora.personId }, { with: adam.personId }])
        await server.app.inject({ method: 'POST', url: '/api/v1/calls', headers: alice.headers, payload });
      const [all, mine] = [await get('', adam), await get('?mine=true', adam)];
      expect([all.items.length, mine.items.length]).toEqual([2, 1]);
      expect(mine.items[0].people.map(({ name }: { name: string }) => name)).toContain('adam');
      expect((await get('?mine=x', adam)).code).toBe('request.invalid');
      // None of them has met.
      const from = new Date(Date.now() - 60_000).toISOString();
      expect(await get(`/sum?from=${from}`, adam)).toEqual({ calls: 0, billableMs: 0 });
      expect((await get('/sum?from=2020-01-01T00:00:00Z', adam)).code).toBe('request.invalid');
    });
  });
}
