import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who looks for somebody beside a session of several, on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let line: Line;
    let dora: Guest;
    let alice: Guest;
    let bob: Guest;
    let id: string;
    let entryId: string;
    let there: { leave: () => void };

    beforeAll(async () => {
      house = await new House(kind).open();
      desk = new Desk(house);
      line = new Line(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      const anna = await desk.invite('anna', 'client');
      bob = await desk.invite('bob', 'model');
      id = await desk.begun(dora, [alice, anna]);
      await desk.enter(dora, id);
      await desk.admitted(dora, anna, id);
      await desk.enter(anna, id);
      entryId = await desk.admitted(dora, alice, id);
      await line.onAir(bob);
      return async () => {
        await line.stop(alice);
        await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      };
    });
    const comesIn = async (): Promise<void> => {
      ({ there } = await desk.enter(alice, id));
      await line.settled();
    };
    const looks = async () => {
      await line.look(alice);
      await line.settled();
      return await line.state(alice);
    };

    it('[MATCH-61] in it they are offered to nobody; whoever leaves it is', async () => {
      await comesIn();
      expect(await looks()).toMatchObject({ state: 'in_call' });
      there.leave();
      await line.settled();
      expect((await line.state(alice)).offer?.partner.personId).toBe(bob.personId);
    });

    it('[MATCH-61] whom the host removed is offered at once', async () => {
      await comesIn();
      await desk.act(dora, id, `lobby/${entryId}/remove`);
      expect((await looks()).offer?.partner.personId).toBe(bob.personId);
    });

    it('[MATCH-61] who was let in and has not come is offered', async () => {
      expect((await looks()).offer?.partner.personId).toBe(bob.personId);
    });
  });
}
