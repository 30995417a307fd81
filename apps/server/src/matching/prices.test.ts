import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House, serverClock } from '../house.testing.ts';
import { silentLog } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';
import { offerAll } from './pair.ts';

for (const kind of await openTestDatabases()) {
  describe(`what is asked on air, on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let admin: Guest;
    let alice: Guest;
    let bob: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      admin = await house.invite('admin', 'admin');
      alice = await house.invite('alice', 'client');
      bob = await house.invite('bob', 'model');
    });
    afterEach(() => house.close());

    const priced = async (id: string, price: number, rest: object = {}): Promise<void> => {
      const written = await line.ask('POST', '/api/v1/plans', admin, { id, name: id, price, ...rest });
      expect(written.status).toBe(201);
    };
    const offers = async (earner: Guest, ...plans: string[]): Promise<void> => {
      const offered = await line.ask('PUT', '/api/v1/plans', admin, { with: earner.personId, plans });
      expect(offered.status).toBe(200);
    };

    it('[MATCH-31] whose price was raised above a limit starves nobody: whoever fits is offered', async () => {
      const brad = await house.invite('brad', 'model');
      await priced('other', 10);
      await offers(brad, 'other');
      await line.onAir(bob);
      await house.clock.advance(1_000);
      await line.onAir(brad);
      await priced('standard', 20);
      await line.look(alice, { maxPrice: 10 });
      await line.settled();
      expect((await line.state(alice)).offer?.partner.personId).toBe(brad.personId);
      expect((await line.state(bob)).wishes?.price).toBe(20);
      expect((await line.state(await house.invite('anna', 'client'))).prices).toEqual([
        { price: 10, people: 1 },
        { price: 20, people: 1 },
      ]);
    });

    it('[MATCH-31] whose price was lowered meets who pays so much', async () => {
      await priced('standard', 20);
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 15 });
      await line.settled();
      expect((await line.state(alice)).state).toBe('waiting');
      await priced('standard', 10);
      await line.settled();
      expect((await line.state(alice)).offer).toMatchObject({
        price: 10,
        partner: { personId: bob.personId },
      });
    });

    it('[MATCH-31] a price that has changed since the look is written as the two are locked', async () => {
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 10 });
      await priced('standard', 20);
      const pair = { payerId: alice.personId, earnerId: bob.personId };
      const deps = { db: house.db, clock: serverClock(house.clock), log: silentLog };
      expect(await offerAll(deps, [pair])).toMatchObject({
        made: [],
        others: [pair],
      });
      expect((await line.state(bob)).wishes?.price).toBe(20);
    });

    it('[MATCH-31] whose plan is offered no more is off, also where nobody asks for them', async () => {
      await priced('other', 10);
      await offers(bob, 'other');
      await line.onAir(bob, { planId: 'other' });
      await offers(bob);
      await line.settled();
      expect(await line.state(bob)).toMatchObject({ state: 'off', reason: 'no_plan' });
    });

    it('[MATCH-36] an offer names all that its price asks, and keeps to it', async () => {
      await priced('dear', 20, {
        connectFee: 5,
        initialPrice: 50,
        tiers: [{ fromUnit: 6, price: 30 }],
        policy: 'started-minute',
      });
      await offers(bob, 'dear');
      await line.onAir(bob);
      await line.look(alice);
      await line.settled();
      await priced('dear', 20);
      const asked = {
        price: 20,
        policy: 'started-minute',
        connectFee: 5,
        first: { forMs: 60_000, coins: 50 },
        later: [{ fromMs: 300_000, price: 30 }],
      };
      expect((await line.state(alice)).offer).toMatchObject(asked);
      expect((await line.state(bob)).offer).toMatchObject(asked);
    });

    it('[MATCH-65] whose plan is gone as they are paired is told that, and not that a call ended', async () => {
      await priced('other', 10);
      await offers(bob, 'other');
      await line.onAir(bob, { planId: 'other' });
      await line.look(alice);
      await offers(bob);
      const pair = { payerId: alice.personId, earnerId: bob.personId };
      await offerAll({ db: house.db, clock: serverClock(house.clock), log: silentLog }, [pair]);
      expect(await line.state(bob)).toMatchObject({ state: 'off', reason: 'no_plan' });
    });

    it('[MATCH-66] whose last role of a side is taken is off, and out of an offer; another one of that side is enough', async () => {
      const roles = (who: Guest, ...of: string[]) =>
        line.ask('PATCH', `/api/v1/people/${who.personId}`, admin, { roles: of });
      await line.offered(alice, bob);
      expect((await roles(bob, 'mentor')).status).toBe(200);
      await line.settled();
      expect(await line.state(alice)).toMatchObject({ state: 'offered' });
      await roles(bob, 'client');
      await line.settled();
      expect(await line.state(alice)).toMatchObject({ state: 'waiting', onAir: 0 });
      await roles(alice, 'model');
      await line.settled();
      const { rows } = await sql`select from matching.waiting`.execute(house.db);
      expect(rows).toEqual([]);
    });

    it.each([
      ['a later minute', { tiers: [{ fromUnit: 2, price: 100 }] }],
      ['the first one', { initialPrice: 100 }],
    ])('[MATCH-63] who pays by a limit meets nobody of whom %s costs more', async (_what, dearer) => {
      await priced('later', 1, dearer);
      await offers(bob, 'later');
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 99, connectAtOnce: true });
      await line.settled();
      expect(await line.state(alice)).toMatchObject({
        state: 'waiting',
        prices: [{ price: 100, people: 1 }],
      });
      await line.look(alice, { maxPrice: 100 });
      await line.settled();
      expect((await line.state(alice)).offer).toMatchObject({
        price: 1,
        partner: { personId: bob.personId },
      });
    });

    it('[MATCH-63] a limit that has become too low by a later minute is seen as the two are locked', async () => {
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 10, connectAtOnce: true });
      await priced('standard', 10, { tiers: [{ fromUnit: 3, price: 11 }] });
      const pair = { payerId: alice.personId, earnerId: bob.personId };
      const deps = { db: house.db, clock: serverClock(house.clock), log: silentLog };
      expect(await offerAll(deps, [pair])).toMatchObject({ made: [], others: [pair] });
    });

    it('[MATCH-64] nobody accepts a fee beforehand: whoever connects at once is asked first', async () => {
      await priced('fee', 10, { connectFee: 5 });
      await offers(bob, 'fee');
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 10, connectAtOnce: true });
      await line.settled();
      expect(await line.state(alice)).toMatchObject({ state: 'offered', offer: { connectFee: 5 } });
      await line.accept(alice, (await line.state(alice)).offer?.id ?? '');
      expect(await line.state(alice)).toMatchObject({ state: 'connecting' });
    });

    it('[MATCH-36] a price that asks nothing else names nothing else', async () => {
      await line.onAir(bob);
      await line.look(alice);
      await line.settled();
      const { offer } = await line.state(alice);
      expect(offer).toMatchObject({ price: 10, policy: 'completed-minute' });
      for (const term of ['connectFee', 'first', 'later']) expect(offer).not.toHaveProperty(term);
    });

    it('[MATCH-35] whoever can pay the first unit of somebody on air is let in, whatever the house holds', async () => {
      const poor = await house.invite('poor', 'client', 5n);
      await priced('second', 1, { policy: 'per-second' });
      await offers(bob, 'second');
      await line.onAir(bob);
      expect((await line.state(bob)).wishes?.price).toBe(60);
      expect(await line.look(poor)).toMatchObject({ status: 200, body: { state: 'waiting' } });
      await line.settled();
      expect((await line.state(poor)).offer?.partner.personId).toBe(bob.personId);
      const broke = await house.invite('broke', 'client', 0n);
      expect(await line.look(broke)).toMatchObject({ status: 402, body: { required: 1, missing: 1 } });
    });
  });
}
