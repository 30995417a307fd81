import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PresenceDown } from '@latido/protocol';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEndings, type Endings } from '../access/index.ts';
import { silentLog } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Crowd, Doors, presenceDoor } from '../realtime/index.ts';
import { connectedRoom, presenceHouse, T0, where } from './presence.testing.ts';

const MINUTE_MS = 60_000;
/** A free room is beaten in this often. */
const BEAT_MS = 2_000;
const CLAIMS = { personId: 'person_a', identity: 'person_a', roomName: 'salon', callId: null, paid: false };
const FROM_T0 = { ...CLAIMS, sessionId: 'session_1', since: T0 };

for (const store of await openTestDatabases()) {
  describe(`the door of presence on ${store.name}`, () => {
    const house = presenceHouse(store);
    const sockets: WebSocket[] = [];
    let endings: Endings;
    let server: Server;
    let doors: Doors;

    beforeEach(async () => {
      await sql`truncate access.ended`.execute(house.db);
      endings = startEndings({ db: house.db, hints: house.hints, log: silentLog, clock: house.clock });
      house.endings = endings;
      await house.stop();
      house.start();
      server = createServer();
      const crowd = new Crowd({ trustProxy: [], max: 100 });
      doors = new Doors({ server, rule: { origins: [], development: true }, crowd, log: silentLog });
      // Presence is another one after a restart.
      const presence: Parameters<typeof presenceDoor>[0] = {
        readTicket: (ticket) => house.presence.readTicket(ticket),
        accept: (socket, claims, stream) => house.presence.accept(socket, claims, stream),
      };
      doors.add(presenceDoor(presence));
      await once(server.listen(0, '127.0.0.1'), 'listening');
    });
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.terminate();
      doors.close();
      server.close();
    });

    const at = (ticket: string): WebSocket => {
      const { port } = server.address() as AddressInfo;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/presence?ticket=${ticket}`);
      sockets.push(socket);
      return socket;
    };
    /** Opens the door with a ticket; `null` where it stays shut. */
    const enter = async (ticket: string) => {
      const socket = at(ticket);
      const tickets: string[] = [];
      socket.on('message', (raw: Buffer) => {
        const message = JSON.parse(String(raw)) as PresenceDown;
        if (message.type === 'ticket') tickets.push(message.ticket);
      });
      const opened = new Promise<boolean>((tell) => {
        socket.once('open', () => tell(true)).once('error', () => tell(false));
      });
      if (!(await opened)) return null;
      const beat = async (n: number, sid: string): Promise<void> => {
        socket.send(JSON.stringify({ ...connectedRoom, ...where(sid), n }));
        socket.ping();
        await once(socket, 'pong');
      };
      return {
        socket,
        tickets,
        async beats(forMs: number, sid = 'PA_a') {
          for (let passedMs = 0; passedMs < forMs; passedMs += BEAT_MS) {
            await beat(passedMs, sid);
            await house.clock.advance(BEAT_MS);
          }
          // What was sent at the last instant has come before the answer to this.
          await beat(forMs, sid);
          await house.settle();
        },
      };
    };
    const passTo = (ms: number): Promise<void> => house.clock.advance(T0 + ms - house.clock.now());

    test('[PRES-F24] a call of more than two hours gets its socket back, until its session ends', async () => {
      const first = house.presence.issueTicket(FROM_T0);
      const page = await enter(first);
      await page?.beats(2 * BEAT_MS);
      await house.joinedByWebhook('PA_a', 'person_a');
      await house.settle();
      await page?.beats(3 * BEAT_MS);
      expect(page?.tickets).toHaveLength(1);
      await page?.beats(31 * MINUTE_MS);
      expect(page?.tickets).toHaveLength(2);
      const latest = page?.tickets.at(-1) ?? '';
      expect(house.presence.readTicket(latest)).toEqual(FROM_T0);
      // We are away, and back after the first ticket has run out.
      await house.stop();
      await passTo(125 * MINUTE_MS);
      house.start();
      expect(await enter(first)).toBeNull();
      const again = await enter(latest);
      expect(again?.socket.readyState).toBe(WebSocket.OPEN);
      const closed = once(again!.socket, 'close') as Promise<[number]>;
      await sql`insert into access.ended (session_id) values ('session_1')`.execute(house.db);
      await endings.look();
      expect((await closed)[0]).toBe(4401);
      expect(await enter(latest)).toBeNull();
    });

    test('[PRES-F24] a person who was banned comes back with no ticket that was renewed from one of before', async () => {
      const page = await enter(house.presence.issueTicket({ ...FROM_T0, sessionId: null }));
      await house.joinedByWebhook('PA_a', 'person_a');
      await house.settle();
      await page?.beats(3 * BEAT_MS);
      const [renewed = ''] = page?.tickets ?? [];
      expect(house.presence.readTicket(renewed)).not.toBeNull();
      await sql`insert into access.ended (person_id) values ('person_a')`.execute(house.db);
      await endings.look();
      expect(await enter(renewed)).toBeNull();
    });

    test('[PRES-R44] who came by a bearer that has run out stays, and is given no more tickets', async () => {
      const page = await enter(house.presence.issueTicket({ ...FROM_T0, renewUntil: T0 + 10 * MINUTE_MS }));
      await house.joinedByWebhook('PA_a', 'person_a');
      await house.settle();
      await page?.beats(3 * BEAT_MS);
      expect(page?.tickets).toHaveLength(1);
      await page?.beats(31 * MINUTE_MS);
      await endings.look();
      expect(page?.tickets).toHaveLength(1);
      expect(page?.socket.readyState).toBe(WebSocket.OPEN);
      const [latest = ''] = page?.tickets ?? [];
      expect(house.presence.readTicket(latest)).not.toBeNull();
      await passTo(125 * MINUTE_MS);
      expect(house.presence.readTicket(latest)).toBeNull();
    });

    test('[PRES-F24] whom LiveKit does not have, and who has left, is given no ticket', async () => {
      const page = await enter(house.presence.issueTicket(FROM_T0));
      await page?.beats(6 * BEAT_MS, 'PA_invented');
      expect(page?.tickets).toEqual([]);
      await house.joinedByWebhook('PA_a', 'person_a');
      await house.settle();
      page?.socket.send(JSON.stringify({ type: 'bye', ...where('PA_a') }));
      await house.settle();
      await house.advance(6 * BEAT_MS);
      expect(page?.tickets).toEqual([]);
    });
  });
}
