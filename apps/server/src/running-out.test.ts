import { once } from 'node:events';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDoors } from './doors.testing.ts';
import type { Database } from './platform/index.ts';
import { ManualClock, openTestDatabases } from './platform/testing.ts';

for (const store of await openTestDatabases()) {
  describe(`what hangs on a bearer that runs out, on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    test('[ACCESS-16] a bearer that runs out ends what hangs on it, at every door', async () => {
      const clock = new ManualClock();
      const doors = await startDoors(database, { clock });
      const connect = (token: string) =>
        io(doors.url, { transports: ['websocket'], auth: { token }, forceNew: true, reconnection: false });
      const token = `until${clock.now() + 20_000}`;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const post = async (path: string, body: object) =>
        (await fetch(`${doors.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
      const socket = connect(token);
      const stays = connect('alice');
      for (const each of [socket, stays]) await each.emitWithAck('subscribe', { channel: 'public-all' });
      const over: string[] = [];
      const note = (name: string, of: Promise<unknown>) => void of.then(() => over.push(name));
      const stream = async (query: string, by: Record<string, string>): Promise<{ ended: Promise<void> }> => {
        const { status, body } = await fetch(`${doors.url}/api/v1/inbox/stream${query}`, { headers: by });
        expect(status).toBe(200);
        return { ended: body!.pipeTo(new WritableStream()) };
      };
      const { ticket } = (await post('/api/v1/inbox/stream-ticket', {})) as { ticket: string };
      note('stream', (await stream('', headers)).ended);
      note('ticket', (await stream(`?ticket=${ticket}`, {})).ended);
      const pusher = new WebSocket(`${doors.url.replace('http', 'ws')}/app/key?protocol=7`);
      const [raw] = (await once(pusher, 'message')) as [Buffer];
      const { socket_id } = JSON.parse(JSON.parse(String(raw)).data) as { socket_id: string };
      const channel = 'private-inbox-person_ivy';
      const { auth } = (await post('/broadcasting/auth', { socket_id, channel_name: channel })) as {
        auth: string;
      };
      pusher.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel, auth } }));
      await once(pusher, 'message');
      note('pusher', once(pusher, 'close'));
      note('socket.io', new Promise((resolve) => socket.once('disconnect', resolve)));
      const { endings } = doors.modules.access;
      await clock.advance(19_000);
      await endings.look();
      expect(over).toEqual([]);
      await clock.advance(1_500);
      await endings.look();
      await expect.poll(() => [...over].sort()).toEqual(['pusher', 'socket.io', 'stream', 'ticket']);
      expect(stays.connected).toBe(true);
      stays.disconnect();
      await doors.close();
    });
  });
}
