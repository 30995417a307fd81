import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebhookEvent } from '@livekit/protocol';
import { LeaveRequest, LeaveRequest_Action, DisconnectReason, SignalResponse } from '@livekit/protocol';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import type { TestClock } from '../clock.ts';
import { realClock } from '../clock.ts';
import { WebhookQueue, httpPost } from '../webhook-queue.ts';
import type { PostWebhook, WebhookCounters } from '../webhook-queue.ts';
import { admit, answer } from './http.ts';
import type { HttpPorts } from './http.ts';
import { metricsText } from './metrics.ts';
import { ScriptedParticipant } from './scripted.ts';
import type { ScriptedJoin } from './scripted.ts';
import { SignalPeer } from './signalling.ts';
import { joinFieldsOf, verifyToken } from './tokens.ts';
import type { Claims } from './tokens.ts';
import { FakeWorld } from './world.ts';
import type { RoomFields, SentData, WorldSettings } from './world.ts';
import type { RoomView } from './views.ts';
import { viewOf } from './views.ts';
import { loadWebRtc } from './wrtc.ts';

/** How the fake is started. */
export interface FakeLivekitOptions extends Partial<WorldSettings> {
  apiKey: string;
  apiSecret: string;
  /** Default none. */
  webhookUrls?: readonly string[];
  /** Default 0: any free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Drives every timer of rooms, participants and webhooks; default the machine's clock. */
  clock?: TestClock;
  /** Carries the webhooks; default HTTP. */
  post?: PostWebhook;
  /** Puts another `Date` on its answers, as a machine between may (epoch ms), or none; default its own clock. */
  date?: () => number | null;
}

const DEFAULTS: WorldSettings = {
  autoCreate: false,
  emptyTimeoutMs: 300_000,
  departureTimeoutMs: 20_000,
  connectionTimeoutMs: 21_000,
};

/**
 * Starts a fake LiveKit on loopback. Rejects with the system's error when the port is taken.
 */
export async function startFakeLivekit(options: FakeLivekitOptions): Promise<FakeLivekit> {
  const fake = new FakeLivekit(options);
  await fake.listen(options.port ?? 0);
  return fake;
}

/** A running fake LiveKit; made by `startFakeLivekit`. */
export class FakeLivekit {
  readonly #options: FakeLivekitOptions;
  readonly #clock: TestClock;
  readonly #ports: HttpPorts;
  #world: FakeWorld;
  #queues: WebhookQueue[] = [];
  #server: Server | undefined;
  readonly #sockets = new Set<Duplex>();
  #port = 0;
  #startedAt = 0;
  /** Epoch ms at which its monotonic clock was zero, as it started. */
  #zeroAt = 0;
  #webhooksAreBlocked = false;

