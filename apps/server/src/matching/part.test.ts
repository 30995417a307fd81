import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { startPaidCallIn } from '../metering/index.ts';
import type { Tx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`a block while two are together on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let alice: Guest;
    let bob: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      alice = await house.invite('alice', 'client');
      bob = await house.invite('bob', 'model');
    });
    afterEach(() => house.close());

    const states = async (...people: Guest[]) =>
      await Promise.all(people.map(async (who) => (await line.state(who)).state));
    const callOf = async (who: Guest) => (await house.get('/api/v1/calls', who)).items[0];
    const told = async (who: Guest) => (await house.get('/api/v1/inbox?after=0', who)).items;
    const block = (by: Guest, of: Guest) => line.ask('POST', `/api/v1/people/${of.personId}/block`, by);
    const last = (items: { type: string; payload: object }[]) =>
      items.filter(({ type }) => type.startsWith('call.'));

    it.each([
      ['blocks', 'pays'],
      ['reports', 'earns'],
    ])('[MATCH-29] who %s and %s ends the call for both, charged to that moment', async (does, side) => {
      const [by, of] = side === 'pays' ? [alice, bob] : [bob, alice];
      const roomName = await line.talking(alice, bob);
      const { callId } = await callOf(alice);
      await line.pass(65, alice, bob);
      for (const _twice of [1, 2])
        if (does === 'blocks') expect((await block(by, of)).status).toBe(204);
        else {
          const path = `/api/v1/calls/${callId}/report`;
          expect((await line.ask('POST', path, by, { reason: 'abuse' })).status).toBe(201);
        }
      await line.settled();
      for (const who of [alice, bob]) {
        const call = await callOf(who);
        expect(call).toMatchObject({ status: 'ended', endReason: 'parted', endedBy: 'system' });
        // They meet no more, also by the room that they were in.
        const late = await line.ask('POST', '/api/livekit/token-secure', who, { roomName });
        expect(late.status).toBeGreaterThanOrEqual(400);
        // Whoever was blocked reads that it ended, and not by whom.
        expect(last(await told(who)).at(-1)).toMatchObject({
          type: 'call.ended',
          payload: { endReason: 'parted', endedBy: 'system' },
        });
      }
      // Nor in the facts, which both may read.
      const { items } = await house.get(`/api/v1/calls/${callId}/facts`, of);
      expect(items.filter(({ type }: { type: string }) => type === 'parted')).toMatchObject([
        { payload: {} },
      ]);
      expect([await callOf(alice), await callOf(bob)]).toMatchObject([{ coins: 10 }, { coins: 7 }]);
      expect((await house.get('/api/v1/wallet', alice)).held).toBe(0);
      expect(await states(alice, bob)).toEqual(['off', 'waiting']);
      await line.look(alice);
      await line.pass(16, alice, bob);
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
    });

    it('[MATCH-29] an offer is skipped by who blocks, before it is accepted and after', async () => {
      await line.offered(alice, bob);
      await block(bob, alice);
      await line.settled();
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
      await line.ask('DELETE', `/api/v1/people/${alice.personId}/block`, bob);
      await line.pass(16, alice, bob);
      await line.accept(alice, (await line.state(alice)).offer!.id);
      expect(await states(alice)).toEqual(['connecting']);
      await block(alice, bob);
      await line.settled();
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
      expect((await house.get('/api/v1/wallet', alice)).held).toBe(0);
    });

    it('[MATCH-29] a call that rings ends, and nobody is told that they missed it', async () => {
      await house.post('/api/v1/calls', alice, { with: bob.personId });
      await block(bob, alice);
      await line.settled();
      expect(await callOf(alice)).toMatchObject({ status: 'ended', endReason: 'parted', coins: 0 });
      expect(last(await told(bob)).map(({ type }) => type)).toEqual(['call.invited', 'call.ended']);
    });

    it.each(['calls by name', 'comes by a link'])(
      '[MATCH-29] whoever %s in the moment of a block is not left in a call with them',
      async (how) => {
        const { db } = house;
        const roomName = 'salon-of-that-moment';
        if (how === 'comes by a link') await line.ask('POST', '/api/livekit/token-secure', bob, { roomName });
        const blocked = await db.transaction().execute(async (tx) => {
          const order = { roomName, payerId: alice.personId, earnerId: bob.personId };
          const asks = { ...order, openedBy: alice.personId };
          await startPaidCallIn(tx, house.clock, asks);
          const asked = block(bob, alice);
          // On the embedded database it waits anyway, for the connection.
          if (kind.name === 'postgres') await Promise.race([asked, somebodyWaits(tx)]);
          return { asked };
        });
        expect((await blocked.asked).status).toBe(204);
        await line.settled();
        expect(await callOf(alice)).toMatchObject({ status: 'ended', endReason: 'parted', coins: 0 });
        expect((await house.get('/api/v1/wallet', alice)).held).toBe(0);
      },
    );

    it('[MATCH-29] a call with somebody else goes on', async () => {
      const dora = await house.invite('dora', 'model');
      await line.talking(alice, bob);
      await block(alice, dora);
      await line.settled();
      expect(await states(alice, bob)).toEqual(['in_call', 'in_call']);
    });
  });
}

/** Until somebody waits for a lock by name that another holds. */
async function somebodyWaits(tx: Tx): Promise<void> {
  for (;;) {
    const { rows } = await sql`select from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`.execute(tx);
    if (rows.length > 0) return;
  }
}
