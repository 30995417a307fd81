import { describe, expect, test } from 'vitest';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { sql } from 'kysely';
import { memoryHints, silentLog } from '../platform/index.ts';
import type { ListedParticipant } from './index.ts';
import { intervalsOfRoom } from './index.ts';
import { connectedRoom, listed, presenceHouse, T0, where } from './presence.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`lists and restarts on ${store.name}`, () => {
    const house = presenceHouse(store);
    const { advance, beats, connect, cut, joinedByWebhook, line, pass, types, warm } = house;

    test('[PRES-F9] two lists without somebody, 2 s apart, close who is silent; a list that is unknown closes nothing', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 1000 });
      await cut(alice);
      await pass(3000);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 10.6–…');
      house.lists.set('salon', listed());
      await pass(4500);
      expect((await line())[0]).toBe('PA_a 10.1–10.6 absent left');
      expect(await types()).toContain('absent');
    });

    test('[PRES-F9] empty lists against live beats end nothing, and count for nothing once the beats stop', async () => {
      const alice = await connect('person_a');
      house.lists.set('salon', listed());
      await pass(10_000);
      await beats(alice, 'PA_a', { forMs: 6000 });
      await cut(alice);
      expect((await line())[0]).toBe('PA_a 10–… open suspected');
      expect(await types()).toEqual(['suspected', 'absent']);
    });

    test('[PRES-R20] a sid that only a browser names is asked about every 2 s, and named by the first list that has it', async () => {
      const alice = await connect('person_a');
      house.lists.set('salon', listed());
      await warm();
      await beats(alice, 'PA_a', { forMs: 6000 });
      expect(house.asked.length).toBeGreaterThanOrEqual(3);
      const named = async (): Promise<boolean[]> => {
        await line();
        return (await intervalsOfRoom(house.db, 'salon')).map((one) => one.named);
      };
      expect(await named()).toEqual([false]);
      house.lists.set('salon', listed('PA_a'));
      await beats(alice, 'PA_a', { forMs: 2500 });
      expect(await named()).toEqual([true]);
      house.asked.length = 0;
      await beats(alice, 'PA_a', { forMs: 8000 });
      expect(house.asked.length).toBeLessThanOrEqual(1);
    });

    test('[PRES-R20] whom a list has as still connecting, as UDP is blocked, was not there, though a page speaks of the sid', async () => {
      const connecting = listed('PA_a');
      if (connecting.status === 'ok')
        house.lists.set('salon', {
          ...connecting,
          participants: connecting.participants.map((one) => ({ ...one, state: 'JOINED' })),
        });
      const alice = await connect('person_a');
      await alice.say({ type: 'beat', roomState: 'connecting', ...where('PA_a'), n: 0 });
      await pass(15_000);
      expect(await line()).toEqual([]);
      house.lists.set('salon', listed('PA_a'));
      await pass(15_000);
      expect(await line()).toEqual([expect.stringMatching(/^PA_a .* open present$/)]);
    });

    test('[PRES-R24] while a telephone rings LiveKit is asked every 2 s, and it is there once it was answered', async () => {
      const phone = (callStatus: string): void => {
        const participant = { kind: 'SIP', state: 'ACTIVE', attributes: { 'sip.callStatus': callStatus } };
        const one = { sid: 'PA_s', identity: 'sip_7', state: 'ACTIVE', participant };
        house.lists.set('salon', { status: 'ok', participants: [one] });
      };
      house.rooms = { status: 'ok', rooms: [{ name: 'salon', people: 1 }] };
      phone('ringing');
      await pass(20_500);
      expect(await line()).toEqual([]);
      expect(house.asked.length).toBeGreaterThanOrEqual(5);
      phone('active');
      await pass(2_500);
      expect(await line()).toHaveLength(1);
      expect((await line())[0]).toMatch(/^PA_s 2[0-3](\.\d+)?–… open present$/);
      house.rooms = { status: 'ok', rooms: [] };
    });

    test('[PRES-F13] plain clients: a list repairs a missed join, two lists without it a missed leave', async () => {
      house.lists.set('salon', listed('PA_p', 'PA_q'));
      await joinedByWebhook('PA_q', 'id_PA_q');
      await pass(10_000);
      expect(await line()).toEqual([
        'PA_q 0–… open present',
        expect.stringMatching(/^PA_p [\d.]+–… open present$/),
      ]);
      await pass(600);
      house.lists.set('salon', listed('PA_p'));
      await pass(15_000);
      // There until the last list with it.
      expect((await line())[0]).toMatch(/^PA_q 0–10\.(25|5) absent left$/);
      house.lists.set('salon', listed());
      await pass(15_000);
      expect((await line())[1]).toMatch(/^PA_p .* absent left$/);
      expect(house.presence.snapshot().people).toEqual([]);
    });

    test('[PRES-F13] a list says nothing of a plain client that no list ever named: it is in another LiveKit', async () => {
      house.lists.set('salon', listed());
      await joinedByWebhook('PA_far', 'id_far');
      await pass(25_000);
      expect(await line()).toEqual(['PA_far 0–… open present']);
      house.presence.livekitRestarted(house.clock.now());
      await pass(15_000);
      expect(await line()).toEqual(['PA_far 0–… open present']);
    });

    test('[PRES-F13] while LiveKit only says "unknown", however long, nothing closes a plain client', async () => {
      await joinedByWebhook('PA_p', 'id_PA_p');
      for (let n = 0; n < 13; n += 1) await advance(10_000);
      expect(house.asked.length).toBeGreaterThanOrEqual(10);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      // It answers again, without the room: nobody knows whether this one is in another LiveKit.
      house.lists.set('salon', listed());
      await pass(15_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
    });

    test('[PRES-F13] a LiveKit that was unknown and began anew without the room closes a plain client by one list', async () => {
      await joinedByWebhook('PA_p', 'id_PA_p');
      for (let n = 0; n < 3; n += 1) await advance(10_000);
      house.presence.livekitRestarted(house.clock.now());
      await pass(2_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      house.lists.set('salon', listed());
      await pass(11_000);
      expect(await line()).toEqual(['PA_p 0–0 livekit_restarted left']);
    });

    test('[PRES-F13] webhooks of times before LiveKit began anew are no words of the one that is gone', async () => {
      house.lists.set('salon', listed());
      await advance(30_000);
      house.presence.livekitRestarted(house.clock.now());
      await advance(1_000);
      // Kept for half a minute, as it were: it joined before the restart, and tracks prove more than the join.
      await joinedByWebhook('PA_kept', 'id_kept', { at: T0 });
      await joinedByWebhook('PA_kept', 'id_kept', { at: T0 + 5_000, type: 'track_published' });
      await pass(25_000);
      expect(await line()).toEqual(['PA_kept 0–… open present']);
    });

    test('[PRES-F10] a LiveKit that stays away ends the stay of a plain client of a call, at the last list', async () => {
      house.lists.set('salon', listed('PA_p'));
      await joinedByWebhook('PA_p', 'id_PA_p', { callId: 'call_1' });
      await pass(11_000);
      house.lists.delete('salon');
      for (let n = 0; n < 10; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      for (let n = 0; n < 3; n += 1) await advance(10_000);
      expect((await line())[0]).toMatch(/^PA_p 0–10[.\d]* lost left$/);
    });

    test('[PRES-F10] nobody whom no list ever named is there for ever while LiveKit does not answer', async () => {
      await joinedByWebhook('PA_p', 'id_PA_p', { callId: 'call_1' });
      for (let n = 0; n < 11; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      for (let n = 0; n < 3; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–0 lost left']);
      // Of one in no call LiveKit may be another than the one that we ask; it has two hours.
      await joinedByWebhook('PA_q', 'id_PA_q');
      await house.settle();
      for (let n = 0; n < 11; n += 1) await advance(10 * 60_000);
      expect((await line()).at(-1)).toMatch(/^PA_q .* open present$/);
      for (let n = 0; n < 2; n += 1) await advance(10 * 60_000);
      expect((await line()).at(-1)).toMatch(/^PA_q .* lost left$/);
    });

    test.each([
      ['of whom LiveKit does not answer', 'lost'],
      ['whom LiveKit does not have', 'absent'],
    ])('[PRES-F10] nor is one in no call %s, however often we are started anew', async (_who, reason) => {
      await joinedByWebhook('PA_q', 'id_PA_q');
      await house.settle();
      if (reason === 'absent') house.lists.set('salon', listed());
      for (let n = 0; n < 3; n += 1) {
        await house.stop();
        house.start();
        await house.settle();
        // A LiveKit that was started with us may not answer yet: it has two minutes.
        await advance(60_000);
        expect((await line())[0]).toMatch(/ open present$/);
        await advance(50 * 60_000);
      }
      await house.stop();
      house.start();
      for (let n = 0; n < 20; n += 1) await advance(10_000);
      expect(await line()).toEqual([`PA_q 0–0 ${reason} left`]);
    });

    test('[PRES-F16] a room of which no webhook came is found by the list of all rooms', async () => {
      const since = (sid: string): ListedParticipant => ({
        sid,
        identity: `id_${sid}`,
        state: 'ACTIVE',
        joinedAt: T0 - 60_000,
      });
      house.lists.set('salon', { status: 'ok', participants: ['PA_p', 'PA_q'].map(since) });
      await pass(5_000);
      expect(await line()).toEqual([]);
      house.rooms = { status: 'ok', rooms: [{ name: 'salon', people: 2 }] };
      await pass(11_000);
      expect(await line()).toEqual(['PA_p -60–… open present', 'PA_q -60–… open present']);
    });

    test('[PRES-F13] a plain client of a call that leaves while we are away was there until the last third of a minute', async () => {
      await joinedByWebhook('PA_p', 'person_p', { callId: 'call_1' });
      house.lists.set('salon', listed('PA_p'));
      await pass(57_000);
      await house.stop();
      await house.clock.advance(5_000);
      house.lists.set('salon', listed());
      house.start();
      await pass(20_000);
      const [stay] = await intervalsOfRoom(house.db, 'salon');
      expect(stay?.state).toBe('left');
      expect((stay?.leftAt ?? 0) - T0).toBeGreaterThanOrEqual(37_000);
    });

    test('[PRES-F13] a caller whom no list ever names is no caller after five minutes, and nothing before', async () => {
      house.lists.set('salon', listed());
      await joinedByWebhook('PA_p', 'id_PA_p', { callId: 'call_1' });
      for (let n = 0; n < 29; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      for (let n = 0; n < 3; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–0 absent left']);
    });

    test('[PRES-F13] a plain client that a list had named is closed once LiveKit answers again, until the last list', async () => {
      house.lists.set('salon', listed('PA_p'));
      await joinedByWebhook('PA_p', 'id_PA_p');
      await pass(11_000);
      house.lists.delete('salon');
      for (let n = 0; n < 6; n += 1) await advance(10_000);
      expect(await line()).toEqual(['PA_p 0–… open present']);
      house.lists.set('salon', listed());
      await pass(15_000);
      expect((await line())[0]).toMatch(/^PA_p 0–10[.\d]* absent left$/);
    });

    test('[PRES-F7] a server that starts again judges nobody for 10 s; who comes back has no gap', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await bob.say({ type: 'connected', ...where('PA_b') });
      await house.stop();
      await house.clock.advance(6000);
      house.start();
      const again = await connect('person_a');
      await advance(3000);
      await beats(again, 'PA_a', { forMs: 9000 });
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a'))).toBe('PA_a 10.1–… open present');
      // Bob never came back: judged from what the database knows of him.
      expect(lines.find((one) => one.startsWith('PA_b'))).toBe('PA_b 12.1–… open unreachable gap 12.1–…');
      await pass(3000);
      expect((await line()).find((one) => one.startsWith('PA_b'))).toBe('PA_b 12.1–12.1 lost left');
    });

    test('[PRES-F14] a server that is killed loses beats of 4 s at most: who does not come back is worth what it had written', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 8000 });
      // Its clock stands still from here: that process does nothing more.
      const { presence: dead, followers } = house;
      await followers.close();
      const killed = house.hints;
      house.hints = memoryHints(silentLog);
      house.clock = new ManualClock(house.clock.now() + 3000);
      house.start();
      await pass(10_000);
      expect(house.presence.snapshot().people).toMatchObject([{ identity: 'person_a', connected: false }]);
      await pass(6000);
      expect((await line())[0]).toMatch(/^PA_a 10.1–1[4-7](\.\d)? lost left$/);
      await dead.stopTaking();
      await killed.close();
    });

    test('two nodes: who is heard there is not judged here, and a verdict that both reach is one fact', async () => {
      const alice = await connect('person_a');
      const here = house.presence;
      await house.followers.close();
      house.start();
      await warm();
      await beats(alice, 'PA_a', { forMs: 3000 });
      await here.flushProofs(['call_1']);
      await house.settle();
      expect(house.presence.snapshot().people.map((one) => one.state)).toEqual(['present']);
      await cut(alice, here);
      await pass(20_000);
      await here.caughtUp();
      const found = (await types()).toSorted();
      expect(found).toEqual(['left', 'suspected', 'unreachable']);
      await here.stopTaking();
    });

    test('after a restart of LiveKit the old sids close at their last proof once a list lacks them', async () => {
      const alice = await connect('person_a');
      await joinedByWebhook('PA_p', 'plain');
      house.lists.set('salon', listed('PA_a', 'PA_p'));
      await pass(10_000);
      await beats(alice, 'PA_a', { forMs: 2000 });
      await alice.say({ type: 'beat', roomState: 'reconnecting', ...where('PA_a'), n: 99 });
      house.lists.set('salon', listed());
      await house.clock.advance(300);
      house.presence.livekitRestarted(house.clock.now());
      await pass(400);
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a'))).toBe('PA_a 10–11.5 livekit_restarted left');
      expect(lines.find((one) => one.startsWith('PA_p'))).toMatch(/livekit_restarted left$/);
    });

    test('[PRES-R21] after a restart of LiveKit who was seen ends with the last media, who was not with its last answer, whatever they beat', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      house.lists.set('salon', listed('PA_a', 'PA_b'));
      await pass(10_000);
      await joinedByWebhook('PA_a', 'person_a');
      await house.settle();
      const sees = {
        partners: [{ participantSid: 'PA_b', identity: 'person_b', packets: 30, expected: true }],
      };
      for (let n = 0; n < 4; n += 1) {
        await bob.say({ ...connectedRoom, ...where('PA_b'), n });
        await alice.say({ ...connectedRoom, ...where('PA_a'), n, ...sees });
        await house.clock.advance(500);
      }
      const aliveAt = house.clock.now() - 250;
      // Its browser has not noticed yet, and nothing comes any more.
      sees.partners[0]!.packets = 0;
      for (let n = 4; n < 8; n += 1) {
        await bob.say({ ...connectedRoom, ...where('PA_b'), n });
        await alice.say({ ...connectedRoom, ...where('PA_a'), n, ...sees });
        await house.clock.advance(500);
      }
      house.lists.set('salon', listed());
      house.presence.livekitRestarted(house.clock.now(), aliveAt);
      await pass(400);
      expect((await line()).toSorted()).toEqual([
        'PA_a 10–11.75 livekit_restarted left',
        'PA_b 9.5–11 livekit_restarted left',
      ]);
    });

    test('[PRES-R13] after all that, the log folded anew gives the same bytes', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await advance(4000);
      await beats(alice, 'PA_a', { forMs: 6000 });
      await cut(alice);
      await advance(20_000);
      const dump = async () => {
        const { rows } = await sql<{ dump: string }>`
          select string_agg(to_jsonb(i)::text, E'\n' order by participant_sid) as dump
          from presence.interval i`.execute(house.db);
        return rows[0]?.dump;
      };
      const before = await dump();
      await sql`truncate presence.interval, platform.follower`.execute(house.db);
      await house.followers.caughtUp();
      expect(await dump()).toBe(before);
      expect((await line())[0]).toMatch(/lost left gap 11.6–16.1$/);
    });
  });
}
