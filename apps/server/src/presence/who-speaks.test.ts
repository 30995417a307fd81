import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { claimRoom } from './index.ts';
import { connectedRoom, presenceHouse, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`who speaks for whom on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { advance, beats, connect, joinedByWebhook, pass, settle, types, warm } = house;

    test('[PRES-R32] nobody speaks for a sid of another person that has left', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await joinedByWebhook('PA_a', 'person_a');
      await beats(alice, 'PA_a', { forMs: 2000 });
      await joinedByWebhook('PA_a', 'person_a', { type: 'participant_left' });
      await settle();
      await advance(1000);
      await bob.say({ type: 'connected', ...where('PA_a') });
      await bob.say({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await bob.say({ type: 'bye', ...where('PA_a') });
      await settle();
      const said = (await house.facts()).filter(({ identity }) => identity === 'person_b');
      expect(said.map(({ type }) => type)).toEqual([]);
    });

    test('[PRES-R33] another socket of the same person vouches for nobody, and tells nobody gone', async () => {
      const other = await connect('person_a');
      const alice = await connect('person_a');
      await warm();
      await beats(other, 'PA_x', { forMs: 500 });
      await joinedByWebhook('PA_a', 'person_a');
      await beats(alice, 'PA_a', { forMs: 2000 });
      const partner = { participantSid: 'PA_a', identity: 'person_a' };
      await other.say({ type: 'partner_disconnected', ...where('PA_x'), partner });
      expect(house.presence.snapshot().people.map(({ state }) => state)).not.toContain('unreachable');
      const partners = [{ ...partner, packets: 9, expected: true }];
      for (let n = 1; n < 12; n += 1) {
        await other.say({ ...connectedRoom, ...where('PA_x'), n, partners });
        await advance(500);
      }
      expect(await types()).toContain('unreachable');
    });

    test.each([
      ['whom LiveKit never named', false],
      ['whom LiveKit says to have gone', true],
    ])(
      '[PRES-F26] the eyes of one %s prove nobody, freeze nobody and tell nobody gone',
      async (_who, came) => {
        const alice = await connect('person_a');
        const mallory = await connect('person_m');
        await warm();
        await joinedByWebhook('PA_a', 'person_a');
        if (came) {
          await joinedByWebhook('PA_m', 'person_m');
          await beats(mallory, 'PA_m', { forMs: 1000 });
          await joinedByWebhook('PA_m', 'person_m', { type: 'participant_left' });
          await settle();
        }
        const partner = { participantSid: 'PA_a', identity: 'person_a' };
        const saysOfAlice = async (packets: number, n: number) => {
          const partners = [{ ...partner, packets, expected: true }];
          await mallory.say({ ...connectedRoom, ...where('PA_m'), n, partners });
          await alice.say({ ...connectedRoom, ...where('PA_a'), n });
          await advance(500);
        };
        for (let n = 1; n < 20; n += 1) await saysOfAlice(n < 4 ? 9 : 0, n);
        await mallory.say({ type: 'partner_disconnected', ...where('PA_m'), partner });
        await settle();
        const said = (await house.facts()).filter(({ identity }) => identity === 'person_a');
        expect(said.map(({ type }) => type)).not.toContain('frozen');
        expect(house.presence.snapshot().people.map(({ state }) => state)).not.toContain('unreachable');
        for (let n = 1; n < 12; n += 1) {
          const partners = [{ ...partner, packets: 9, expected: true }];
          await mallory.say({ ...connectedRoom, ...where('PA_m'), n, partners });
          await advance(500);
        }
        expect(await types()).toContain('unreachable');
      },
    );

    test('[PRES-R34] a hint of a removal that was lost is made good by the next list of rooms', async () => {
      const claim = { room: 'salon', alias: 'ours', callId: 'call_1', from: new Date(house.clock.now()) };
      const claimed = (people: string[]) =>
        house.db.transaction().execute((tx) => claimRoom(tx, { ...claim, people }));
      await claimed(['person_a', 'person_b']);
      const [alice, bob] = [await connect('person_a'), await connect('person_b')];
      await settle();
      await claimed(['person_a']);
      const closed = once(bob.socket, 'close');
      await pass(11_000);
      expect((await closed)[0]).toBe(4401);
      expect(alice.socket.readyState).toBe(alice.socket.OPEN);
    });

    test('[PRES-F23] who sends no beats is said whole once in a free room as well', async () => {
      const participant = { sid: 'PA_f', identity: 'person_f', kind: 'STANDARD', state: 'ACTIVE' };
      const { sid, identity } = participant;
      house.lists.set('salon', {
        status: 'ok',
        participants: [{ sid, identity, state: 'ACTIVE', participant }],
      });
      await joinedByWebhook(sid, identity, { type: 'track_published' });
      await settle();
      await pass(95_000);
      const whole = (await house.facts()).filter(
        ({ type, payload }) => type === 'listed' && 'participant' in payload,
      );
      expect(whole.map((fact) => fact.identity)).toEqual(['person_f']);
    });

    test('[PRES-F23] a stranger in the room of a call is said whole by each list, though only a track of theirs was told', async () => {
      const claim = { room: 'salon', alias: 'ours', callId: 'call_1', people: ['person_a'] };
      const from = new Date(house.clock.now());
      await house.db.transaction().execute((tx) => claimRoom(tx, { ...claim, from }));
      const one = (sid: string, identity: string, kind = 'STANDARD') => ({
        sid,
        identity,
        state: 'ACTIVE',
        participant: { sid, identity, kind, state: 'ACTIVE' },
      });
      const machine = one('PA_e', 'EG_1', 'EGRESS');
      const participants = [one('PA_a', 'person_a'), one('PA_s', 'mallory'), machine];
      house.lists.set('salon', { status: 'ok', participants });
      for (const { sid, identity } of participants)
        await joinedByWebhook(sid, identity, { type: 'track_published' });
      await settle();
      await pass(25_000);
      const whole = (await house.facts()).flatMap(({ type, identity, payload }) =>
        type === 'listed' && 'participant' in payload ? [identity] : [],
      );
      expect(whole.filter((identity) => identity === 'mallory').length).toBeGreaterThanOrEqual(2);
      // Of those who may be there once: a ban asks who they are.
      expect(whole.filter((identity) => identity === 'person_a')).toHaveLength(1);
      expect(whole.filter((identity) => identity === 'EG_1')).toHaveLength(1);
    });
  });
}
