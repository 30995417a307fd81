import type { IncomingHttpHeaders } from 'node:http';
import { INBOX_ACK } from '@latido/protocol';
import { Server as Engine } from 'engine.io';
import { countSessions } from './count-sessions.ts';
import { Server, type Socket } from 'socket.io';
import { z } from 'zod';
import type { Access, Principal } from '../access/index.ts';
import type { Clock, Log, TimerHandle } from '../platform/index.ts';
import { AppError } from '../platform/index.ts';
import {
  inboxOwner,
  jsonOf,
  Pace,
  refusedBecause,
  type Crowd,
  type DropReason,
  type Hub,
  type MayJoin,
} from '../realtime/index.ts';
import { Client, type Owner } from './client.ts';
import { subscribe } from './subscribe.ts';

/** One message of a client. */
const FRAME_BYTES_MAX = 64 * 1024;
/** A stranger who is in no channel by then has no business here. */
const STRANGER_MS = 30_000;
const SWEEP_EVERY_MS = 5_000;
/** What is told here is told there as well: a token has to be good for it. */
const STANDS_FOR = '/api/v1/inbox';

const ClientEvent = z.object({ channel: z.string(), event: z.string(), data: z.unknown() });

export interface GatewayDeps {
  readonly hub: Hub;
  readonly access: Pick<Access, 'principalFromHeaders' | 'isOurOrigin' | 'endings'>;
  readonly mayJoin: MayJoin;
  /** Sockets of each address. */
  readonly crowd: Crowd;
  readonly clock: Clock;
  readonly log: Log;
  /** Pages of these origins may connect by polling; upgrades are judged by the hub's doors. */
  readonly origins: readonly string[];
  readonly takesEio3: boolean;
  readonly channelsMax: number;
  readonly framesPerSecond: number;
}

/** Socket.IO, version 4: everybody connected to this node. */
export class Gateway {
  /** Speaks the transports: the routes give it requests, the door upgrades. */
  readonly engine: Engine;
  readonly #io: Server;
  readonly #deps: GatewayDeps;
  readonly #clients = new Map<Client, number>();
  readonly #unsubscribe: readonly (() => unknown)[];
  #sweeper: TimerHandle | undefined;

