import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDoors } from '../doors.testing.ts';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';

// As clients of version 2 speak: Engine.IO 3, where the client pings, and a namespace is entered without being asked for.
for (const store of (await openTestDatabases()).slice(0, 1)) {
  describe(`clients of Socket.IO 2, on ${store.name}`, () => {
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      doors = await startDoors(database, { settings: { LATIDO_SOCKET_IO_EIO3: '1' } });
      return () => doors.close();
    });
    afterAll(() => database.close());

    const CHANNEL = 'private-inbox-person_alice';
    const SUBSCRIBE = `420["subscribe",${JSON.stringify({ channel: CHANNEL })}]`;

    const open = (query: string) => {
      const socket = new WebSocket(
        `${doors.url.replace('http', 'ws')}/socket.io/?EIO=3&transport=websocket${query}`,
      );
      const packets: string[] = [];
      socket.on('message', (packet: Buffer) => packets.push(packet.toString()));
      const next = async (): Promise<string> => {
        await expect.poll(() => packets.length).toBeGreaterThan(0);
        return packets.shift() ?? '';
      };
      return { socket, next };
    };

    test('[SIO-8] by a socket: let in by the token of its address, it subscribes, pings, and hears', async () => {
      const { socket, next } = open('&token=alice');
      expect(await next()).toMatch(/^0\{"sid":/);
      expect(await next()).toBe('40');
      socket.send('2');
      expect(await next()).toBe('3');
      socket.send(SUBSCRIBE);
      expect(await next()).toBe('430[{"ok":true}]');
      doors.modules.realtime.hub.broadcast(CHANNEL, 'credit.requires.attention', { id: 'credit_1' });
      expect(JSON.parse((await next()).slice(2))).toEqual([
        'credit.requires.attention',
        { id: 'credit_1' },
        { channel: CHANNEL },
      ]);
      socket.close();
    });

    test('[SIO-8] a wrong token is refused by its code, and none at all opens nobody’s channel', async () => {
      const wrong = open('&token=forged');
      expect(await wrong.next()).toMatch(/^0/);
      expect(await wrong.next()).toBe('44{"code":"auth.refused"}');
      wrong.socket.close();
      const stranger = open('');
      expect([await stranger.next(), await stranger.next()].at(-1)).toBe('40');
      stranger.socket.send(SUBSCRIBE);
      expect(JSON.parse((await stranger.next()).slice(3))).toMatchObject([{ ok: false }]);
      stranger.socket.close();
    });

    test('[SIO-8] by polling: packets with their lengths, as that version has them', async () => {
      const at = `${doors.url}/socket.io/?EIO=3&transport=polling&token=alice`;
      const opened = await (await fetch(at)).text();
      const { sid } = JSON.parse(/0(\{.*?\})/.exec(opened)?.[1] ?? '') as { sid: string };
      const say = (packet: string) =>
        fetch(`${at}&sid=${sid}`, {
          method: 'POST',
          headers: { 'content-type': 'text/plain' },
          body: `${packet.length}:${packet}`,
        });
      const poll = async () => await (await fetch(`${at}&sid=${sid}`)).text();
      expect(opened.endsWith('2:40') || (await poll()) === '2:40').toBe(true);
      expect((await say(SUBSCRIBE)).status).toBe(200);
      expect(await poll()).toContain('430[{"ok":true}]');
      doors.modules.realtime.hub.broadcast(CHANNEL, 'payment.received', { amount: 5 });
      expect(await poll()).toContain('["payment.received",{"amount":5}');
    });

    test('[SIO-8] without the setting that version is refused, in the words that its clients know', async () => {
      const plain = await startDoors(database);
      const answer = await fetch(`${plain.url}/socket.io/?EIO=3&transport=polling`);
      expect([answer.status, await answer.json()]).toMatchObject([400, { code: 5 }]);
      for (const query of ['EIO=3', 'EIO=9', 'EIO=4&EIO=3', 'version=2']) {
        const address = `${plain.url.replace('http', 'ws')}/socket.io/?${query}&transport=websocket`;
        const socket = new WebSocket(address);
        const said = await new Promise((resolve) => {
          socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
          socket.on('error', (error) => resolve(error.message));
        });
        expect([query, said]).toEqual([query, 400]);
        socket.terminate();
      }
      await plain.close();
    });
  });
}