  /** Use `startFakeLivekit`. */
  constructor(options: FakeLivekitOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#ports = {
      world: () => this.#world,
      verify: (token) => verifyToken(token, options, [this.#clock.now(), Date.now()]),
      metrics: () => this.#metrics(),
    };
    this.#world = this.#boot();
  }

  /** What servers sent to participants by SendData, in order. */
  get sentData(): readonly SentData[] {
    return this.#world.sent;
  }

  /** `http://…`: for RoomService, `GET /` and the metrics. */
  get httpUrl(): string {
    return `http://${this.#options.host ?? '127.0.0.1'}:${this.#port}`;
  }

  /** `ws://…`: for clients. */
  get wsUrl(): string {
    return this.httpUrl.replace('http', 'ws');
  }

  /** Prometheus text, with the start time that tells a restart. */
  get metricsUrl(): string {
    return `${this.httpUrl}/metrics`;
  }

  /** Sums over the URLs since the last (re)start. */
  get webhookCounters(): WebhookCounters {
    const sum: WebhookCounters = { success: 0, failure: 0, drop: 0 };
    for (const { counters } of this.#queues) {
      sum.success += counters.success;
      sum.failure += counters.failure;
      sum.drop += counters.drop;
    }
    return sum;
  }

  /** The rooms of now, with who is in them. */
  rooms(): RoomView[] {
    return [...this.#world.rooms.values()].map((room) => ({
      sid: room.sid,
      name: room.name,
      participants: [...room.participants.values()].map(viewOf),
    }));
  }

  /** Makes a room without RoomService; one of that name is found. Gives its sid. */
  createRoom(name: string, fields: RoomFields = {}): string {
    return this.#world.createRoom(name, fields).sid;
  }

  /** Ends a room: everybody leaves with ROOM_DELETED. An unknown one is no error. */
  deleteRoom(name: string): void {
    const room = this.#world.rooms.get(name);
    if (room) this.#world.deleteRoom(room);
  }

  /** A participant without a browser. Throws `RoomNotFound` unless the room is there or `autoCreate` is on. */
  join(join: ScriptedJoin): ScriptedParticipant {
    return new ScriptedParticipant(() => this.#world, join);
  }

  /** From now on webhook requests fail as if refused. */
  blockWebhooks(): void {
    this.#webhooksAreBlocked = true;
  }

  /** Webhooks get through again. */
  unblockWebhooks(): void {
    this.#webhooksAreBlocked = false;
  }

  /** Resolves when no webhook waits. On a virtual clock, advance it at the same time. */
  async webhooksIdle(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.idle()));
  }

  /** SIGKILL: sockets die, nobody is told, no webhook is sent any more, nothing is remembered. */
  async kill(): Promise<void> {
    for (const queue of this.#queues) queue.crash();
    for (const room of this.#world.rooms.values()) {
      for (const { peer } of room.participants.values()) if (peer instanceof SignalPeer) peer.cut();
    }
    this.#world.crash();
    await this.#close();
  }

  /** Starts again on the same port after `kill`, with no rooms and a later start time. */
  async restart(): Promise<void> {
    await this.kill();
    this.#world = this.#boot();
    await this.listen(this.#port);
  }

  /** Ends the fake. Like LiveKit's second SIGTERM it sends no webhook. */
  async stop(): Promise<void> {
    await this.kill();
  }

  /** Used by `startFakeLivekit` and `restart`. */
  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => {
      // As LiveKit's own server: by its clock.
      const at = this.#options.date === undefined ? this.#clock.now() : this.#options.date();
      response.sendDate = false;
      if (at !== null) response.setHeader('date', new Date(at).toUTCString());
      void answer(request, response, this.#ports);
    });
    const signalling = new WebSocketServer({ noServer: true });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => {
      const claims = this.#gate(request, socket);
      if (claims)
        signalling.handleUpgrade(request, socket, head, (ws) => void this.#connect(ws, request, claims));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, this.#options.host ?? '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  #boot(): FakeWorld {
    const { post, webhookUrls, apiKey, apiSecret } = this.#options;
    const carry = post ?? httpPost(this.#clock);
    const guarded: PostWebhook = (request) =>
      this.#webhooksAreBlocked ? Promise.reject(new Error('refused')) : carry(request);
    this.#queues = (webhookUrls ?? []).map(
      (url) => new WebhookQueue({ url, apiKey, apiSecret, clock: this.#clock, post: guarded }),
    );
    // The metric has hundredths of a second; two starts must differ in it, on a clock that stands still too.
    this.#startedAt = Math.max(this.#clock.now(), this.#startedAt + 10);
    this.#zeroAt = this.#clock.now() - this.#clock.monotonic();
    const settings = { ...DEFAULTS, ...this.#options };
    const queues = this.#queues;
    return new FakeWorld(settings, {
      clock: this.#clock,
      webhook: (event: WebhookEvent) => {
        for (const queue of queues) queue.push(event);
      },
    });
  }

  /** Claims of who may connect; everybody else is answered and closed. */
  #gate(request: IncomingMessage, socket: Duplex): Claims | undefined {
    const path = new URL(request.url ?? '/', 'http://fake').pathname;
    const { status, text, claims } =
      path === '/rtc'
        ? admit(request, this.#ports)
        : { status: 404, text: '404 page not found', claims: undefined };
    if (claims) return claims;
    const head = `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n`;
    socket.end(`${head}Connection: close\r\n\r\n${text}`);
    return undefined;
  }

  async #connect(socket: WebSocket, request: IncomingMessage, claims: Claims): Promise<void> {
    socket.on('error', () => undefined);
    const query = new URL(request.url ?? '/', 'http://fake').searchParams;
    const fields = joinFieldsOf(claims);
    const known = this.#world.rooms.get(claims.video?.room ?? '')?.participants.get(fields.identity);
    if (query.get('reconnect') === '1') {
      const peer = known?.peer;
      if (peer instanceof SignalPeer && known?.sid === query.get('sid')) peer.resume(socket);
      else refuseResume(socket);
      return;
    }
    const world = this.#world;
    const webrtc = await loadWebRtc();
    if (socket.readyState !== socket.OPEN || world !== this.#world) return;
    const participant = world.join(claims.video?.room ?? '', fields);
    new SignalPeer({ world, webrtc }, participant, socket);
  }

  /** As Linux tells it: reckoned back by the clock of now, so that it moves when that is set. */
  #toldStart(): number {
    const setMs = Math.round(this.#clock.now() - this.#clock.monotonic() - this.#zeroAt);
    return Math.abs(setMs) < 1_000 ? this.#startedAt : this.#startedAt + setMs;
  }

  #metrics(): string {
    const rooms = [...this.#world.rooms.values()];
    return metricsText({
      startedAt: this.#toldStart(),
      webhooks: this.webhookCounters,
      queueLength: this.#queues.reduce((sum, queue) => sum + queue.length, 0),
      rooms: rooms.length,
      participants: rooms.reduce((sum, room) => sum + room.participants.size, 0),
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** LiveKit no longer knows the sid: the SDK then makes a full reconnect. */
function refuseResume(socket: WebSocket): void {
  const leave = new LeaveRequest({
    reason: DisconnectReason.STATE_MISMATCH,
    action: LeaveRequest_Action.RECONNECT,
  });
  socket.send(new SignalResponse({ message: { case: 'leave', value: leave } }).toBinary());
  socket.close();
}
