import { once } from 'node:events';
import { connect, type Socket as Line } from 'node:net';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { startDoors } from '../doors.testing.ts';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { EventReader } from './event-reader.testing.ts';

/** Alice's own, which every door can lead to. */
const CHANNEL = 'private-inbox-person_alice';
const FILL = 'ñ'.repeat(25_000);
/** More than the kernel's buffers and ours hold together. */
const MOST = 2_000;

// One store will do: nothing here is kept.
for (const store of (await openTestDatabases()).slice(0, 1)) {
  describe(`who never reads, on ${store.name}`, () => {
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    const lines: Line[] = [];

    beforeAll(async () => {
      database = await store.open();
    });
    beforeEach(async () => {
      doors = await startDoors(database);
      return async () => {
        for (const line of lines.splice(0)) line.destroy();
        await doors.close();
      };
    });
    afterAll(() => database.close());

    const slowAt = (door: string): number =>
      doors.modules.realtime.hub.figures.of(door as 'sse').drops.get('slow') ?? 0;
    /** Opens a plain line, says something on it, and reads on until a text has come; then nothing more is read. */
    const lineThatSays = async (said: string, until: string): Promise<Line> => {
      const line = connect(doors.port, '127.0.0.1');
      lines.push(line);
      line.on('error', () => undefined);
      line.write(said);
      let heard = '';
      while (!heard.includes(until)) heard += String((await once(line, 'data'))[0]);
      line.pause();
      return line;
    };
    /** Alice's reader who keeps up, and each message that they have got. */
    const reader = async (): Promise<(n: number) => Promise<void>> => {
      const quick = await EventReader.open(`${doors.url}/api/v1/inbox/stream?live=true`, {
        authorization: 'Bearer alice',
      });
      await quick.welcome();
      return async (n) => {
        for (;;) {
          const { event, data } = await quick.next();
          if (event === 'flood') return expect((data as { n: number }).n).toBe(n);
        }
      };
    };
    /** Floods until the door has let the slow one go; whoever reads gets all of it meanwhile. */
    const floodUntilGone = async (door: string): Promise<void> => {
      const gets = await reader();
      let n = 0;
      while (slowAt(door) === 0 && n < MOST) {
        doors.modules.realtime.hub.broadcast(CHANNEL, 'flood', { n, fill: FILL });
        await gets(n);
        n += 1;
      }
      expect([door, slowAt(door)]).toEqual([door, 1]);
    };

    test('[SSE-6] a stream that is not read ends, with what waits for it; others hear all', async () => {
      const ask =
        'GET /api/v1/inbox/stream?live=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer alice\r\n\r\n';
      const slow = await lineThatSays(ask, 'welcome');
      await floodUntilGone('sse');
      slow.resume();
      await once(slow, 'close');
    });

    test('[SIO-7] a socket that is not read is closed beneath, so that its client comes back by itself', async () => {
      const socket = io(doors.url, {
        transports: ['websocket'],
        auth: { token: 'alice' },
        reconnection: false,
      });
      await once(socket as never, 'connect');
      expect(await socket.emitWithAck('subscribe', { channel: CHANNEL })).toMatchObject({ ok: true });
      const { ws } = socket.io.engine.transport as unknown as { ws: WebSocket };
      ws.pause();
      await floodUntilGone('socket-io');
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      ws.resume();
      // Only "io server disconnect" would keep it away.
      expect(await gone).toMatch(/^transport/);
    });

    test('[SIO-7] who polls no more is let go with what waits for them', async () => {
      const at = `${doors.url}/socket.io/?EIO=4&transport=polling`;
      const opened = await (await fetch(at)).text();
      const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
      const say = (body: string) => fetch(`${at}&sid=${sid}`, { method: 'POST', body });
      const poll = async () => await (await fetch(`${at}&sid=${sid}`)).text();
      await say('40{"token":"alice"}');
      expect(await poll()).toMatch(/^40/);
      await say(`420["subscribe",{"channel":"${CHANNEL}"}]`);
      expect(await poll()).toContain('"ok":true');
      await floodUntilGone('socket-io');
      expect((await fetch(`${at}&sid=${sid}`)).status).toBe(400);
    });
  });
}
