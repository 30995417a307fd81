import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Fact } from '@latido/core';
import { PresenceDown } from '@latido/protocol';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Database, Followers, Hints } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import type { TestDatabases } from '../platform/testing.ts';
import { ManualClock } from '../platform/testing.ts';
import type { PresenceDeps } from './create-presence.ts';
import type { ListedParticipant, Presence, RoomPoll, RoomsList } from './index.ts';
import { appendAndHint, createPresence, FACT_LOG, factsOfRoom, intervalsOfRoom, readFacts } from './index.ts';

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
export type Said<K extends PresenceDown['type']> = Extract<PresenceDown, { type: K }>;

interface Browser {
  readonly heard: PresenceDown[];
  readonly socket: WebSocket;
  /** Resolves when the server has heard it. */
  say(message: object): Promise<void>;
  last<K extends PresenceDown['type']>(type: K): Said<K> | undefined;
}

/** Presence with a real database, real sockets, a clock by hand and a LiveKit that answers from `lists`. */
export class PresenceHouse {
  presence!: Presence;
  followers!: Followers;
  clock = new ManualClock(T0);
  readonly lists = new Map<string, RoomPoll>();
  readonly asked: string[] = [];
  /** What LiveKit says of all its rooms. */
  rooms: RoomsList = { status: 'unknown' };
  hints!: Hints;
  /** Which sessions were ended; none, unless a test says so before a start. */
  endings: PresenceDeps['endings'];
  readonly #sockets: WebSocket[] = [];
  #database!: Database;
  #server!: WebSocketServer;

  get db(): Database['db'] {
    return this.#database.db;
  }

  async open(store: TestDatabases, hints: Hints = memoryHints(silentLog)): Promise<void> {
    this.#database = await store.open();
    this.hints = hints;
  }

  async close(): Promise<void> {
    await this.hints.close();
    await this.#database.close();
  }

