import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Fact } from '@latido/core';
import { PresenceDown } from '@latido/protocol';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Database, Followers } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import type { ListedParticipant, Presence, RoomPoll } from './index.ts';
import { appendAndHint, createPresence, FACT_LOG, intervalsOfRoom, readFacts } from './index.ts';

const T0 = Date.parse('2026-01-05T10:00:00Z');
const where = (participantSid: string) => ({ roomSid: 'RM_1', participantSid });
const IDENTITIES: Readonly<Record<string, string>> = { PA_a: 'person_a', PA_b: 'person_b' };
const connectedRoom = { type: 'beat', roomState: 'connected' } as const;

/** A browser that talks to the server over a real socket, by hand. */
interface Browser {
  readonly heard: PresenceDown[];
  readonly socket: WebSocket;
  say(message: object): Promise<void>;
  last(type: PresenceDown['type']): PresenceDown | undefined;
}

for (const store of await openTestDatabases()) {
  describe(`presence on ${store.name}`, () => {
    let database: Database;
    let clock: ManualClock;
    let followers: Followers;
    let presence: Presence;
    let lists: Map<string, RoomPoll>;
    let asked: string[];
    let server: WebSocketServer;
    const hints = memoryHints(silentLog);
    const sockets: WebSocket[] = [];

    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(async () => {
      await hints.close();
      await database.close();
    });
    beforeEach(async () => {
      await sql`truncate presence.fact, presence.interval, platform.follower`.execute(database.db);
      await sql`update platform.log_head set seq = 0`.execute(database.db);
      clock = new ManualClock(T0);
      lists = new Map();
      asked = [];
      start();
      server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      server.on('connection', (socket, request) => {
        const ticket = new URL(request.url ?? '', 'http://here').searchParams.get('ticket') ?? '';
        const claims = presence.readTicket(ticket);
        if (claims === null) socket.close(4401);
        else presence.accept(socket, claims);
      });
      await once(server, 'listening');
    });
    afterEach(async () => {
      await presence.close();
      await followers.close();
      for (const socket of sockets.splice(0)) socket.terminate();
      server.close();
    });

    function start(): void {
      presence = createPresence({
        ...{ db: database.db, hints, clock, log: silentLog, config: { authSecret: 'a-secret-of-this-test' } },
        ports: {
          pollRoom: (roomName) => {
            asked.push(roomName);
            return Promise.resolve(lists.get(roomName) ?? { status: 'unknown' });
          },
        },
      });
      followers = startFollowers<Fact>({
        ...{ db: database.db, hints, log: silentLog, clock, topic: FACT_LOG, read: readFacts },
        stages: [presence.stage],
      });
    }

    /** Past the ten seconds in which nobody is judged. */
    const warm = () => advance(10_100);

    async function settle(): Promise<void> {
      await presence.idle();
      await followers.drain();
      // The refresh that the fold wakes reads the database; give its promise the turns that it needs.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await presence.idle();
      await followers.drain();
    }

    async function advance(ms: number): Promise<void> {
      await clock.advance(ms);
      await settle();
    }

    async function connect(
      identity: string,
      { paid = true, callId = 'call_1' as string | null } = {},
    ): Promise<Browser> {
      const ticket = presence.issueTicket({ personId: identity, identity, roomName: 'salon', callId, paid });
      const { port } = server.address() as AddressInfo;
      const socket = new WebSocket(`ws://127.0.0.1:${port}/?ticket=${ticket}`);
      sockets.push(socket);
      const heard: PresenceDown[] = [];
      socket.on('message', (raw) => heard.push(PresenceDown.parse(JSON.parse(String(raw)))));
      await once(socket, 'open');
      await until(() => heard.length > 0);
      return {
        heard,
        socket,
        last: (type) => heard.findLast((message) => message.type === type),
        // An answer to a ping comes after all that was said before it has been heard.
        async say(message) {
          socket.send(JSON.stringify(message));
          socket.ping();
          await once(socket, 'pong');
        },
      };
    }

    /** Waits for what a real socket brings; the test's own limit ends it. */
    async function until(condition: () => boolean): Promise<void> {
      while (!condition()) await new Promise((resolve) => setImmediate(resolve));
    }

    async function beats(
      browser: Browser,
      sid: string,
      { forMs, everyMs = 500 }: { forMs: number; everyMs?: number },
    ) {
      for (let passedMs = 0; passedMs < forMs; passedMs += everyMs) {
        await browser.say({ ...connectedRoom, ...where(sid), n: passedMs });
        await clock.advance(everyMs);
      }
      await settle();
    }

    async function cut(browser: Browser): Promise<void> {
      const open = presence.snapshot().people.filter((one) => one.connected).length;
      browser.socket.terminate();
      await until(() => presence.snapshot().people.filter((one) => one.connected).length < open);
      await settle();
    }

    const line = async (): Promise<string[]> => {
      await presence.flushProofs(['call_1']);
      await followers.drain();
      return (await intervalsOfRoom(database.db, 'salon')).map((i) => {
        const s = (at: number | null) => (at === null ? '…' : String((at - T0) / 1000));
        const gaps = i.gaps.map(([fromAt, toAt]) => ` gap ${s(fromAt)}–${s(toAt)}`).join('');
        return `${i.participantSid} ${s(i.joinedAt)}–${s(i.leftAt)} ${i.leftReason ?? 'open'} ${i.state}${gaps}`;
      });
    };

    const types = async (): Promise<string[]> => {
      const { rows } = await sql<{ type: string }>`
        select type from presence.fact where type not in ('proof', 'socket_closed') order by seq`.execute(
        database.db,
      );
      return rows.map((row) => row.type);
    };

    const joinedByWebhook = (sid: string, identity: string) =>
      appendAndHint({ db: database.db, hints }, [
        {
          ...{ source: 'webhook', type: 'participant_joined', sourceEventId: `EV_${sid}`, roomName: 'salon' },
          ...{
            roomSid: 'RM_1',
            participantSid: sid,
            identity,
            occurredAt: clock.now(),
            receivedAt: clock.now(),
          },
          payload: { participant: { state: 'ACTIVE', sid, identity } },
        },
      ]);

    const listed = (...sids: string[]): RoomPoll => ({
      status: 'ok',
      participants: sids.map((sid): ListedParticipant => ({
        sid,
        identity: IDENTITIES[sid] ?? `id_${sid}`,
        state: 'ACTIVE',
      })),
    });

    test('a ticket is welcomed, a beat acknowledged; a forged or old one is not read', async () => {
      const alice = await connect('person_a');
      expect(alice.heard[0]).toMatchObject({ type: 'welcome', beatEveryMs: 500 });
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 7 });
      expect(alice.last('ack')).toEqual({ type: 'ack', n: 7 });
      const claims = { personId: null, identity: 'x', roomName: 'r', callId: null, paid: false };
      const ticket = presence.issueTicket(claims);
      expect(presence.readTicket(ticket)).toEqual(claims);
      expect(presence.readTicket(`${ticket}x`)).toBeNull();
      expect(presence.readTicket(ticket.replace('.', 'A.'))).toBeNull();
      expect(presence.readTicket('nonsense')).toBeNull();
    });

    test('[PRES-F0] bye leaves at once, exactly then, and the other is told', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await alice.say({ type: 'connected', ...where('PA_a') });
      await bob.say({ type: 'connected', ...where('PA_b') });
      await beats(alice, 'PA_a', { forMs: 5000 });
      expect(bob.last('peer_beat')).toMatchObject({ identity: 'person_a', participantSid: 'PA_a' });
      await alice.say({ type: 'bye', ...where('PA_a') });
      await settle();
      expect((await line())[0]).toBe('PA_a 10.1–15.1 bye left');
      expect(bob.heard).toContainEqual(
        expect.objectContaining({ type: 'peer_state', identity: 'person_a', state: 'left' }),
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
      expect(asked).toContain('salon');
      await beats(bob, 'PA_b', { forMs: 1500 });
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 12.6–…');
      expect(bob.last('peer_state')).toMatchObject({ identity: 'person_a', state: 'unreachable' });
      expect(presence.snapshot().latencies.at(-1)).toEqual({ reason: 'socket_closed', latencyMs: 1700 });
      // [PRES-F9] left 15 s after the last proof, and worth no more than that.
      await beats(bob, 'PA_b', { forMs: 13_000 });
      expect((await line())[0]).toBe('PA_a 10.1–12.6 lost left');
      expect(presence.snapshot().people.map((one) => one.identity)).toEqual(['person_b']);
    });

    test('[PRES-F3] a cable that is cut: silence of 2.8 s, whatever the socket says', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await advance(1000);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(1400);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 11.6–…');
      expect(presence.snapshot().latencies.at(-1)).toEqual({ reason: 'silence', latencyMs: 2800 });
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
      const welcome = alice.heard[0];
      const token = welcome?.type === 'welcome' ? welcome.beaconToken : '';
      await presence.beacon(token, where('PA_a'));
      await presence.beacon(token, where('PA_a'));
      await cut(alice);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(1900);
      expect((await line())[0]).toBe('PA_a 10.1–… open suspected');
      await advance(200);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 12.1–…');
      await advance(8000);
      expect((await line())[0]).toBe('PA_a 10.1–12.1 page_left left');
      expect(await types()).toEqual(['page_left', 'suspected', 'unreachable', 'left']);
      await expect(presence.beacon('forged', where('PA_a'))).rejects.toMatchObject({ code: 'auth.refused' });
    });

    test('[PRES-F1] a reload comes back with a new sid and nobody is told', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await cut(alice);
      await clock.advance(700);
      const again = await connect('person_a');
      await joinedByWebhook('PA_a2', 'person_a');
      await beats(again, 'PA_a2', { forMs: 3000 });
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a '))).toBe('PA_a 10.1–11.6 superseded left');
      expect(lines.find((one) => one.startsWith('PA_a2'))).toBe('PA_a2 12.8–… open present');
      expect(await types()).not.toContain('unreachable');
    });

    test("[PRES-F3] LiveKit's word by the partner, with the socket closed: unreachable at once", async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
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

    test('[PRES-F9] two lists without somebody, 2 s apart, close who is silent; a list that is unknown closes nothing', async () => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 1000 });
      await cut(alice);
      await advance(3000);
      expect((await line())[0]).toBe('PA_a 10.1–… open unreachable gap 10.6–…');
      lists.set('salon', listed());
      await advance(4500);
      expect((await line())[0]).toBe('PA_a 10.1–10.6 absent left');
      expect(await types()).toContain('absent');
    });

    test('[PRES-F13] plain clients: a list repairs a missed join, two lists without it a missed leave', async () => {
      lists.set('salon', listed('PA_p', 'PA_q'));
      await joinedByWebhook('PA_q', 'id_PA_q');
      await warm();
      expect(await line()).toEqual([
        'PA_q 0–… open present',
        expect.stringMatching(/^PA_p [\d.]+–… open present$/),
      ]);
      await advance(600);
      lists.set('salon', listed('PA_p'));
      await advance(15_000);
      // There until the last list with it.
      expect((await line())[0]).toBe('PA_q 0–10.25 absent left');
      lists.set('salon', listed());
      await advance(15_000);
      expect((await line())[1]).toMatch(/^PA_p .* absent left$/);
      expect(presence.snapshot().people).toEqual([]);
    });

    test('[PRES-F7] a server that starts again judges nobody for 10 s; who comes back has no gap', async () => {
      const alice = await connect('person_a');
      const bob = await connect('person_b');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await bob.say({ type: 'connected', ...where('PA_b') });
      await presence.close();
      await followers.close();
      await clock.advance(6000);
      start();
      const again = await connect('person_a');
      await advance(3000);
      await beats(again, 'PA_a', { forMs: 9000 });
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a'))).toBe('PA_a 10.1–… open present');
      // Bob never came back: judged from what the database knows of him.
      expect(lines.find((one) => one.startsWith('PA_b'))).toMatch(/^PA_b 12.1–12.1 lost left$/);
    });

    test('after a restart of LiveKit the old sids close at their last proof once a list lacks them', async () => {
      const alice = await connect('person_a');
      await joinedByWebhook('PA_p', 'plain');
      lists.set('salon', listed('PA_a', 'PA_p'));
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await alice.say({ type: 'beat', roomState: 'reconnecting', ...where('PA_a'), n: 99 });
      lists.set('salon', listed());
      await clock.advance(300);
      presence.livekitRestarted(clock.now());
      await advance(400);
      const lines = await line();
      expect(lines.find((one) => one.startsWith('PA_a'))).toBe('PA_a 10.1–11.6 livekit_restarted left');
      expect(lines.find((one) => one.startsWith('PA_p'))).toMatch(/livekit_restarted left$/);
    });

    test('proofs enter the log each 5 s, when metering asks, and at the end', async () => {
      const alice = await connect('person_a');
      await warm();
      const proofs = async () => {
        const { rows } = await sql<{ n: bigint }>`
          select count(*) as n from presence.fact where source = 'proof'`.execute(database.db);
        return Number(rows[0]?.n);
      };
      await beats(alice, 'PA_a', { forMs: 4000 });
      expect(await proofs()).toBe(0);
      await presence.flushProofs(['call_1']);
      expect(await proofs()).toBe(1);
      await presence.flushProofs(['call_2']);
      await beats(alice, 'PA_a', { forMs: 6000 });
      expect(await proofs()).toBe(2);
      await alice.say({ ...connectedRoom, ...where('PA_a'), n: 1 });
      await presence.close();
      expect(await proofs()).toBe(3);
      await followers.drain();
      const [interval] = await intervalsOfRoom(database.db, 'salon');
      expect(interval).toMatchObject({ lastProofAt: clock.now(), beating: true, callId: 'call_1' });
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
          from presence.interval i`.execute(database.db);
        return rows[0]?.dump;
      };
      const before = await dump();
      await sql`truncate presence.interval, platform.follower`.execute(database.db);
      await followers.drain();
      expect(await dump()).toBe(before);
      expect((await line())[0]).toMatch(/lost left gap 11.6–16.1$/);
    });
  });
}
