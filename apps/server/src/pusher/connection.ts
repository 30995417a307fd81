import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { CLIENT_EVENTS_PER_SECOND, PUSHER_CODES } from '@latido/protocol';
import type { Clock } from '../platform/index.ts';
import {
  PerSecond,
  type ChannelEvent,
  type DoorFigure,
  type DropReason,
  type Member,
  type Subscriber,
} from '../realtime/index.ts';
import type { PusherApp } from './apps.ts';
import { atEndOfTurn } from './end-of-turn.ts';
import { errorFrame, frameOf } from './frame.ts';

/** A close frame holds so many bytes of reason (RFC 6455). */
const REASON_BYTES_MAX = 123;

/** As much of a reason as a close frame holds: it may name what a client has sent. */
function closeReason(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES_MAX) return reason;
  // A character that is cut in two is left out.
  return new TextDecoder().decode(bytes.subarray(0, REASON_BYTES_MAX), { stream: true });
}

/** What a socket may have waiting before it is closed. The inbox makes dropping safe: it comes back with its cursor. */
export const WAITING_BYTES_MAX = 1024 * 1024;

/** Somebody whose session, token or key a socket hangs on. */
export interface Owner {
  readonly sessionId: string | null;
  readonly personId: string;
  readonly since: number;
  readonly until?: number | undefined;
}

/** One client. Frames of one turn of the loop are written to its socket at once. */
export class Connection implements Subscriber {
  readonly socketId: string;
  readonly app: PusherApp;
  readonly socket: WebSocket;
  /** The channels that it is in, as the hub has their names. */
  readonly channels = new Set<string>();
  /** Set by `pusher:signin`. */
  user: Member | null = null;
  /** Whether it has shown that somebody let it in: by a sign-in, or by a signature for a channel. */
  isAuthorized = false;
  /** It is about to be sent away, to ask again. */
  comesBack = false;
  readonly openedAt: number;
  /** Whose sessions signed its subscribes, and since when (epoch ms). */
  readonly owners = new Map<string, Owner>();
  lastHeardAt: number;
  pingedAt: number | null = null;
  readonly #stream: Duplex;
  readonly #clock: Clock;
  readonly #figure: DoorFigure;
  /** What waits for the end of this turn. One frame is what most turns have, and needs no list. */
  #first: Buffer | null = null;
  #more: Buffer[] | null = null;
  #waitingBytes = 0;
  #closing = false;
  readonly #clientEvents = new PerSecond(CLIENT_EVENTS_PER_SECOND);

  constructor(of: {
    socketId: string;
    app: PusherApp;
    socket: WebSocket;
    stream: Duplex;
    clock: Clock;
    figure: DoorFigure;
  }) {
    this.socketId = of.socketId;
    this.socket = of.socket;
    this.app = of.app;
    this.#stream = of.stream;
    this.#clock = of.clock;
    this.#figure = of.figure;
    this.openedAt = this.lastHeardAt = of.clock.monotonic();
  }

  /** Anything from the client proves that it lives. */
  heard(): void {
    this.lastHeardAt = this.#clock.monotonic();
    this.pingedAt = null;
  }

  get isOpen(): boolean {
    return this.socket.readyState <= WebSocket.OPEN;
  }

  deliver(event: ChannelEvent): void {
    this.give(frameOf(event));
  }

  /** Sends something that is delivered: an event, a notice. */
  give(frame: Buffer): void {
    this.#figure.delivered += 1;
    this.send(frame);
  }

  /** Puts a frame into what is written at the end of this turn. */
  send(frame: Buffer): void {
    if (this.#closing) return;
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#isTooSlow();
    else if (this.#first !== null) (this.#more ??= []).push(frame);
    else {
      this.#first = frame;
      atEndOfTurn(this);
    }
  }

  /** Says why as an event, then closes with the same code: what the protocol asks for codes below 4300. */
  refuse(code: number, message: string, reason: DropReason = 'refused'): void {
    this.#figure.dropped(reason);
    this.send(errorFrame(code, message));
    this.close(code, message);
  }

  close(code: number, reason = ''): void {
    if (this.#closing) return;
    this.flush();
    this.#closing = true;
    this.socket.close(code, closeReason(reason));
  }

  /** Whether one more client event is within the limit of this second. */
  mayTrigger(): boolean {
    return this.#clientEvents.take(this.#clock.monotonic());
  }

  /** Writes what waits. The end of a turn does so by itself. */
  flush(): void {
    const first = this.#first;
    const more = this.#more;
    const bytes = this.#waitingBytes;
    this.#forgetWaiting();
    if (first === null || this.#closing || !this.#stream.writable) return;
    if (this.#stream.writableLength + bytes > WAITING_BYTES_MAX) return this.#isTooSlow();
    // ws writes its own frames (pong, close) whole and at once too, so frames never mix.
    this.#stream.write(more === null ? first : Buffer.concat([first, ...more], bytes));
  }

  #isTooSlow(): void {
    this.#forgetWaiting();
    this.#figure.dropped('slow');
    this.close(PUSHER_CODES.overloaded, 'too slow: more than 1 MB is waiting');
  }

  #forgetWaiting(): void {
    this.#first = this.#more = null;
    this.#waitingBytes = 0;
  }
}
