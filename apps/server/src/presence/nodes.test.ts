import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { PresenceDown } from '@latido/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { memoryHub, redisHints, silentLog, type Hints } from '../platform/index.ts';
import { openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { ASK_AGAIN_AFTER_MS } from './ask-nodes.ts';
import type { Presence } from './index.ts';
import { connectedRoom, presenceHouse, where } from './presence.testing.ts';

const redisUrl = testRedisUrl(13);
const hub = memoryHub(silentLog);
const kinds: [string, () => Promise<Hints>][] = [['memory', async () => hub.join()]];
if (redisUrl) kinds.push(['redis', () => redisHints(redisUrl, silentLog)]);

for (const store of await openTestDatabases()) {
  describe.each(kinds)(`presence of several nodes on ${store.name}, hints by %s`, (_kind, join) => {
    const house = presenceHouse(store, join);
    const { advance, beats, connect, line, types, until, warm } = house;
    let otherHints: Hints;
    let other: Presence;
    const guests: Hints[] = [];
    const opened: { socket: WebSocket; server: WebSocketServer }[] = [];

    beforeEach(async () => {
      otherHints = await join();
      other = house.node(otherHints);
    });
    afterEach(async () => {
      for (const { socket, server } of opened.splice(0)) {
        socket.terminate();
        server.close();
      }
      for (const hints of guests.splice(0)) await hints.close();
      await other.stopTaking();
      await otherHints.close();
    });

    /** A browser whose socket is at a node of one's choice: says something, and resolves when it was heard. */
    const connectTo = async (
      presence: Presence,
      identity: string,
      hear: (message: PresenceDown) => void = () => undefined,
    ): Promise<(message: object) => Promise<void>> => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      const claims = { personId: identity, identity, roomName: 'salon', callId: 'call_1', paid: true };
      server.on('connection', (socket) => presence.accept(socket, claims));
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      socket.on('message', (raw: Buffer) => hear(JSON.parse(raw.toString()) as PresenceDown));
      opened.push({ socket, server });
      await once(socket, 'open');
      return async (message) => {
        socket.send(JSON.stringify(message));
        socket.ping();
        await once(socket, 'pong');
      };
    };
    /** LiveKit says who that is, and both nodes have read it: by their eyes others are judged (PRES-F26). */
    const named = async (sid: string, identity: string): Promise<void> => {
      await house.joinedByWebhook(sid, identity);
      await house.settle();
      await advance(1_000);
      await other.caughtUp();
    };
    const isKnown = (presence: Presence): boolean =>
      presence.snapshot().people.some((one) => one.identity === 'person_a');
    /** Resolves when `to` has heard all that was hinted by `from` until now, and what it gave was written. */
    const heardBy = async (presence: Presence, from: Hints, to: Hints): Promise<void> => {
      const heard = new Promise((resolve) => to.subscribe('test.barrier', resolve));
      from.publish('test.barrier');
      await heard;
      await presence.caughtUp();
    };

    /** Alice beats for two seconds on the first node. */
    const aliceBeats = async (): Promise<void> => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await alice.say({ type: 'beat', roomState: 'connected', ...where('PA_a'), n: 9 });
    };
    const lastProof = async (): Promise<number> => {
      await house.followers.caughtUp();
      const facts = await house.facts();
      return Math.max(0, ...facts.filter(({ type }) => type === 'proof').map(({ occurredAt }) => occurredAt));
    };

    test('[PRES-NODES-1] proofs of a call that one node asks for are committed by the node that heard them', async () => {
      await aliceBeats();
      expect(await lastProof()).toBeLessThan(house.clock.now());
      await other.flushProofs(['call_1']);
      expect(await lastProof()).toBe(house.clock.now());
    });

    test('[PRES-NODES-2] a node that lives and does not answer is waited for, however slow, and a dead one is not', async () => {
      const mute = await join();
      guests.push(mute);
      const asked = (): Promise<{ id: string }> =>
        new Promise((resolve) => {
          const stop = mute.subscribe('presence.proofs_wanted', (said) => {
            stop();
            resolve(JSON.parse(said) as { id: string });
          });
        });
      const flush = (): { done: boolean; flushed: Promise<void> } => {
        const one = { done: false, flushed: Promise.resolve() };
        one.flushed = other.flushProofs(['call_1']).then(() => void (one.done = true));
        return one;
      };
      await aliceBeats();
      const first = asked();
      const slow = flush();
      await first;
      for (let n = 0; n < 5; n += 1) {
        const again = asked();
        await house.clock.advance(ASK_AGAIN_AFTER_MS);
        await again;
      }
      expect(slow.done).toBe(false);
      const last = asked();
      await house.clock.advance(ASK_AGAIN_AFTER_MS);
      mute.publish('presence.proofs_written', JSON.stringify({ id: (await last).id, node: mute.node }));
      await slow.flushed;
      expect(await lastProof()).toBeGreaterThan(0);
      const second = asked();
      const deserted = flush();
      await second;
      await mute.close();
      await house.clock.advance(ASK_AGAIN_AFTER_MS);
      await deserted.flushed;
    });

    test('[PRES-NODES-4] a socket that is cut and comes back to another node interrupts nobody', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await house.cut(alice, house.presence);
      await advance(500);
      const again = await connectTo(other, 'person_a');
      const told = new Promise((resolve) => house.hints.subscribe('presence.here', resolve));
      await again({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await told;
      for (let n = 2; n < 12; n += 1) {
        await advance(500);
        await again({ ...connectedRoom, ...where('PA_a'), n });
      }
      expect(await types()).toEqual(['suspected']);
      expect((await line())[0]).toBe('PA_a 10.1–… open present');
      // From there she is watched, and lost.
      for (let n = 0; n < 8; n += 1) await advance(500);
      expect((await line())[0]).toMatch(/ open unreachable gap 17.6–…$/);
      expect(await types()).toEqual(['suspected', 'suspected', 'unreachable']);
    });

    test('[PRES-NODES-5] whose socket is dead and whom the partner on another node still sees is not lost', async () => {
      const alice = await connect('person_a');
      const bob = await connectTo(other, 'person_b');
      const bobSees = async (packets: number, forMs: number): Promise<void> => {
        for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
          const sight = { participantSid: 'PA_a', identity: 'person_a', packets, expected: true };
          await bob({ ...connectedRoom, ...where('PA_b'), n: passedMs, partners: [sight] });
          for (let half = 0; half < 2; half += 1) {
            await advance(250);
            // Asking and answering take no time.
            await heardBy(other, house.hints, otherHints);
            await heardBy(house.presence, otherHints, house.hints);
          }
        }
      };
      await warm();
      await named('PA_b', 'person_b');
      for (let n = 0; n < 8 || !isKnown(other); n += 1) {
        await bobSees(20, 500);
        await alice.say({ ...connectedRoom, ...where('PA_a'), n });
      }
      await house.cut(alice, house.presence);
      await bobSees(20, 8000);
      expect(await types()).not.toContain('unreachable');
      await bobSees(0, 4000);
      expect(await types()).toContain('unreachable');
    });

    test("[PRES-NODES-6] LiveKit's word, by the partner on another node, is heard at once", async () => {
      const alice = await connect('person_a');
      const bob = await connectTo(other, 'person_b');
      await warm();
      await named('PA_b', 'person_b');
      await bob({ ...connectedRoom, ...where('PA_b'), n: 1 });
      for (let n = 0; n < 8 || !isKnown(other); n += 1) await beats(alice, 'PA_a', { forMs: 500 });
      const partner = { participantSid: 'PA_a', identity: 'person_a', reason: 'UNKNOWN' };
      await house.cut(alice, house.presence);
      await bob({ type: 'partner_disconnected', ...where('PA_b'), partner });
      await until(() => house.presence.snapshot().people.some((one) => one.state === 'unreachable'));
    });

    test('[PRES-NODES-7] a picture that stands still is told and judged though its two people are on two nodes', async () => {
      const alice = await connect('person_a');
      const heard: PresenceDown[] = [];
      const bob = await connectTo(other, 'person_b', (one) => void heard.push(one));
      let seen = '';
      otherHints.subscribe('presence.seen', (payload) => {
        if (payload.includes('PA_b')) seen = payload;
      });
      let n = 0;
      let her = { page: alice, sid: 'PA_a' };
      /** Both beat and look at the other for so long; the line of Bob may be dead. */
      const talk = async (forMs: number, quietMs: number | null = null): Promise<void> => {
        for (const endN = n + forMs / 500; n < endN; n += 1) {
          const packets = quietMs === null ? 20 : 0;
          const see = (sid: string, identity: string) => ({
            partners: [{ participantSid: sid, identity, packets, expected: true }],
          });
          await her.page.say({ ...connectedRoom, ...where(her.sid), n, ...see('PA_b', 'person_b') });
          const own = quietMs === null ? {} : { ownQuietMs: quietMs };
          await bob({ ...connectedRoom, ...where('PA_b'), n, ...see(her.sid, 'person_a'), ...own });
          quietMs = quietMs === null ? null : quietMs + 500;
          await advance(500);
          await heardBy(other, house.hints, otherHints);
          await heardBy(house.presence, otherHints, house.hints);
        }
      };
      const toldOfBob = (words: readonly PresenceDown[]): string =>
        words
          .flatMap((one) => (one.type === 'media_state' && one.participantSid === 'PA_b' ? [one] : []))
          .map(({ arrives, paused }) => (arrives ? 'back' : paused ? 'paused' : 'frozen'))
          .join(' ');
      await warm();
      await named('PA_a', 'person_a');
      await named('PA_b', 'person_b');
      for (let round = 0; round < 4 || !isKnown(other); round += 1) await talk(500);
      await talk(3_500, 500);
      await until(() => toldOfBob(alice.heard) === 'frozen paused');
      expect(toldOfBob(heard)).toBe('frozen paused');
      // A hint that is long on its way tells of the packet that was known, not of a newer one.
      await advance(200);
      house.hints.publish('presence.seen', seen);
      await heardBy(other, house.hints, otherHints);
      await advance(300);
      expect(toldOfBob(heard)).toBe('frozen paused');
      // Her page is loaded again meanwhile: it is told as well.
      const anew = await connect('person_a');
      await anew.say({ ...connectedRoom, ...where('PA_a2'), n: 1 });
      await house.joinedByWebhook('PA_a2', 'person_a');
      await house.settle();
      expect(toldOfBob(anew.heard)).toBe('paused');
      her = { page: anew, sid: 'PA_a2' };
      await talk(2_000);
      await until(() => toldOfBob(anew.heard) === 'paused back');
      expect(toldOfBob(heard)).toBe('frozen paused back');
      await house.followers.caughtUp();
      const facts = (await house.facts()).map(({ type }) => type);
      expect(facts.filter((type) => type === 'media_stopped' || type === 'media_back')).toEqual(
        expect.arrayContaining(['media_stopped', 'media_back']),
      );
    });

    test('[PRES-NODES-3] a node that goes has written all that it heard, and is not asked any more', async () => {
      await aliceBeats();
      const heardUntil = house.clock.now();
      await house.stop();
      // Its hints are closed last: until then it answers.
      await other.flushProofs(['call_1']);
      house.start();
      expect(await lastProof()).toBe(heardUntil);
    });
  });
}
