import { afterEach, describe, expect, it } from 'vitest';
import { House, type Guest } from './house.testing.ts';
import { openTestDatabases } from './platform/testing.ts';
import { SimulatedPerson } from './simulation.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`whoever hears without being heard, on ${kind.name}`, () => {
    let house: House;
    let guests: readonly [Guest, Guest];
    let people: readonly [SimulatedPerson, SimulatedPerson];
    afterEach(() => house.close());

    const open = async () => {
      house = await new House(kind).open();
      guests = [await house.invite('alice', 'client'), await house.invite('bob', 'model')];
      people = [
        new SimulatedPerson(house, guests[0], { beats: true }),
        new SimulatedPerson(house, guests[1], { beats: true }),
      ];
      await house.pass(12);
      for (const person of people) await person.enter('salon');
      await house.settled();
    };
    /** Whoever beats does it twice a second. */
    const pass = async (seconds: number, beating: readonly SimulatedPerson[]) => {
      for (let n = 0; n < seconds * 2; n += 1) {
        for (const person of beating) await person.beat();
        await house.pass(0.5);
      }
    };
    const call = () => house.get(`/api/v1/calls/${people[0].truth[0]?.callId}`, guests[0]);
    const isInRoom = () =>
      house.fake
        .rooms()
        .flatMap(({ participants }) => participants)
        .some(({ identity }) => identity === guests[0].personId);

    it('[CALL-22] is shut out of the room and may come back; the third time the call ends, and it is said why', async () => {
      await open();
      const [alice, bob] = people;
      for (const time of [1, 2, 3]) {
        await pass(3, people);
        expect(isInRoom(), `${time}`).toBe(true);
        // The token is good, the media goes on, and nothing is said on our socket any more.
        await pass(11, [bob]);
        expect(isInRoom(), `${time}`).toBe(false);
        if (time < 3) {
          expect(await call()).toMatchObject({ status: 'reconnecting' });
          alice.cutOff();
          await alice.enter('salon');
          await house.settled();
          expect(await call()).toMatchObject({ status: 'live' });
        }
      }
      expect(await call()).toMatchObject({ status: 'ended', endReason: 'unreachable', endedBy: 'system' });
    });

    /** Alice's client beats as seldom as it may and stays in the room of LiveKit; whenever she is put out she comes again. */
    const listen = async (everySeconds: number, turns: number) => {
      const [alice, bob] = people;
      for (let turn = 0; turn < turns && (await call()).status !== 'ended'; turn += 1) {
        if (!isInRoom()) {
          alice.cutOff();
          await alice.enter('salon');
        }
        await alice.beat();
        await pass(everySeconds, [bob]);
      }
    };

    it.each([3, 7])(
      '[PRES-F22] a beat every %d s buys no listening: the silences add up, and the third time the call ends',
      async (everySeconds) => {
        await open();
        await pass(3, people);
        await listen(everySeconds, Math.ceil(120 / everySeconds));
        expect(await call()).toMatchObject({ status: 'ended', endReason: 'unreachable', endedBy: 'system' });
      },
    );

    it.each([
      ['of an identity of its own', 'token', false],
      ['of one identity', 'token-secure', false],
      ['that says at once that it goes', 'token', true],
    ] as const)(
      '[PRES-F27] nor does a page for each silence, %s: the third time the call ends',
      async (_whose, route, saysGoes) => {
        await open();
        const [alice, bob] = people;
        await pass(3, people);
        let page = alice;
        for (let turn = 0; turn < 30 && (await call()).status !== 'ended'; turn += 1) {
          page.closePage();
          page = new SimulatedPerson(house, guests[0], { beats: true });
          await page.enter('salon', route);
          if (saysGoes) await page.sayGoes();
          await pass(saysGoes ? 4.5 : 6.5, [bob]);
        }
        expect(await call()).toMatchObject({ status: 'ended', endReason: 'unreachable', endedBy: 'system' });
      },
    );

    /** Alice beats, sees Bob and says that LiveKit has stopped answering her; of hers nothing reaches him. */
    const stand = async (seconds: number) => {
      const [alice, bob] = people;
      for (let n = 1; n <= seconds * 2; n += 1) {
        await alice.beat({ partners: bob.asSeen(20), ownQuietMs: n * 500 });
        await bob.beat({ partners: alice.asSeen(0) });
        await house.pass(0.5);
      }
    };
    const talk = async (seconds: number) => {
      const [alice, bob] = people;
      for (let n = 0; n < seconds * 2; n += 1) {
        await alice.beat({ partners: bob.asSeen(20) });
        await bob.beat({ partners: alice.asSeen(20) });
        await house.pass(0.5);
      }
    };

    it('[PRES-F25] a picture that stands by both words is shut out after a minute and a half, and comes back', async () => {
      await open();
      await talk(3);
      await stand(60);
      expect(isInRoom()).toBe(true);
      await stand(45);
      expect(isInRoom()).toBe(false);
      people[0].cutOff();
      await people[0].enter('salon');
      await talk(5);
      expect(await call()).toMatchObject({ status: 'live' });
    });

    it('[PRES-F25] nor do pictures that move for a moment now and then buy listening: the third time the call ends', async () => {
      await open();
      for (let turn = 0; turn < 14 && (await call()).status !== 'ended'; turn += 1) {
        if (!isInRoom()) {
          people[0].cutOff();
          await people[0].enter('salon');
        }
        await talk(2);
        await stand(30);
      }
      expect(await call()).toMatchObject({ status: 'ended', endReason: 'unreachable', endedBy: 'system' });
    });
  });
}
