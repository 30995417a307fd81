import { describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { connectedRoom, listed, presenceHouse, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`while LiveKit is away, on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { advance, beats, connect, line, types, warm } = house;

    /** Both in a call, LiveKit gone, and each Room says so. */
    const outage = async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 0 });
      await beats(alice, 'PA_a', { forMs: 500 });
      house.presence.livekitAnswers(false);
      for (const [one, sid] of [
        [alice, 'PA_a'],
        [bob, 'PA_b'],
      ] as const)
        await one.say({ type: 'beat', roomState: 'signalReconnecting', ...where(sid), n: 1 });
      await advance(100);
      const told = () =>
        bob.heard.flatMap((said) =>
          said.type === 'peer_state' ? [`${said.participantSid} ${said.state} ${said.reason ?? ''}`] : [],
        );
      return { alice, bob, told };
    };

    test('[PRES-F18] both are told at once that it is the media server; the meter stands at the last proof', async () => {
      const { told } = await outage();
      expect(told()).toEqual(['PA_a unreachable media_server']);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 10.1–…');
      expect(await types()).toEqual(['unreachable', 'unreachable']);
    });

    test('[PRES-F18] who is back in ten seconds was never missed; who is not is lost, and told of once', async () => {
      const { bob, told } = await outage();
      house.lists.set('salon', listed());
      house.presence.livekitRestarted(house.clock.now());
      house.presence.livekitAnswers(true);
      await advance(500);
      expect(told().at(-1)).toBe('PA_a left media_server');
      await beats(bob, 'PA_b2', { forMs: 9000 });
      expect(told().at(-1)).toBe('PA_a left media_server');
      expect((await line())[0]).toBe('PA_a 10.1–10.1 livekit_restarted left');
      await beats(bob, 'PA_b2', { forMs: 2000 });
      expect(told().at(-1)).toBe('PA_a left lost_connection');
      const lines = await line();
      expect(lines[0]).toBe('PA_a 10.1–10.1 lost left');
      expect(lines.find((one) => one.startsWith('PA_b '))).toContain('livekit_restarted left');
      expect((await types()).filter((type) => type === 'left')).toHaveLength(3);
    });
  });
}