  constructor(deps: GatewayDeps) {
    const { hub, access, crowd, origins, takesEio3 } = deps;
    this.#deps = deps;
    const settings = { maxHttpBufferSize: FRAME_BYTES_MAX, allowEIO3: takesEio3 };
    const cors = { origin: [...origins], credentials: true };
    this.engine = countSessions(crowd, (limits) => new Engine({ ...settings, ...limits, cors }));
    this.engine.on('headers', (headers: Record<string, string>) => {
      headers['x-content-type-options'] = 'nosniff';
      headers['cache-control'] = 'no-store';
    });
    this.#io = new Server({ ...settings, serveClient: false });
    this.#io.bind(this.engine);
    this.#io.use((socket, next) => {
      this.#letIn(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      );
    });
    this.#io.on('connection', (socket) => this.#accept(socket));
    hub.figures.of('socket-io').connections = () => this.#clients.size;
    this.#unsubscribe = [
      hub.onTerminate((userId) => this.#sendAway('terminated', (owner) => owner.personId === userId)),
      access.endings.subscribe(() =>
        this.#sendAway('session_ended', (owner) => access.endings.isEnded(owner)),
      ),
    ];
    this.#sweepLater();
  }

  get connectionCount(): number {
    return this.#clients.size;
  }

  /** Lets everybody go; their clients come back with jitter. */
  drain(): void {
    for (const client of this.#clients.keys()) client.letGo();
  }

  async close(): Promise<void> {
    for (const stop of this.#unsubscribe) stop();
    if (this.#sweeper !== undefined) this.#deps.clock.clearTimeout(this.#sweeper);
    await this.#io.close();
    this.engine.close();
  }

  async #letIn(socket: Socket): Promise<void> {
    const { auth, query } = socket.handshake;
    // Clients of version 2 have no other word of their own than their address.
    const { token } = (query['EIO'] === '3' ? query : auth) as { token?: unknown };
    if (token != null && typeof token !== 'string') throw noToken();
    const { headers } = socket.handshake;
    const given = typeof token === 'string' && token !== '' ? `Bearer ${token}` : headers.authorization;
    // A page of ours is known by its cookie; of a cookie that a page of others carries along nobody knows who sent it.
    const known = given === undefined && this.#deps.access.isOurOrigin(headers) ? headers : {};
    socket.data['owner'] = given === undefined ? await this.#whoIs(known) : await this.#named(given);
  }

  async #named(authorization: string): Promise<Owner> {
    const owner = await this.#whoIs({ authorization });
    if (owner) return owner;
    throw noToken();
  }

  async #whoIs(headers: IncomingHttpHeaders): Promise<Owner | null> {
    const since = this.#deps.clock.now();
    const principal: Principal | null = await this.#deps.access.principalFromHeaders(headers, STANDS_FOR);
    if (!principal) return null;
    const { personId, name, roles, externalId, sessionId, until } = principal;
    return { personId, name, roles, externalId, sessionId, since, until };
  }

  #accept(socket: Socket): void {
    const { hub, clock, access, framesPerSecond } = this.#deps;
    const client = new Client(socket, {
      owner: socket.data['owner'] as Owner | null,
      figure: hub.figures.of('socket-io'),
    });
    this.#clients.set(client, clock.monotonic());
    // Its token may have ended while it was let in.
    if (client.owner !== null && access.endings.isEnded(client.owner))
      return client.sendAway('session_ended');
    const whoIs = async (authorization: string): Promise<Owner | null> => {
      const owner = await this.#whoIs({ authorization });
      return owner !== null && access.endings.isEnded(owner) ? null : owner;
    };
    const deps = { ...this.#deps, whoIs };
    const take = (next: () => void): void => next();
    const pace = new Pace<() => void>(framesPerSecond, { socket: client, clock, take });
    socket.use((_packet, next) => pace.give(next));
    socket.on('subscribe', (asked: unknown, ack?: unknown) => {
      void client
        .inOrder(nameIn(asked), () => subscribe(deps, client, asked))
        .catch(codeOf)
        .then((answer) => {
          if (typeof ack === 'function') ack(answer);
          else if (!answer.ok) socket.emit('subscription_error', nameIn(asked), answer);
        });
    });
    socket.on(
      'unsubscribe',
      (asked: unknown) => void client.inOrder(nameIn(asked), () => hub.leave(client, nameIn(asked))),
    );
    socket.on('client event', (asked: unknown) => this.#clientEvent(client, asked));
    socket.on(INBOX_ACK, (asked: unknown) => this.#acknowledge(client, asked));
    socket.on('disconnect', () => {
      pace.stop();
      this.#gone(client);
    });
  }

  #acknowledge(client: Client, asked: unknown): void {
    const { channel = '', cursor } = (asked ?? {}) as { channel?: string; cursor?: unknown };
    const owner = client.channels.has(channel) ? inboxOwner(channel) : null;
    if (owner !== null) this.#deps.hub.inboxes.acknowledge(owner, cursor);
  }

  /** What may not be said is dropped: the protocol has no answer for it. */
  #clientEvent(client: Client, asked: unknown): void {
    const { hub, clock } = this.#deps;
    const said = ClientEvent.safeParse(asked);
    if (!said.success) return;
    const { channel, event, data } = said.data;
    const text = jsonOf(data);
    if (text === null || refusedBecause(client, { channel, event, text }) !== null) return;
    if (!client.clientEvents.take(clock.monotonic())) return;
    const userId = hub.channels.get(channel)?.memberOf(client.socketId)?.userId;
    hub.publish({ channel, event, data: text, except: client.socketId, userId });
  }

  #gone(client: Client): void {
    this.#clients.delete(client);
    for (const name of client.channels) this.#deps.hub.leave(client, name, { lost: true });
  }

  #sendAway(reason: DropReason, isOver: (owner: Owner) => boolean): void {
    for (const client of this.#clients.keys()) {
      const owners = [...(client.owner ? [client.owner] : []), ...client.guests.values()];
      if (owners.some(isOver)) client.sendAway(reason);
    }
  }

  #sweepLater(): void {
    const { clock } = this.#deps;
    this.#sweeper = clock.setTimeout(() => {
      const before = clock.monotonic() - STRANGER_MS;
      for (const [client, since] of this.#clients) {
        if (client.owner === null && client.channels.size === 0 && since < before) client.sendAway('refused');
      }
      this.#sweepLater();
    }, SWEEP_EVERY_MS);
  }
}

const noToken = (): AppError =>
  new AppError('auth.refused', 'This token is none of ours, or its session has ended. Sign in again.');

/** As `connect_error` gives it: the sentence as its message, the code in its data. */
function refusal(error: unknown): Error {
  const seen = error instanceof AppError ? error : null;
  const told = new Error(seen?.message ?? 'Something went wrong on our side. Try again in a moment.');
  return Object.assign(told, { data: { code: seen?.code ?? 'internal.unexpected' } });
}

function codeOf(error: unknown) {
  return { ok: false, code: error instanceof AppError ? error.code : ('internal.unexpected' as const) };
}

function nameIn(asked: unknown): string {
  const { channel } = (asked ?? {}) as { channel?: unknown };
  return typeof channel === 'string' ? channel : '';
}
