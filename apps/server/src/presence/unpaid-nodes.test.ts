import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { WebSocket, WebSocketServer } from 'ws';
import { memoryHub, silentLog, type Hints } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import type { Presence } from './index.ts';
import { connectedRoom, listed, presenceHouse, where } from './presence.testing.ts';

const hub = memoryHub(silentLog);

for (const store of await openTestDatabases()) {
  describe(`what is unpaid at several nodes, on ${store.name}`, () => {
    const house = presenceHouse(store, async () => hub.join());
    const { advance, joinedByWebhook, pass, settle, types, warm } = house;
    let otherHints: Hints;
    let other: Presence;
    const opened: { socket: WebSocket; server: WebSocketServer }[] = [];
    const letGo = (): void => {
      for (const { socket, server } of opened.splice(0)) {
        socket.terminate();
        server.close();
      }
    };

    beforeEach(() => {
      otherHints = hub.join();
      other = house.node(otherHints);
    });
    afterEach(async () => {
      letGo();
      await other.stopTaking();
      await otherHints.close();
    });

    /** Alice's socket, at a node of one's choice: says something, and resolves when it was heard. */
    const connectTo = async (presence: Presence): Promise<(message: object) => Promise<void>> => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      const claims = {
        personId: 'person_a',
        identity: 'person_a',
        roomName: 'salon',
        callId: 'call_1',
        paid: true,
      };
      server.on('connection', (socket) => presence.accept(socket, claims));
      const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
      opened.push({ socket, server });
      await once(socket, 'open');
      return async (message) => {
        socket.send(JSON.stringify(message));
        socket.ping();
        await once(socket, 'pong');
      };
    };
    const both = async (): Promise<void> => {
      await settle();
      await other.caughtUp();
    };
    let n = 0;
    /** One beat of hers at a node, by a socket of its own as a load balancer gives it, and then silence for so long. */
    const beatAt = async (presence: Presence, silentMs: number, sid = 'PA_a'): Promise<void> => {
      const say = await connectTo(presence);
      await say({ ...connectedRoom, ...where(sid), n: (n += 1) });
      await both();
      for (let passedMs = 0; passedMs < silentMs; passedMs += 250) {
        await house.clock.advance(250);
        await both();
      }
    };
    const begin = async (): Promise<void> => {
      house.lists.set('salon', listed('PA_a'));
      await warm();
      await joinedByWebhook('PA_a', 'person_a', { callId: 'call_1' });
      await both();
    };
    const shutOuts = async (): Promise<number> => {
      await both();
      return (await types()).filter((type) => type === 'shut_out').length;
    };

    test('[PRES-F35] silences at one node and the other add up, and shut out', async () => {
      await begin();
      for (const presence of [house.presence, other]) await beatAt(presence, 4_000);
      expect(await shutOuts()).toBe(0);
      await beatAt(house.presence, 4_000);
      expect(await shutOuts()).toBe(1);
      // All of it was for that one.
      for (const presence of [other, house.presence]) await beatAt(presence, 4_000);
      expect(await shutOuts()).toBe(1);
    });

    test('[PRES-F35] what was noted before a start is known after it', async () => {
      await begin();
      for (let time = 0; time < 2; time += 1) await beatAt(house.presence, 4_000);
      await beatAt(house.presence, 500);
      letGo();
      await other.stopTaking();
      await house.stop();
      house.start();
      otherHints = hub.join();
      other = house.node(otherHints);
      const say = await connectTo(house.presence);
      for (let passedMs = 0; passedMs < 12_000; passedMs += 500) {
        await say({ ...connectedRoom, ...where('PA_a'), n: (n += 1) });
        await advance(500);
      }
      expect(await shutOuts()).toBe(0);
      await pass(4_000);
      expect(await shutOuts()).toBe(1);
      const { rows } = await sql<{ kind: string }>`
        select kind from presence.unpaid where room_name = 'salon' and person = 'person_a' order by from_at`.execute(
        house.db,
      );
      expect(rows.map(({ kind }) => kind)).toEqual(['unheard', 'unheard', 'shut_out']);
    });

    test('[PRES-F35] an honest page that opens its socket at another node again and again is never shut out', async () => {
      await begin();
      for (let turn = 0; turn < 40; turn += 1) {
        letGo();
        await beatAt(turn % 2 === 0 ? house.presence : other, 1_500);
      }
      expect(await shutOuts()).toBe(0);
      const { rows } = await sql`select from presence.unpaid`.execute(house.db);
      expect(rows).toHaveLength(0);
    });
  });
}
