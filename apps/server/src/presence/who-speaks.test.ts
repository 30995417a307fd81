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
