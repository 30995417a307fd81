import { PROOF_EVERY_MS } from '@latido/core';
import { describe, expect, test } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { sql } from 'kysely';
import { WebSocket } from 'ws';
import { once } from 'node:events';
import { intervalsOfRoom } from './index.ts';
import { connectedRoom, presenceHouse, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`sockets on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { advance, beats, connect, cut, joinedByWebhook, line, pass, settle, types, until, warm } = house;

    test('a ticket is welcomed, a beat acknowledged; a forged or old one is not read', async () => {
      const alice = await connect('person_a');
      expect(alice.heard[0]).toMatchObject({ type: 'welcome', beatEveryMs: 500 });
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 7 });
      expect(alice.last('ack')).toEqual({ type: 'ack', n: 7 });
      const claims = { personId: null, identity: 'x', roomName: 'r', callId: null, paid: false };
      const ticket = house.presence.issueTicket(claims);
      expect(house.presence.readTicket(ticket)).toEqual(claims);
      expect(house.presence.readTicket(`${ticket}x`)).toBeNull();
      expect(house.presence.readTicket(ticket.replace('.', 'A.'))).toBeNull();
      expect(house.presence.readTicket('nonsense')).toBeNull();
    });

    test('a beat that wants no answer is heard all the same, and what is to be told waits for the next', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 1 });
      const types = (): string[] => alice.heard.map(({ type }) => type);
      const before = types().length;
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 2, ack: false });
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 2, ack: false });
      expect(types().slice(before)).toEqual([]);
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 3 });
      // Before his own first one he was not there to be told.
      expect(bob.heard.filter(({ type }) => type === 'peer_beat')).toHaveLength(1);
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 3 });
      expect(types().slice(before)).toEqual(['ack', 'peer_beat', 'peer_beat', 'peer_beat']);
    });

    test('[PRES-F0] bye leaves at once, exactly then, and the other is told', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await alice.say({ type: 'connected', ...where('PA_a') });
      await bob.say({ type: 'connected', ...where('PA_b') });
      await beats(alice, 'PA_a', { forMs: 5000 });
      // Her beats come with the answer to his own.
      await bob.say({ ...connectedRoom, ...where('PA_b'), n: 1 });
      expect(bob.last('peer_beat')).toMatchObject({ identity: 'person_a', participantSid: 'PA_a' });
      await alice.say({ type: 'bye', ...where('PA_a') });
      await settle();
      expect((await line())[0]).toBe('PA_a 10.1–15.1 bye left');
      expect(bob.heard).toContainEqual(
        expect.objectContaining({
          type: 'peer_state',
          identity: 'person_a',
          state: 'left',
          reason: 'hung_up',
        }),
      );
    });

    test('[PRES-F3] a browser that is killed: unreachable 1.2 s after its socket closed, back to the last proof', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await beats(alice, 'PA_a', { forMs: 3000 });
      await bob.say({ type: 'connected', ...where('PA_b') });
      await cut(alice);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      expect(house.asked).toContain('salon');
      await beats(bob, 'PA_b', { forMs: 1500 });
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 12.6–…');
      expect(bob.last('peer_state')).toMatchObject({ identity: 'person_a', state: 'unreachable' });
      expect(house.presence.snapshot().latencies.at(-1)).toEqual({
        reason: 'socket_closed',
        latencyMs: 1700,
      });
      // [PRES-F9] left 15 s after the last proof, and worth no more than that.
      await beats(bob, 'PA_b', { forMs: 13_000 });
      expect((await line())[0]).toBe('PA_a 10.1–12.6 lost left');
      expect(house.presence.snapshot().people.map((one) => one.identity)).toEqual(['person_b']);
    });

    test('[PRES-F3] a cable that is cut: silence of 2.5 s, whatever the socket says', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await advance(1000);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(1400);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 11.6–…');
      expect(house.presence.snapshot().latencies.at(-1)).toEqual({ reason: 'silence', latencyMs: 2500 });
    });

    test('[PRES-F8] a newer proof brings it back; the gap stays', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await advance(4000);
      await beats(alice, 'PA_a', { forMs: 1000 });
      expect((await line())[0]).toBe('PA_a 10.1–… open present gap 11.6–16.1');
      expect(await types()).toEqual(['suspected', 'unreachable', 'resumed']);
    });

    test('a second socket of the same sid replaces the first without a word', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 1000 });
      const again = await connect('person_a');
      await again.say({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await until(() => alice.socket.readyState === WebSocket.CLOSED);
      await beats(again, 'PA_a', { forMs: 3000 });
      expect(await types()).toEqual([]);
      expect((await line())[0]).toBe('PA_a 10.1–… open present');
    });

    test('nobody speaks for a sid of somebody else, and what is no message closes the socket', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 1000 });
      const mallory = await connect('person_m');
      await mallory.say({ type: 'bye', ...where('PA_a') });
      await settle();
      expect((await line())[0]).toBe('PA_a 10.1–… open present');
      mallory.socket.send('{"type":"bye"}');
      const [code] = (await once(mallory.socket, 'close')) as [number];
      expect(code).toBe(1007);
    });

    test('[PRES-R9] beats of a Room that is not connected prove nothing', async () => {
      const alice = await connect('person_a');
      await warm();
      await alice.say({ type: 'beat', roomState: 'reconnecting', ...where('PA_a'), n: 1 });
      await advance(1000);
      expect(alice.last('ack')).toEqual({ type: 'ack', n: 1 });
      expect(await line()).toEqual([]);
    });

    test('[PRES-F1] a page that left is unreachable after 2 s and left after 10; its beacon is good once', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      const token = alice.last('beacon')?.token ?? '';
      await house.presence.beacon(token, where('PA_a'));
      await house.presence.beacon(token, where('PA_a'));
      await cut(alice);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(1900);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(200);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 12.1–…');
      await advance(8000);
      expect((await line())[0]).toBe('PA_a 10.1–12.1 page_left left');
      expect(await types()).toEqual(['page_left', 'suspected', 'unreachable', 'left']);
      await expect(house.presence.beacon('forged', where('PA_a'))).rejects.toMatchObject({
        code: 'auth.refused',
      });
    });

    test('[PRES-F1] a page that left is known as one before its goodbye is written: a slow database makes no lost connection of it', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2_000 });
      const written = house.presence.beacon(alice.last('beacon')?.token ?? '', where('PA_a'));
      const state = house.presence.snapshot().people.find((one) => one.identity === 'person_a')?.state;
      await written;
      expect(state).toBe('suspected');
    });

    test('[PRES-F15] a beacon is good for the sid of its token, once: nobody else is suspected by it, nor they again', async () => {
      const alice = await connect('person_a');
      const mallory = await connect('person_m');
      await warm();
      await beats(alice, 'PA_a', { forMs: 1000 });
      await mallory.say({ ...connectedRoom, ...where('PA_m'), n: 1 });
      const token = mallory.last('beacon')?.token ?? '';
      expect(token).not.toBe('');
      await expect(house.presence.beacon(token, where('PA_a'))).rejects.toMatchObject({
        code: 'auth.refused',
      });
      const state = (sid: string) =>
        house.presence.snapshot().people.find((one) => one.participantSid === sid)?.state;
      expect(state('PA_a')).toBe('present');
      await Promise.all([1, 2, 3].map(() => house.presence.beacon(token, where('PA_m'))));
      await settle();
      expect(state('PA_m')).toBe('suspected');
      // The page is still there: its next beat says so, and the spent token says nothing against it.
      await beats(mallory, 'PA_m', { forMs: 1000 });
      expect(state('PA_m')).toBe('present');
      await house.presence.beacon(token, where('PA_m'));
      await settle();
      expect(state('PA_m')).toBe('present');
      expect((await types()).filter((type) => type === 'page_left')).toHaveLength(1);
    });

    test('[PRES-F15] a page that named a sid before its owner came speaks for nobody', async () => {
      const mallory = await connect('person_m');
      await warm();
      await mallory.say({ type: 'connected', ...where('PA_a') });
      const token = mallory.last('beacon')?.token ?? '';
      await joinedByWebhook('PA_a', 'person_a');
      await settle();
      await house.presence.beacon(token, where('PA_a'));
      await settle();
      const owner = house.presence.snapshot().people.find((one) => one.participantSid === 'PA_a');
      expect([owner?.identity, owner?.state]).toEqual(['person_a', 'present']);
    });

    test('[PRES-F1] a reload comes back with a new sid and nobody is told', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await cut(alice);
      await house.clock.advance(700);
      const again = await connect('person_a');
      await joinedByWebhook('PA_a2', 'person_a');
      await beats(again, 'PA_a2', { forMs: 3000 });
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a '))).toBe('PA_a 10.1–11.6 superseded left');
      expect(lines.find((one) => one.startsWith('PA_a2'))).toBe('PA_a2 12.8–… open present');
      expect(await types()).not.toContain('unreachable');
    });

    test('[PRES-F1] a replaced page that goes on speaking for its old sid excuses nobody', async () => {
      const first = await connect('person_a');
      await warm();
      await beats(first, 'PA_a', { forMs: 1000 });
      const second = await connect('person_a');
      await joinedByWebhook('PA_a2', 'person_a');
      await settle();
      await beats(second, 'PA_a2', { forMs: 3000 });
      // The old page: its Room is gone, its Worker is not.
      await first.say({ type: 'beat', roomState: 'disconnected', ...where('PA_a'), n: 7 });
      await cut(second);
      await first.say({ type: 'beat', roomState: 'disconnected', ...where('PA_a'), n: 8 });
      await pass(3000);
      const verdicts = (await house.facts()).filter(({ type }) => type === 'unreachable');
      expect(verdicts.map(({ participantSid }) => participantSid)).toEqual(['PA_a2']);
    });

    test("[PRES-F3] LiveKit's word by the partner, with the socket closed: unreachable at once", async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await joinedByWebhook('PA_b', 'person_b');
      await settle();
      await beats(alice, 'PA_a', { forMs: 1000 });
      const word = {
        type: 'partner_disconnected',
        ...where('PA_b'),
        partner: { participantSid: 'PA_a', identity: 'person_a' },
      };
      await bob.say(word);
      await settle();
      expect((await line())[0]).toBe('PA_a 10.1–… open present');
      await cut(alice);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 10.6–…');
    });

    test('[PRES-F14] proofs enter the log at first, when metering asks, at a change, and at the end; else they are a row', async () => {
      const alice = await connect('person_a');
      await warm();
      const proofs = async () => {
        const { rows } = await sql<{ n: bigint }>`
          select count(*) as n from presence.fact_told where source = 'proof'`.execute(house.db);
        return Number(rows[0]?.n);
      };
      const written = async () => {
        const { rows } = await sql<{ at: Date }>`select to_at as at from presence.proof`.execute(house.db);
        return rows.map(({ at }) => at.getTime() - house.clock.now());
      };
      await beats(alice, 'PA_a', { forMs: 4000 });
      expect(await proofs()).toBe(1);
      await house.presence.flushProofs(['call_1']);
      expect(await proofs()).toBe(2);
      await house.presence.flushProofs(['call_2']);
      // A unit that is due is charged by the table.
      await beats(alice, 'PA_a', { forMs: 1000 });
      const due = house.clock.now() - 500;
      expect(await house.presence.flushReaching(new Map([['call_1', due]]))).toEqual(['call_1']);
      expect(await house.presence.flushReaching(new Map([['call_1', due + 60_000]]))).toEqual([]);
      expect((await written())[0]).toBeGreaterThanOrEqual(-500);
      await beats(alice, 'PA_a', { forMs: 60_000 });
      expect(await proofs()).toBe(2);
      expect((await written())[0]).toBeGreaterThanOrEqual(-PROOF_EVERY_MS);
      await advance(1_400);
      expect(await types()).toEqual(['suspected']);
      expect(await proofs()).toBe(3);
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await house.presence.stopTaking();
      expect(await proofs()).toBe(4);
      expect(await written()).toEqual([]);
      await house.followers.caughtUp();
      const [interval] = await intervalsOfRoom(house.db, 'salon');
      expect(interval).toMatchObject({ lastProofAt: house.clock.now(), beating: true, callId: 'call_1' });
    });
  });
}
