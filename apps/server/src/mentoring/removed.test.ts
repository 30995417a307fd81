import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who was removed, on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let id: string;
    let entryId: string;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      id = await desk.begun(dora, [alice, await desk.invite('anna', 'client')]);
      await desk.enter(dora, id);
      entryId = await desk.admitted(dora, alice, id);
    });

    const identitiesIn = async (room: string) => {
      const poll = await house.server.modules.rooms.pollRoom(room);
      return poll.status === 'ok' ? poll.participants.map((each) => each.identity) : [];
    };
    /** Whoever carried the commands to LiveKit died before they could write that they are done. Gives how many there are. */
    const carriedAgain = async (): Promise<number> => {
      const { rows } = await sql`update platform.outbox set done_at = null, due_at = 'epoch'
        where topic = 'livekit.remove_participant' returning id`.execute(house.db);
      await house.clock.advance(60_000);
      await house.settled();
      return rows.length;
    };
    const lobby = (what: string) => desk.act(dora, id, `lobby/${entryId}/${what}`);

    it('[CALL-37] who is let in again stays in, also where LiveKit hears only then that they were out', async () => {
      const { room, identity } = await desk.enter(alice, id);
      await lobby('send-back');
      await house.settled();
      await house.clock.advance(2_000);
      house.fake.join({ room, identity });
      await house.settled();
      await house.settled();
      expect(await identitiesIn(room)).toEqual([dora.personId]);
      await house.clock.advance(2_000);
      await lobby('admit');
      await desk.enter(alice, id);
      expect(await carriedAgain()).toBeGreaterThan(1);
      expect((await identitiesIn(room)).toSorted()).toEqual([dora.personId, identity].toSorted());
    });

    /** Opens a presence socket with a ticket; gives it once it was welcomed. */
    const socketWith = async (ticket: string): Promise<WebSocket> => {
      const { port } = house.server.app.server.address() as AddressInfo;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/presence?ticket=${ticket}`);
      await once(socket, 'message');
      return socket;
    };
    const ticketOf = async (who: Guest): Promise<string> =>
      (await desk.act(who, id, 'token', {})).body.presence.ticket;

    it.each(['remove', 'deny', 'send-back'])(
      '[PRES-R34] by %s the presence sockets of whom it is about close, and their tickets open none until they are let in',
      async (what) => {
        const [ticket, hosts] = [await ticketOf(alice), await ticketOf(dora)];
        const [hers, theirs] = [await socketWith(ticket), await socketWith(hosts)];
        const closed = once(hers, 'close');
        await lobby(what);
        expect((await closed)[0]).toBe(4401);
        const again = await socketWith(ticket);
        if (again.readyState !== WebSocket.CLOSED) await once(again, 'close');
        await lobby('admit');
        const late = await socketWith(await ticketOf(alice));
        late.ping();
        await once(late, 'pong');
        await house.settled();
        expect([late.readyState, theirs.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
        for (const socket of [late, theirs]) socket.terminate();
      },
    );
  });
}
