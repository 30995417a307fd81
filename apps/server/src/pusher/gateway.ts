import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { INBOX_ACK, PUSHER_CODES, PusherSignin, type PusherUp } from '@latido/protocol';
import type { Endings } from '../access/index.ts';
import type { Clock, Config, Hints, Log, TimerHandle } from '../platform/index.ts';
import {
  inboxOwner,
  isOfClient,
  jsonOf,
  Pace,
  refusedBecause,
  type DoorFigure,
  type Hub,
} from '../realtime/index.ts';
import { inHub, type PusherApp } from './apps.ts';
import { ComeBack } from './come-back.ts';
import { Connection, type Owner } from './connection.ts';
import { drainOrder } from './drain.ts';
import { errorFrame, eventFrame } from './frame.ts';
import { readJson } from './json.ts';
import { SignedInUser } from './member.ts';
import { channelIn, readFrame } from './read-frame.ts';
import { sameText, signUser } from './signature.ts';
import { subscribe, type SubscribeDeps } from './subscribe.ts';
import { Watchlists } from './watchlists.ts';

/** After so long without a word from a client it is pinged. Told to it in the first frame. */
export const ACTIVITY_TIMEOUT_MS = 30_000;
/** How long it may take to answer before its socket is closed with 4201. */
export const PONG_TIMEOUT_MS = 10_000;
const SWEEP_EVERY_MS = 5_000;
/** Of what a client has sent, so much is said back. */
const NAMED_MAX = 64;

/** Tells every node whose session has signed for a socket. Payload: JSON of {@link Bound}. */
const BOUND_HINT = 'pusher.bound';

interface Bound extends Owner {
  readonly socketId: string;
}

export interface GatewayDeps {
  /** Our own first. */
  readonly apps: readonly [PusherApp, ...PusherApp[]];
  readonly hub: Hub;
  readonly clock: Clock;
  readonly log: Log;
  readonly hints: Hints;
  readonly endings: Pick<Endings, 'isEnded' | 'subscribe'>;
  readonly ceilings: Config['ceilings'];
}

/** The Pusher protocol, version 7: everybody connected to this node. */
export class Gateway {
  readonly #deps: GatewayDeps;
  readonly #subscribing: SubscribeDeps;
  readonly #watchlists: Watchlists;
  readonly #comeBack: ComeBack;
  readonly #figure: DoorFigure;
  readonly #connections = new Map<string, Connection>();
  readonly #unsubscribe: readonly (() => unknown)[];
  #sweeper: TimerHandle | undefined;

