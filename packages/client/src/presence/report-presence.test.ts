import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SOCKET_REPLACED, type PresenceUp } from '@latido/protocol';
import type { Room } from 'livekit-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { backoffMs } from './backoff.ts';
import { reportPresence, type PresenceReporter } from './report-presence.ts';

/** As much of a Room as the reporter reads; the real one is in the stories. */
class SmallRoom extends EventEmitter {
  state = 'connected';
  localParticipant = { sid: 'PA_alice' };
  remoteParticipants = new Map();
  roomSid = 'RM_1';
  getSid = async (): Promise<string> => this.roomSid;
}

/** A server that keeps what it hears; `next` waits for a message of a kind. */
class Ears {
  readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly sockets: ServerSocket[] = [];
  /** With which ticket each was asked for. */
  readonly tickets: (string | null)[] = [];
  readonly heard: PresenceUp[] = [];
  readonly #news = new EventEmitter();
  acknowledges = true;

  constructor() {
    this.server.on('connection', (socket, { url = '' }) => {
      this.sockets.push(socket);
      this.tickets.push(new URL(url, 'http://here').searchParams.get('ticket'));
      this.#news.emit('news');
      socket.on('message', (raw) => {
        const message = JSON.parse(String(raw)) as PresenceUp;
        this.heard.push(message);
        if (message.type === 'beat' && this.acknowledges)
          socket.send(JSON.stringify({ type: 'ack', n: message.n }));
        this.#news.emit('news');
      });
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1/presence`;
  }

  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined) return seen;
      await once(this.#news, 'news');
    }
  }

  next<K extends PresenceUp['type']>(
    type: K,
    fits: (m: Extract<PresenceUp, { type: K }>) => boolean = () => true,
  ) {
    return this.until(() =>
      this.heard.find((m): m is Extract<PresenceUp, { type: K }> => m.type === type && fits(m as never)),
    );
  }
}

let ears: Ears;
let room: SmallRoom;
let reporter: PresenceReporter | undefined;
const report = () =>
  (reporter = reportPresence(room as unknown as Room, { url: ears.url, ticket: 't', beatEveryMs: 20 }));

beforeEach(async () => {
  ears = new Ears();
  await once(ears.server, 'listening');
  room = new SmallRoom();
});
afterEach(() => {
  reporter?.close();
  for (const socket of ears.sockets) socket.terminate();
  ears.server.close();
});

test('it says that it is there, and beats with the state of the Room', async () => {
  report();
  expect(await ears.next('connected', (m) => m.roomSid === 'RM_1')).toMatchObject({
    participantSid: 'PA_alice',
  });
  expect(await ears.next('beat')).toMatchObject({ roomState: 'connected', participantSid: 'PA_alice' });
  room.state = 'reconnecting';
  room.emit('connectionStateChanged', 'reconnecting');
  await ears.next('beat', (m) => m.roomState === 'reconnecting');
});

test('after a full reconnect it is there again under the new sids', async () => {
  report();
  await ears.next('connected');
  room.localParticipant.sid = 'PA_alice2';
  room.roomSid = 'RM_2';
  room.emit('reconnected');
  await ears.next('connected', (m) => m.participantSid === 'PA_alice2' && m.roomSid === 'RM_2');
});

test('it tells that the partner has gone, with LiveKit’s word for why', async () => {
  report();
  await ears.next('connected');
  room.emit('participantDisconnected', { sid: 'PA_bob', identity: 'bob' }, 1);
  expect(await ears.next('partner_disconnected')).toMatchObject({
    partner: { participantSid: 'PA_bob', identity: 'bob', reason: 'CLIENT_INITIATED' },
  });
});

test('a server that has gone silent is asked on a second socket, and beats go on there', async () => {
  ears.acknowledges = false;
  report();
  const second = await ears.until(() => ears.sockets[1]);
  const [code] = (await once(ears.sockets[0]!, 'close')) as [number];
  expect(second.readyState).toBe(second.OPEN);
  // So that the server does not take its end for the page's.
  expect(code).toBe(SOCKET_REPLACED);
});

test('a socket that closes is opened again', async () => {
  report();
  await ears.next('connected');
  const [first] = ears.sockets;
  first?.terminate();
  await ears.until(() => ears.sockets[1]);
});

test('[PRES-F24] it comes back with the ticket that it was given last', async () => {
  report();
  await ears.next('connected');
  const [first] = ears.sockets;
  first?.send(JSON.stringify({ type: 'ticket', ticket: 'fresh' }));
  // Closed after it, so that it has been heard by then.
  first?.close();
  await ears.until(() => ears.sockets[1]);
  expect(ears.tickets).toEqual(['t', 'fresh']);
});

test('bye is the last word', async () => {
  const mine = report();
  await ears.next('connected');
  await mine.bye();
  await ears.next('bye');
  const [socket] = ears.sockets;
  if (socket && socket.readyState !== 3) await once(socket, 'close');
  expect(ears.heard.at(-1)?.type).toBe('bye');
});

test.each([
  [0, 0.999, 249],
  [3, 0.5, 1_000],
  [5, 0.999, 7_992],
  [50, 0.5, 4_000],
  [4, 0, 0],
])('attempt %i with chance %d waits %i ms: full jitter, 8 s at most', (attempt, chance, ms) => {
  expect(backoffMs(attempt, chance)).toBe(ms);
});
