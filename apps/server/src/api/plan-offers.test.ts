import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`which price a call may have, on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let dora: Guest;
    let admin: Guest;
    let rooms = 0;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
      dora = await server.person('dora', ['model']);
      admin = await server.person('admin', ['admin']);
      for (const [id, price] of [
        ['cheap', 1],
        ['dear', 25],
      ] as const) {
        await sql`insert into metering.price_plan (id, version, name, policy, initial_ms, increment_ms, threshold_ms,
            first_threshold_ms, price, initial_price, connect_fee, free_below_ms, tiers, bridge_gap_ms, currency,
            earner_share_bp)
          values (${id}, 1, ${id}, 'completed-minute', 60000, 60000, 60000, 60000, ${price}, ${price}, 0, 0, '[]', 0,
            'COIN', 7000)`.execute(server.db);
      }
    });
    afterAll(() => server.close());

    const newRoom = () => `room-${(rooms += 1)}`;
    const ask = async (method: 'POST' | 'PUT', url: string, who: Guest, payload: object) =>
      (await server.app.inject({ method, url, payload, headers: who.headers })).json();
    const offer = (who: Guest, payload: object) => ask('PUT', '/api/v1/plans', who, payload);
    const secure = (who: Guest, payload: object) => ask('POST', '/api/livekit/token-secure', who, payload);
    /** The answer to calling somebody; the call is over then, or the next one would be given the same. */
    const callWith = async (whom: Guest, plan?: string) => {
      const body = { with: whom.personId, ...(plan === undefined ? {} : { plan }) };
      const answer = await ask('POST', '/api/v1/calls', alice, body);
      if (answer.callId) await ask('POST', `/api/v1/calls/${answer.callId}/end`, alice, {});
      return answer;
    };
    const offered = async (url: string) =>
      (await server.app.inject({ url, headers: alice.headers }))
        .json()
        .items.map(({ id }: { id: string }) => id);

    it('[METER-80] of two admins who take one new id, or write one version, the second is refused, and what they wrote is not there', async () => {
      const write = (body: object) => ask('POST', '/api/v1/plans', admin, { name: 'Gold', ...body });
      const newest = async () =>
        (await server.app.inject({ url: '/api/v1/plans/gold', headers: admin.headers })).json();
      const both = await Promise.all([7, 9].map((price) => write({ id: 'gold', price, version: 1 })));
      expect(both.map(({ version, code }) => code ?? version).toSorted()).toEqual([1, 'plan.changed']);
      const { price } = await newest();
      expect(both.find(({ version }) => version === 1)).toMatchObject({ price });
      expect(await write({ id: 'gold', price: 8, version: 1 })).toMatchObject({
        status: 409,
        detail: 'There is a plan gold already. Choose another id, or read it and write its next version.',
      });
      expect(await write({ id: 'gold', price, version: 1 })).toMatchObject({ version: 1, price });
      expect(await write({ id: 'gold', price: 11, version: 2 })).toMatchObject({ version: 2 });
      expect(await write({ id: 'gold', price: 12, version: 2 })).toMatchObject({ code: 'plan.changed' });
      expect(await write({ id: 'gold', price: 12, version: 4 })).toMatchObject({ code: 'plan.changed' });
      expect(await newest()).toMatchObject({ version: 2, price: 11 });
      expect(await write({ id: 'gold', price: 12 })).toMatchObject({ version: 3 });
    });

    it('[METER-44] a price in parts of a coin is told with its parts, in the list and by the meter of a call', async () => {
      const thirds = { id: 'thirds', name: 'Thirds', price: 5, priceDen: 3 };
      expect(await ask('POST', '/api/v1/plans', admin, thirds)).toMatchObject({ version: 1, priceDen: 3 });
      const { items } = await offer(admin, { with: bob.personId, plans: ['thirds'] });
      expect(items).toMatchObject([{ id: 'thirds', price: 5, priceDen: 3 }]);
      const carol = await server.person('carol', ['client'], 100n);
      const call = await ask('POST', '/api/v1/calls', carol, { with: bob.personId });
      expect(call).toMatchObject({ meter: { plan: { price: 5, priceDen: 3 } } });
      await offer(admin, { with: bob.personId, plans: [] });
    });

    it('[METER-70] plans are offered in the order in which an admin names them', async () => {
      const { items } = await offer(admin, { with: dora.personId, plans: ['standard', 'dear', 'cheap'] });
      expect(items.map(({ id }: { id: string }) => id)).toEqual(['standard', 'dear', 'cheap']);
      expect(await offered(`/api/v1/plans?with=${dora.personId}`)).toEqual(['standard', 'dear', 'cheap']);
      await offer(admin, { with: dora.personId, plans: [] });
    });

    it('[METER-71] whoever writes a plan in the moment in which somebody else did is told to read it anew', async () => {
      // The other one's version stands since ours was counted.
      await server.database.script(`
        create function metering.taken() returns trigger language plpgsql as 'begin return null; end';
        create trigger taken before insert on metering.price_plan for each row execute function metering.taken()`);
      const answer = await ask('POST', '/api/v1/plans', admin, { id: 'cheap', name: 'Cheap', price: 2 });
      await server.database.script('drop trigger taken on metering.price_plan');
      expect(answer).toMatchObject({ status: 409, code: 'plan.changed', retry: 'later' });
    });

    it('[METER-31] a plan that nobody offers is no price, however well its id is known', async () => {
      for (const plan of ['cheap', 'dear', 'golden']) {
        expect(await callWith(bob, plan)).toMatchObject({ status: 404, code: 'plan.not_found' });
        expect(await secure(alice, { roomName: newRoom(), plan })).toMatchObject({ code: 'plan.not_found' });
      }
      expect(await callWith(bob)).toMatchObject({ meter: { plan: { id: 'standard' } } });
      expect(await callWith(bob, 'completed-minute')).toMatchObject({ meter: { plan: { id: 'standard' } } });
    });

    it("[METER-31] an admin offers an earner's plans: they take the place of the house's, the first is the default", async () => {
      expect(await offer(dora, { with: dora.personId, plans: ['cheap'] })).toMatchObject({ status: 403 });
      expect(await offer(admin, { with: bob.personId, plans: ['golden'] })).toMatchObject({ status: 404 });
      expect(await offer(admin, { plans: [] })).toMatchObject({ status: 400 });
      await offer(admin, { with: bob.personId, plans: ['dear', 'standard'] });
      expect(await offered(`/api/v1/plans?with=${bob.personId}`)).toEqual(['dear', 'standard']);
      expect(await offered('/api/v1/plans')).toEqual(['standard']);
      expect(await callWith(bob)).toMatchObject({ meter: { plan: { id: 'dear' } } });
      expect(await callWith(bob, 'standard')).toMatchObject({ meter: { plan: { id: 'standard' } } });
      expect(await callWith(bob, 'cheap')).toMatchObject({ status: 404 });
      expect(await callWith(dora, 'dear')).toMatchObject({ status: 404 });
      await offer(admin, { with: bob.personId, plans: [] });
      expect(await offered(`/api/v1/plans?with=${bob.personId}`)).toEqual(['standard']);
    });

    it('[METER-31] an earner who comes later earns by a plan of theirs, or is refused', async () => {
      await offer(admin, { with: bob.personId, plans: ['dear'] });
      const roomName = newRoom();
      expect(await secure(alice, { roomName })).toMatchObject({ roomName });
      expect(await secure(bob, { roomName })).toMatchObject({ status: 404, code: 'plan.not_found' });
      expect(await secure(dora, { roomName })).toMatchObject({ roomName });
      const other = newRoom();
      const { callId } = await secure(bob, { roomName: other });
      expect(await secure(alice, { roomName: other, plan: 'standard' })).toMatchObject({ status: 404 });
      expect(await secure(alice, { roomName: other })).toMatchObject({ callId });
    });
  });
}
