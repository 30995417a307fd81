import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { forgetOldAsks } from './ask.ts';
import { Line, type Guest } from './matching.testing.ts';

const DAY_S = 86_400;

for (const kind of await openTestDatabases()) {
  describe(`who asked to be told, on ${kind.name}`, () => {
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

    const tellMe = (who: Guest, wish: object = {}) => line.ask('POST', '/api/v1/matching/tell-me', who, wish);
    /** What an inbox says of somebody on air. */
    const told = async (who: Guest): Promise<{ price: number }[]> =>
      (await house.get('/api/v1/inbox?after=0', who)).items.flatMap(
        ({ type, payload }: { type: string; payload: { price: number } }) =>
          type === 'matching.on_air' ? [payload] : [],
      );
    const cameOnAir = async (who: Guest): Promise<void> => {
      await line.onAir(who);
      await line.settled();
    };

    it('[MATCH-26] is told once, as somebody who fits is on air, and it is forgotten then', async () => {
      const { body } = await tellMe(alice, { maxPrice: 10 });
      expect(Date.parse(body.tellMeUntil) - house.clock.now()).toBe(DAY_S * 1_000);
      await line.settled();
      expect(await told(alice)).toEqual([]);
      await cameOnAir(bob);
      expect(await told(alice)).toEqual([{ price: 10 }]);
      expect((await line.state(alice)).tellMeUntil).toBeUndefined();
      await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      await cameOnAir(bob);
      expect(await told(alice)).toHaveLength(1);
      // Asked again it is another wish.
      await tellMe(alice);
      await line.settled();
      expect(await told(alice)).toHaveLength(2);
    });

    it.each([
      ['above the limit', { maxPrice: 9 }],
      ['in another language', { language: 'es' }],
    ])('[MATCH-26] is not told of who does not fit: %s', async (_why, wish) => {
      await tellMe(alice, wish);
      await cameOnAir(bob);
      expect(await told(alice)).toEqual([]);
    });

    it('[MATCH-26] neither of two who blocked each other is told of the other', async () => {
      const anna = await house.invite('anna', 'client');
      await line.ask('POST', `/api/v1/people/${anna.personId}/block`, bob);
      await line.ask('POST', `/api/v1/people/${bob.personId}/block`, alice);
      await Promise.all([tellMe(alice), tellMe(anna)]);
      await cameOnAir(bob);
      expect([await told(alice), await told(anna)]).toEqual([[], []]);
    });

    it('[MATCH-26] who is in line is offered somebody instead, and not told later', async () => {
      await tellMe(alice);
      await line.look(alice);
      await cameOnAir(bob);
      expect((await line.state(alice)).state).toBe('offered');
      await line.stop(alice);
      await line.settled();
      expect([await told(alice), (await line.state(alice)).tellMeUntil]).toEqual([[], undefined]);
    });

    it('[MATCH-26] after a day, or taken back, it is forgotten', async () => {
      const anna = await house.invite('anna', 'client');
      await Promise.all([tellMe(alice), tellMe(anna)]);
      await line.ask('DELETE', '/api/v1/matching/tell-me', anna);
      const { db } = house.server.database;
      await sql`update matching.ask set at = at - interval '1 day'`.execute(db);
      expect((await line.state(alice)).tellMeUntil).toBeUndefined();
      await cameOnAir(bob);
      expect([await told(alice), await told(anna)]).toEqual([[], []]);
      await forgetOldAsks({ db, clock: house.clock });
      const { rows } = await sql`select 1 from matching.ask`.execute(db);
      expect(rows).toEqual([]);
    });

    it('[MATCH-26] is for who pays', async () => {
      expect((await tellMe(bob)).body.code).toBe('auth.forbidden');
      expect((await tellMe(alice, { maxPrice: -1 })).status).toBe(400);
    });
  });
}