  constructor(deps: GatewayDeps) {
    this.#deps = deps;
    this.#subscribing = {
      ...deps,
      channelsMax: deps.ceilings.channelsOfASocket,
      comeBack: (connection) => this.#comeBack.later(connection),
    };
    this.#watchlists = new Watchlists(deps);
    this.#comeBack = new ComeBack({ ...deps, connections: this.#connections });
    this.#figure = deps.hub.figures.of('pusher');
    this.#figure.connections = () => this.#connections.size;
    this.#unsubscribe = [
      deps.hub.onTerminate((userId) => this.#terminate(userId)),
      deps.hints.subscribe(BOUND_HINT, (payload) => this.#bound(JSON.parse(payload) as Bound)),
      this.#comeBack.stop,
      deps.endings.subscribe(() => {
        for (const connection of this.#connections.values()) this.#endIfOver(connection);
      }),
    ];
    this.#sweepLater();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Takes over a socket that was upgraded at `/app/{key}`. */
  accept(
    socket: WebSocket,
    { stream, key, protocol }: { stream: Duplex; key: string; protocol: string | null },
  ): void {
    const socketId = `${randomInt(1, 2 ** 31)}.${randomInt(1, 2 ** 31)}`;
    const { apps } = this.#deps;
    const app = apps.find((each) => each.key === key);
    const connection = new Connection({
      socketId,
      app: app ?? apps[0],
      socket,
      stream,
      clock: this.#deps.clock,
      figure: this.#figure,
    });
    if (!app) return connection.refuse(PUSHER_CODES.unknownApp, `there is no app ${key.slice(0, NAMED_MAX)}`);
    if (!protocol) return connection.refuse(PUSHER_CODES.noVersion, 'say the version: ?protocol=7');
    if (!/^[4-7]$/.test(protocol)) {
      return connection.refuse(
        PUSHER_CODES.unsupportedVersion,
        `protocol ${protocol.slice(0, NAMED_MAX)} is not spoken here, 7 is`,
      );
    }
    this.#connections.set(socketId, connection);
    const take = ([text, isBinary]: [RawData, boolean]): void => this.#receive(connection, text, isBinary);
    const { clock, ceilings } = this.#deps;
    const pace = new Pace(ceilings.framesPerSecond, { socket, clock, take });
    socket.on('message', (text, isBinary) => pace.give([text, isBinary]));
    socket.on('pong', () => connection.heard());
    socket.on('close', () => {
      pace.stop();
      this.#gone(connection);
    });
    const data = { socket_id: socketId, activity_timeout: ACTIVITY_TIMEOUT_MS / 1000 };
    connection.send(eventFrame({ event: 'pusher:connection_established', data }));
  }

  /** As {@link ComeBack.ask}. */
  comeBack(socketId: string, limitMs?: number): void {
    this.#comeBack.ask(socketId, limitMs);
  }

  /** A session has signed a subscribe of a socket, which may be on another node: it ends with that session. */
  bind(
    socketId: string,
    { personId, sessionId = null, until }: Omit<Owner, 'since' | 'sessionId'> & { sessionId?: string | null },
  ): void {
    const bound: Bound = { socketId, sessionId, personId, since: this.#deps.clock.now(), until };
    this.#deps.hints.publish(BOUND_HINT, JSON.stringify(bound));
  }

  #bound({ socketId, ...owner }: Bound): void {
    const connection = this.#connections.get(socketId);
    if (!connection) return;
    // The first signature counts: what was joined by it is still joined.
    const key = owner.sessionId ?? owner.personId;
    if (!connection.owners.has(key)) connection.owners.set(key, owner);
    this.#endIfOver(connection);
  }

  #endIfOver(connection: Connection): void {
    if (![...connection.owners.values()].some((owner) => this.#deps.endings.isEnded(owner))) return;
    connection.refuse(PUSHER_CODES.unauthorized, 'the session has ended', 'session_ended');
    this.#gone(connection);
  }

  #terminate(userId: string): void {
    for (const connection of this.#connections.values()) {
      if (connection.user && inHub(connection.app, connection.user.userId) === userId)
        connection.refuse(PUSHER_CODES.unauthorized, 'the connection was terminated', 'terminated');
    }
  }

  /**
   * Sends everybody away with 1012 (service restart), in slices: clients come back at once and without jitter, and
   * all together would be a stampede on the next node.
   */
  async drain(overMs = 10_000): Promise<void> {
    for (const { connections, afterMs } of drainOrder([...this.#connections.values()], overMs)) {
      if (afterMs > 0) await new Promise<void>((resolve) => this.#deps.clock.setTimeout(resolve, afterMs));
      for (const connection of connections) connection.close(1012, 'the server restarts');
    }
  }

  close(): void {
    for (const stop of this.#unsubscribe) stop();
    this.#watchlists.close();
    if (this.#sweeper !== undefined) this.#deps.clock.clearTimeout(this.#sweeper);
    for (const connection of this.#connections.values()) {
      connection.close(1012, 'the server restarts');
      connection.socket.terminate();
      this.#gone(connection);
    }
  }

  #receive(connection: Connection, text: RawData, isBinary: boolean): void {
    // Who was sent away may take half a minute to let go, and is not heard in it.
    if (!connection.isOpen) return;
    connection.heard();
    const frame = isBinary ? null : readFrame(text);
    if (frame === null) {
      return connection.send(
        errorFrame(PUSHER_CODES.invalidFrame, 'a frame is JSON: {event, channel?, data?}'),
      );
    }
    const data =
      typeof frame.data === 'string' && !isOfClient(frame.event) ? readJson(frame.data) : frame.data;
    switch (frame.event) {
      case 'pusher:ping':
        return connection.send(eventFrame({ event: 'pusher:pong', data: {} }));
      case 'pusher:pong':
        return;
      case 'pusher:subscribe':
        return void subscribe(this.#subscribing, connection, data);
      case 'pusher:unsubscribe':
        return this.#deps.hub.leave(connection, inHub(connection.app, channelIn(data)));
      case 'pusher:signin':
        return this.#signIn(connection, data);
      default:
        return this.#clientEvent(connection, frame);
    }
  }

  #signIn(connection: Connection, data: unknown): void {
    const parsed = PusherSignin.safeParse(data);
    const userData = parsed.data?.user_data ?? '';
    const user = SignedInUser.safeParse(readJson(userData));
    const good = signUser(connection.app, { socketId: connection.socketId, userData });
    if (!user.success || !sameText(parsed.data?.auth ?? '', good)) {
      return connection.refuse(PUSHER_CODES.unauthorized, 'the sign-in does not fit its signature');
    }
    connection.user = { userId: user.data.id, userInfo: user.data.user_info };
    connection.isAuthorized = true;
    connection.send(eventFrame({ event: 'pusher:signin_success', data: { user_data: userData } }));
    this.#watchlists.watch(
      connection,
      user.data.watchlist.map((id) => inHub(connection.app, id)),
    );
  }

  #clientEvent(connection: Connection, { event, channel: named = '', data }: PusherUp): void {
    const channel = inHub(connection.app, named);
    const refuse = (why: string): void =>
      connection.send(errorFrame(PUSHER_CODES.clientEventRefused, `${event}: ${why}`));
    const text = typeof data === 'string' ? data : jsonOf(data);
    if (text === null) return refuse('data lies too deep in lists and objects');
    const owner = connection.channels.has(channel) ? inboxOwner(channel) : null;
    if (owner !== null && event === INBOX_ACK) {
      const cursor = (readJson(text) as { cursor?: unknown } | null | undefined)?.cursor;
      return this.#deps.hub.inboxes.acknowledge(owner, cursor);
    }
    const why = refusedBecause(connection, { channel, event, text });
    if (why !== null) return refuse(why);
    if (!connection.mayTrigger()) return refuse('more than 10 in a second');
    const userId = this.#deps.hub.channels.get(channel)?.memberOf(connection.socketId)?.userId;
    this.#deps.hub.publish({ channel, event, data: text, except: connection.socketId, userId });
  }

  #gone(connection: Connection): void {
    this.#connections.delete(connection.socketId);
    this.#watchlists.unwatch(connection);
    for (const name of connection.channels) this.#deps.hub.leave(connection, name, { lost: true });
  }

  #sweepLater(): void {
    this.#sweeper = this.#deps.clock.setTimeout(() => {
      for (const connection of this.#connections.values()) this.#sweep(connection);
      this.#sweepLater();
    }, SWEEP_EVERY_MS);
  }

  #sweep(connection: Connection): void {
    const now = this.#deps.clock.monotonic();
    if (connection.pingedAt !== null) {
      if (now - connection.pingedAt < PONG_TIMEOUT_MS) return;
      connection.refuse(PUSHER_CODES.noPong, 'no pong came', 'silent');
      // A dead peer answers no close frame either.
      return connection.socket.terminate();
    }
    const { unauthorizedMs } = this.#deps.ceilings;
    if (unauthorizedMs > 0 && !connection.isAuthorized && now - connection.openedAt >= unauthorizedMs)
      return connection.refuse(PUSHER_CODES.unauthorized, 'nobody has let this connection in for too long');
    if (now - connection.lastHeardAt < ACTIVITY_TIMEOUT_MS) return;
    connection.pingedAt = now;
    connection.send(eventFrame({ event: 'pusher:ping', data: {} }));
  }
}
