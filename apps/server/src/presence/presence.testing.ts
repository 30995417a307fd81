import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Fact } from '@latido/core';
import { PresenceDown } from '@latido/protocol';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Database, Followers } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import type { TestDatabases } from '../platform/testing.ts';
import { ManualClock } from '../platform/testing.ts';
import type { ListedParticipant, Presence, RoomPoll } from './index.ts';
import { appendAndHint, createPresence, FACT_LOG, intervalsOfRoom, readFacts } from './index.ts';

export const T0 = Date.parse('2026-01-05T10:00:00Z');
export const where = (participantSid: string) => ({ roomSid: 'RM_1', participantSid });
export const connectedRoom = { type: 'beat', roomState: 'connected' } as const;
const IDENTITIES: Readonly<Record<string, string>> = { PA_a: 'person_a', PA_b: 'person_b' };

/** A list of LiveKit's with these sids. */
export const listed = (...sids: string[]): RoomPoll => ({
  status: 'ok',
  participants: sids.map((sid): ListedParticipant => ({
    sid,
    identity: IDENTITIES[sid] ?? `id_${sid}`,
    state: 'ACTIVE',
  })),
});

/** A browser that talks to the server over a real socket, by hand. */
export interface Browser {
  readonly heard: PresenceDown[];
  readonly socket: WebSocket;
  /** Resolves when the server has heard it. */
  say(message: object): Promise<void>;
  last(type: PresenceDown['type']): PresenceDown | undefined;
}

/** Presence with a real database, real sockets, a clock by hand and a LiveKit that answers from `lists`. */
export function presenceHouse(store: TestDatabases) {
  const hints = memoryHints(silentLog);
  const sockets: WebSocket[] = [];
  let database: Database;
  let followers: Followers;
  let server: WebSocketServer;

  const house = {
    presence: undefined as unknown as Presence,
    clock: new ManualClock(T0),
    lists: new Map<string, RoomPoll>(),
    asked: [] as string[],
    get db() {
      return database.db;
    },
    get followers() {
      return followers;
    },
    start,
    advance,
    pass,
    settle,
    connect,
    beats,
    cut,
    until,
    line,
    types,
    joinedByWebhook,
    /** Past the ten seconds in which nobody is judged. */
    warm: () => advance(10_100),
  };

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
    house.clock = new ManualClock(T0);
    house.lists.clear();
    house.asked.length = 0;
    start();
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket, request) => {
      const ticket = new URL(request.url ?? '', 'http://here').searchParams.get('ticket') ?? '';
      const claims = house.presence.readTicket(ticket);
      if (claims === null) socket.close(4401);
      else house.presence.accept(socket, claims);
    });
    await once(server, 'listening');
  });
  afterEach(async () => {
    await house.presence.close();
    await followers.close();
    for (const socket of sockets.splice(0)) socket.terminate();
    server.close();
  });

  function start(): void {
    const { clock, lists, asked } = house;
    const { db } = database;
    house.presence = createPresence({
      db,
      hints,
      clock,
      log: silentLog,
      config: { authSecret: 'a-secret-of-this-test' },
      ports: {
        pollRoom: (roomName) => {
          asked.push(roomName);
          return Promise.resolve(lists.get(roomName) ?? { status: 'unknown' });
        },
      },
    });
    followers = startFollowers<Fact>({
      db,
      hints,
      log: silentLog,
      clock,
      topic: FACT_LOG,
      read: readFacts,
      stages: [house.presence.stage],
    });
  }

  async function settle(): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      await house.presence.idle();
      await followers.drain();
    }
    await house.presence.idle();
  }

  async function advance(ms: number): Promise<void> {
    await house.clock.advance(ms);
    await settle();
  }

  /** Lets time pass in small steps, so that the database keeps up with the clock. */
  async function pass(ms: number): Promise<void> {
    for (let passedMs = 0; passedMs < ms; passedMs += 250) await advance(250);
  }

  async function connect(identity: string): Promise<Browser> {
    const claims = { personId: identity, identity, roomName: 'salon', callId: 'call_1', paid: true };
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?ticket=${house.presence.issueTicket(claims)}`);
    sockets.push(socket);
    const heard: PresenceDown[] = [];
    socket.on('message', (raw: Buffer) => heard.push(PresenceDown.parse(JSON.parse(raw.toString()))));
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

  async function beats(browser: Browser, sid: string, { forMs }: { forMs: number }): Promise<void> {
    for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
      await browser.say({ ...connectedRoom, ...where(sid), n: passedMs });
      await house.clock.advance(500);
    }
    await settle();
  }

  /** Kills a browser: its socket goes without a word. */
  async function cut(browser: Browser): Promise<void> {
    const open = () => house.presence.snapshot().people.filter((one) => one.connected).length;
    const before = open();
    browser.socket.terminate();
    await until(() => open() < before);
    await settle();
  }

  /** The intervals in a line each, in seconds since T0. */
  async function line(): Promise<string[]> {
    await house.presence.flushProofs(['call_1']);
    await followers.drain();
    return (await intervalsOfRoom(database.db, 'salon')).map((i) => {
      const s = (at: number | null) => (at === null ? '…' : String((at - T0) / 1000));
      const gaps = i.gaps.map(([fromAt, toAt]) => ` gap ${s(fromAt)}–${s(toAt)}`).join('');
      return `${i.participantSid} ${s(i.joinedAt)}–${s(i.leftAt)} ${i.leftReason ?? 'open'} ${i.state}${gaps}`;
    });
  }

  /** The types of the facts, without proofs and closed sockets. */
  async function types(): Promise<string[]> {
    const { rows } = await sql<{ type: string }>`
      select type from presence.fact where type not in ('proof', 'socket_closed') order by seq`.execute(
      database.db,
    );
    return rows.map((row) => row.type);
  }

  function joinedByWebhook(sid: string, identity: string) {
    const at = house.clock.now();
    return appendAndHint({ db: database.db, hints }, [
      {
        source: 'webhook',
        type: 'participant_joined',
        sourceEventId: `EV_${sid}`,
        roomName: 'salon',
        roomSid: 'RM_1',
        participantSid: sid,
        identity,
        occurredAt: at,
        receivedAt: at,
        payload: { participant: { state: 'ACTIVE', sid, identity } },
      },
    ]);
  }

  return house;
}
