import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { giveVerdicts } from '../calls/index.ts';
import { grantOf } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { systemClock } from '../platform/index.ts';
import type { Guest, TestServer } from '../server.testing.ts';
import { startTestServer } from '../server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`a call from token to end on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 1_000n);
      bob = await server.person('bob', ['model']);
    });
    afterAll(() => server.close());

    const post = (url: string, who: Guest, payload: object) =>
      server.app.inject({ method: 'POST', url, payload, headers: who.headers });
    const told = async () => {
      await server.fake.webhooksIdle();
      await server.caughtUp();
    };
    const call = async (callId: string) =>
      (await server.app.inject({ url: `/api/v1/calls/${callId}`, headers: alice.headers })).json();
    /** A browser that uses the token it was given. */
    const join = async (who: Guest, roomName: string) => {
      const { token, callId, identity } = (await post('/api/livekit/token-secure', who, { roomName })).json();
      return { callId, participant: server.fake.join({ identity, ...grantOf(token) }) };
    };

    it('[STORY-1] two meet, one hangs up: live, ended once, the room closed, the figures final', async () => {
      const { callId } = await join(alice, 'first');
      await told();
      expect(await call(callId)).toMatchObject({ status: 'waiting', people: [{ state: 'present' }] });
      await join(bob, 'first');
      await told();
      expect(await call(callId)).toMatchObject({
        status: 'live',
        meter: { running: true },
        people: [{ state: 'present' }, { state: 'present' }],
      });
      const ended = (await post('/api/livekit/end-coin-session', alice, { room_name: 'first' })).json();
      expect(ended).toMatchObject({
        success: true,
        status: 'ended',
        endedBy: alice.personId,
        endReason: 'hung_up',
      });
      await server.caughtUp();
      expect(server.fake.rooms()).toEqual([]);
      await told();
      const last = await call(callId);
      expect(last).toMatchObject({
        status: 'ended',
        endedAt: ended.endedAt,
        meter: { running: false },
        coins: 0,
      });
      expect((await server.wallet(alice.personId))?.held).toBe(0n);
      const url = `/api/v1/calls/${callId}/facts`;
      const facts = (await server.app.inject({ url, headers: bob.headers })).json().items;
      expect(facts.map((fact: { type: string }) => fact.type)).toEqual(
        expect.arrayContaining(['participant_joined', 'participant_joined', 'hang_up', 'participant_left']),
      );
    });

    it('[STORY-2] LiveKit is killed: the room is there again at once, both are back in the same call', async () => {
      const { callId } = await join(alice, 'second');
      await join(bob, 'second');
      await told();
      const { name: room, sid: before } = server.fake.rooms()[0] ?? {};
      const restarted = vi.spyOn(server.presence, 'livekitRestarted');
      await expect.poll(() => server.livekit.webhookHealth().livekit.dispatched?.success).toBeGreaterThan(0);
      await server.fake.restart();
      await expect
        .poll(() => server.fake.rooms().map((room) => room.name), { timeout: 5_000 })
        .toEqual([room]);
      await expect.poll(() => restarted.mock.calls.length).toBeGreaterThan(0);
      expect(server.fake.rooms()[0]?.sid).not.toBe(before);
      await join(alice, 'second');
      await join(bob, 'second');
      await told();
      expect(await call(callId)).toMatchObject({ status: 'live', endedAt: null });
      const url = `/api/v1/calls/${callId}/intervals`;
      const intervals = (await server.app.inject({ url, headers: alice.headers })).json().items;
      expect(new Set(intervals.map((each: { roomSid: string }) => each.roomSid)).size).toBe(2);
      expect((await post(`/api/v1/calls/${callId}/end`, bob, {})).json()).toMatchObject({
        endedBy: bob.personId,
      });
    });

    it('[STORY-3] a page that closes: the partner waits the grace, then nobody is active any more', async () => {
      const { callId, participant } = await join(alice, 'third');
      await join(bob, 'third');
      await told();
      // LiveKit cuts the time of a leave to the second: they must have been together beyond the next one.
      const metAt = Math.floor(Date.now() / 1000);
      await expect.poll(() => Math.floor(Date.now() / 1000), { timeout: 3_000 }).toBeGreaterThan(metAt);
      participant.leave();
      await told();
      const waiting = await call(callId);
      expect(waiting).toMatchObject({ status: 'reconnecting', graceUntil: expect.any(String) });
      const later = Date.parse(waiting.graceUntil);
      const clock = { ...systemClock, now: () => later };
      await giveVerdicts({ ...server, ...server.config, clock });
      await server.caughtUp();
      expect(await call(callId)).toMatchObject({
        status: 'ended',
        endReason: 'left',
        endedBy: alice.personId,
      });
      expect(Date.parse((await call(callId)).endedAt)).toBe(later - server.config.graceMs);
    });

    it("[CALL-18] a call's people are in it by the identity that their token signs, on any of their devices", async () => {
      const { callId, participant } = await join(alice, 'fourth');
      await post('/api/livekit/token-secure', bob, { roomName: 'fourth' });
      const own = (await post('/api/livekit/token', bob, { roomName: 'fourth' })).json();
      expect(own).toMatchObject({ roomName: 'fourth', callId });
      server.fake.join({ identity: own.identity, ...grantOf(own.token) });
      await told();
      expect(participant.state).toBe('ACTIVE');
      expect(await call(callId)).toMatchObject({
        status: 'live',
        people: [{ state: 'present' }, { state: 'present' }],
      });
    });
  });
}
