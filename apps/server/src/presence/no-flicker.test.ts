import { SOCKET_REPLACED } from '@latido/protocol';
import { describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openTestDatabases } from '../platform/testing.ts';
import { connectedRoom, presenceHouse, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`what the partner is shown, on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { advance, beats, connect, cut, joinedByWebhook, settle, until, warm } = house;

    /** Bob, beside Alice, and all that he has been told of her. */
    const bobAndAlice = async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 0 });
      await beats(alice, 'PA_a', { forMs: 1000 });
      const told = () =>
        bob.heard.flatMap((message) =>
          message.type === 'peer_state' ? [`${message.participantSid} ${message.state}`] : [],
        );
      return { alice, bob, told };
    };

    test('[PRES-F17] what still comes on a socket that was replaced takes nothing back', async () => {
      const { alice, told } = await bobAndAlice();
      const again = await connect('person_a');
      // After a short cut the old line brings what it had kept: it hears of nothing, so it does not know better.
      alice.socket.pause();
      await again.say({ ...connectedRoom, ...where('PA_a'), n: 3 });
      for (const n of [1, 2]) alice.socket.send(JSON.stringify({ ...connectedRoom, ...where('PA_a'), n }));
      await again.say({ ...connectedRoom, ...where('PA_a'), n: 4 });
      alice.socket.resume();
      await until(() => alice.socket.readyState === WebSocket.CLOSED);
      await beats(again, 'PA_a', { forMs: 1500 });
      expect(again.socket.readyState).toBe(WebSocket.OPEN);
      expect(told()).toEqual([]);
    });

    test('[PRES-F17] a socket whose page speaks on another one closes without a doubt', async () => {
      const { alice, told } = await bobAndAlice();
      const again = await connect('person_a');
      alice.socket.close(SOCKET_REPLACED);
      await until(() => alice.socket.readyState === WebSocket.CLOSED);
      await settle();
      await again.say({ ...connectedRoom, ...where('PA_a'), n: 3 });
      await beats(again, 'PA_a', { forMs: 1000 });
      expect(told()).toEqual([]);
      // It is no excuse: whoever then says nothing is silent.
      await advance(3000);
      expect(told()).toEqual(['PA_a suspected', 'PA_a unreachable']);
    });

    test('[PRES-F17] a beat that was on its way does not take a goodbye back: one doubt, one return', async () => {
      const { alice, bob, told } = await bobAndAlice();
      await house.presence.beacon(alice.last('beacon')?.token ?? '', where('PA_a'));
      await advance(100);
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 9 });
      await advance(100);
      await cut(alice);
      await advance(1000);
      const again = await connect('person_a');
      await joinedByWebhook('PA_a2', 'person_a');
      await beats(again, 'PA_a2', { forMs: 1000 });
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 1 });
      expect(told()).toEqual(['PA_a suspected', 'PA_a left']);
    });
  });
}
