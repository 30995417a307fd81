import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { silentLog } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Entrance } from './entrance.ts';
import { Line, type Guest } from './matching.testing.ts';

const doorOf = (house: House): Entrance =>
  new Entrance({ db: house.db, log: silentLog, lastTick: () => Promise.resolve() });

const actorOf = (guest: Guest) =>
  ({ ...guest, name: 'Alice', roles: ['client'], locale: 'en', via: 'cookie' }) as const;

for (const kind of await openTestDatabases()) {
  describe(`who comes to the line at once, on ${kind.name}`, () => {
    let house: House;
    let line: Line;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
    });
    afterEach(() => house.close());

    const invite = (role: 'client' | 'model', count: number): Promise<Guest[]> =>
      Promise.all(Array.from({ length: count }, (_, n) => house.invite(`${role}${n}`, role)));

    /** How many are in line, by how many writes. */
    const inLine = async (): Promise<{ people?: number; writes?: number }> => {
      const { rows } = await sql<{ people: number; writes: number }>`
        select count(*)::int as people, count(distinct changed::text)::int as writes from matching.waiting`.execute(
        house.server.database.db,
      );
      return rows[0] ?? {};
    };

    it('[MATCH-30] comes in together, and each is answered for themselves', async () => {
      const [payers, earners] = [await invite('client', 4), await invite('model', 3)];
      const [poor, stranger] = [await house.invite('poor', 'client', 0n), await house.invite('odd', 'model')];
      const answers = await Promise.all([
        ...payers.map((who) => line.look(who, { maxPrice: 9 })),
        line.look(poor),
        ...earners.map((who) => line.onAir(who)),
        line.onAir(stranger, { planId: 'nobody’s' }),
        line.look(stranger),
      ]);
      const told = answers.map(({ status, body }) => (status === 200 ? body.state : body.code));
      expect(told).toEqual([
        ...Array.from({ length: 4 }, () => 'waiting'),
        'balance.insufficient',
        ...Array.from({ length: 3 }, () => 'waiting'),
        'plan.not_found',
        'auth.forbidden',
      ]);
      const { people, writes } = await inLine();
      expect(people).toBe(7);
      expect(writes).toBeLessThan(7);
    });

    it('[MATCH-30] who comes twice at once is in line once, with the later wish', async () => {
      const [alice] = await invite('client', 1);
      if (!alice) throw new Error('nobody was invited');
      const [entrance, now] = [doorOf(house), house.clock.now()];
      const wishes = [5, 6, 7].map((maxPrice) => ({ wish: { maxPrice }, now }));
      await Promise.all(wishes.map((of) => entrance.look(actorOf(alice), of)));
      expect((await line.state(alice)).wishes?.maxPrice).toBe(7);
    });

    it('[MATCH-30] a crowd stands at the door until the next look, which lets all of it in', async () => {
      const [[earner], [first, ...others]] = [await invite('model', 1), await invite('client', 4)];
      if (!earner || !first) throw new Error('nobody was invited');
      await line.onAir(earner);
      const [entrance, of] = [doorOf(house), { wish: {}, now: house.clock.now() }];
      await entrance.look(actorOf(first), of);
      const coming = others.map((one) => entrance.look(actorOf(one), of));
      await entrance.open();
      expect(await inLine()).toEqual({ people: 5, writes: 3 });
      await Promise.all(coming);
    });
  });
}
