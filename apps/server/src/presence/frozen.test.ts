import { describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { intervalsOfRoom } from './index.ts';
import { connectedRoom, presenceHouse, T0, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`media that does not arrive, on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { connect, joinedByWebhook, line, settle, warm } = house;
    const named = async (sid: string, identity: string): Promise<void> => {
      await joinedByWebhook(sid, identity);
      await settle();
    };

    test('[PRES-F12] UDP is blocked while the pages beat: both are told, and it is unpaid once the own stack agrees', async () => {
      const [alice, bob] = [await connect('person_a'), await connect('person_b')];
      await warm();
      await named('PA_a', 'person_a');
      await named('PA_b', 'person_b');
      let n = 0;
      /** Both beat and look at the other for so long; the line of Bob may be dead. */
      const talk = async (forMs: number, isDead = false): Promise<void> => {
        for (const endN = n + forMs / 500; n < endN; n += 1) {
          const packets = isDead ? 0 : 20;
          const see = (sid: string, identity: string) => ({
            partners: [{ participantSid: sid, identity, packets, expected: true }],
          });
          const ownQuietMs = isDead ? (n - deadFrom + 1) * 500 : 0;
          await alice.say({ ...connectedRoom, ...where('PA_a'), n, ...see('PA_b', 'person_b') });
          await bob.say({ ...connectedRoom, ...where('PA_b'), n, ...see('PA_a', 'person_a'), ownQuietMs });
          await house.clock.advance(500);
        }
      };
      let deadFrom = 0;
      const told = (browser: typeof alice, participantSid: string): string =>
        browser.heard
          .flatMap((one) =>
            one.type === 'media_state' && one.participantSid === participantSid ? [one] : [],
          )
          .map(({ arrives, paused }) => (arrives ? 'back' : paused ? 'paused' : 'frozen'))
          .join(' ');
      await talk(5_000);
      deadFrom = n;
      const lastSeenAt = house.clock.now() - T0 - 500;
      await talk(3_500, true);
      expect([told(alice, 'PA_b'), told(bob, 'PA_b')]).toEqual(['frozen paused', 'frozen paused']);
      // Her own line is well: that he does not see her costs nothing.
      expect([told(alice, 'PA_a'), told(bob, 'PA_a')]).toEqual(['frozen', 'frozen']);
      await talk(20_000, true);
      await talk(2_000);
      expect([told(alice, 'PA_b'), told(bob, 'PA_a')]).toEqual(['frozen paused back', 'frozen back']);
      await line();
      const unpaid = new Map(
        (await intervalsOfRoom(house.db, 'salon')).map((one) => [
          one.participantSid,
          one.unpaid.map(([fromAt, toAt]) => [fromAt - T0, (toAt ?? Infinity) - T0]),
        ]),
      );
      expect(unpaid.get('PA_a')).toEqual([]);
      const [[fromMs = 0, toMs = 0] = []] = unpaid.get('PA_b') ?? [];
      expect([Math.abs(fromMs - lastSeenAt) <= 1_000, toMs - fromMs]).toEqual([true, 24_500]);
    });

    test('[PRES-F12] a page that was just loaded sees nothing for a moment: nobody is frozen by that, nor for ever spared', async () => {
      const [alice, bob] = [await connect('person_a'), await connect('person_b')];
      await warm();
      await named('PA_a', 'person_a');
      await named('PA_b', 'person_b');
      let n = 0;
      const talk = async (her: typeof alice, sid: string, forMs: number, packets: number): Promise<void> => {
        for (const endN = n + forMs / 500; n < endN; n += 1) {
          const see = {
            partners: [{ participantSid: 'PA_b', identity: 'person_b', packets, expected: true }],
          };
          await her.say({ ...connectedRoom, ...where(sid), n, ...see });
          await bob.say({ ...connectedRoom, ...where('PA_b'), n });
          await house.clock.advance(500);
        }
      };
      const told = ({ heard }: typeof alice): string[] =>
        heard.flatMap((one) => (one.type === 'media_state' ? [one.participantSid] : []));
      await talk(alice, 'PA_a', 4_000, 20);
      // A reload of four seconds.
      for (const endN = n + 8; n < endN; n += 1) {
        await bob.say({ ...connectedRoom, ...where('PA_b'), n });
        await house.clock.advance(500);
      }
      const anew = await connect('person_a');
      await named('PA_a2', 'person_a');
      await talk(anew, 'PA_a2', 4_000, 0);
      expect([told(anew), told(bob)]).toEqual([[], []]);
      await talk(anew, 'PA_a2', 4_500, 0);
      expect([told(anew), told(bob)]).toEqual([['PA_b'], ['PA_b']]);
    });
  });
}