  /** An empty log, a new server. */
  async begin(): Promise<void> {
    await sql`truncate presence.fact, presence.interval, presence.room_claim, presence.proof, presence.unpaid, presence.folded, platform.follower`.execute(
      this.db,
    );
    await sql`update platform.log_head set seq = 0`.execute(this.db);
    this.clock = new ManualClock(T0);
    this.lists.clear();
    this.asked.length = 0;
    this.rooms = { status: 'unknown' };
    this.start();
    this.#server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    this.#server.on('connection', (socket, request) => {
      const ticket = new URL(request.url ?? '', 'http://here').searchParams.get('ticket') ?? '';
      const claims = this.presence.readTicket(ticket);
      if (claims === null) socket.close(4401);
      else this.presence.accept(socket, claims);
    });
    await once(this.#server, 'listening');
  }

  async end(): Promise<void> {
    await this.stop();
    for (const socket of this.#sockets.splice(0)) socket.terminate();
    this.#server.close();
  }

  start = (): void => {
    const { hints, clock, db } = this;
    this.presence = this.node(hints);
    const stages = this.presence.stages;
    const followed = { topic: FACT_LOG, read: readFacts, stages };
    this.followers = startFollowers<Fact>({ db, hints, clock, log: silentLog, ...followed });
  };

  /** Presence on one more node, with the same database, clock and LiveKit. */
  node = (hints: Hints): Presence => {
    const { clock, lists, asked, db } = this;
    const presence = createPresence({
      db,
      hints,
      clock,
      log: silentLog,
      config: { authSecret: 'a-secret-of-this-test' },
      ...(this.endings === undefined ? {} : { endings: this.endings }),
      ports: {
        listRooms: () => Promise.resolve(this.rooms),
        pollRoom: (roomName) => {
          asked.push(roomName);
          return Promise.resolve(lists.get(roomName) ?? { status: 'unknown' });
        },
      },
    });
    presence.start();
    return presence;
  };

  stop = async (): Promise<void> => {
    await this.presence.stopTaking();
    await this.followers.close();
  };

  settle = async (): Promise<void> => {
    for (let round = 0; round < 3; round += 1) {
      await this.presence.caughtUp();
      await this.followers.caughtUp();
    }
    await this.presence.caughtUp();
  };

  advance = async (ms: number): Promise<void> => {
    await this.clock.advance(ms);
    await this.settle();
  };

  /** Past the ten seconds in which nobody is judged. */
  warm = (): Promise<void> => this.advance(10_100);

  /** Lets time pass in small steps, so that the database keeps up with the clock. */
  pass = async (ms: number): Promise<void> => {
    for (let passedMs = 0; passedMs < ms; passedMs += 250) await this.advance(250);
  };

  connect = async (identity: string): Promise<Browser> => {
    const claims = { personId: identity, identity, roomName: 'salon', callId: 'call_1', paid: true };
    const { port } = this.#server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/?ticket=${this.presence.issueTicket(claims)}`);
    this.#sockets.push(socket);
    const heard: PresenceDown[] = [];
    socket.on('message', (raw: Buffer) => heard.push(PresenceDown.parse(JSON.parse(raw.toString()))));
    await once(socket, 'open');
    await this.until(() => heard.length > 0);
    return {
      heard,
      socket,
      last: <K extends PresenceDown['type']>(type: K) =>
        heard.findLast((message): message is Said<K> => message.type === type),
      // An answer to a ping comes after all that was said before it has been heard.
      async say(message) {
        socket.send(JSON.stringify(message));
        socket.ping();
        await once(socket, 'pong');
      },
    };
  };

  /** Waits for what a real socket brings; the test's own limit ends it. */
  until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await new Promise((resolve) => setImmediate(resolve));
  };

  beats = async (browser: Browser, sid: string, { forMs }: { forMs: number }): Promise<void> => {
    for (let passedMs = 0; passedMs < forMs; passedMs += 500) {
      await browser.say({ ...connectedRoom, ...where(sid), n: passedMs });
      await this.clock.advance(500);
    }
    await this.settle();
  };

  /** Kills a browser: its socket goes without a word. */
  cut = async (browser: Browser, presence = this.presence): Promise<void> => {
    const open = () => presence.snapshot().people.filter((one) => one.connected).length;
    const before = open();
    browser.socket.terminate();
    await this.until(() => open() < before);
    await this.settle();
  };

  /** The intervals in a line each, in seconds since T0. */
  line = async (): Promise<string[]> => {
    await this.presence.flushProofs(['call_1']);
    await this.followers.caughtUp();
    return (await intervalsOfRoom(this.db, 'salon')).map((i) => {
      const s = (at: number | null) => (at === null ? '…' : String((at - T0) / 1000));
      const gaps = i.gaps.map(([fromAt, toAt]) => ` gap ${s(fromAt)}–${s(toAt)}`).join('');
      return `${i.participantSid} ${s(i.joinedAt)}–${s(i.leftAt)} ${i.leftReason ?? 'open'} ${i.state}${gaps}`;
    });
  };

  facts = (): Promise<Fact[]> => factsOfRoom(this.db, 'salon');

  /** The types of the facts, without proofs and closed sockets. */
  types = async (): Promise<string[]> => {
    const { rows } = await sql<{ type: string }>`
      select type from presence.fact_told where type not in ('proof', 'socket_closed') order by seq`.execute(
      this.db,
    );
    return rows.map((row) => row.type);
  };

  joinedByWebhook = (
    sid: string,
    identity: string,
    { at = this.clock.now(), type = 'participant_joined', callId = '' } = {},
  ): Promise<{ stored: number }> => {
    return appendAndHint({ db: this.db, hints: this.hints }, [
      {
        source: 'webhook',
        type,
        sourceEventId: `EV_${type}_${sid}`,
        roomName: 'salon',
        roomSid: 'RM_1',
        participantSid: sid,
        identity,
        ...(callId === '' ? {} : { callId }),
        occurredAt: at,
        receivedAt: at,
        payload: { participant: { state: 'ACTIVE', sid, identity } },
      },
    ]);
  };
}

/** A house for the tests of a `describe`: one database, everything else new for each test. */
export function presenceHouse(store: TestDatabases, joinHints?: () => Promise<Hints>): PresenceHouse {
  const house = new PresenceHouse();
  beforeAll(async () => house.open(store, await joinHints?.()));
  afterAll(() => house.close());
  beforeEach(() => house.begin());
  afterEach(() => house.end());
  return house;
}
