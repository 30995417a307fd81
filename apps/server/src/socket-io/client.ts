import { CLIENT_EVENTS_PER_SECOND, INBOX_RESET, type Notice } from '@latido/protocol';
import type { Socket } from 'socket.io';
import { isTooDeep } from '../platform/index.ts';
import {
  PerSecond,
  type ChannelEvent,
  type DoorFigure,
  type DropReason,
  type Subscriber,
} from '../realtime/index.ts';

/** What a client may leave unread before it is let go. The inbox makes that safe: it comes back with its cursor. */
const WAITING_BYTES_MAX = 1024 * 1024;
/** Socket.IO keeps these names for itself and throws when they are sent. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

/** Whose session a socket hangs on. */
export interface Owner {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly externalId: string | null;
  readonly sessionId: string | null;
  /** Epoch ms at which the session was good. */
  readonly since: number;
  /** Epoch ms at which the token runs out, where it does. */
  readonly until?: number | undefined;
}

/**
 * In which words a channel's events are sent: `payload` as `on(type, payload, {channel, cursor?})`; `echo` as Laravel Echo's
 * socket.io form, `on(type, channel, payload)`, for a subscribe that carried `auth`.
 */
export type Form = 'payload' | 'echo';

/** One client of Socket.IO. */
export class Client implements Subscriber {
  readonly socketId: string;
  readonly channels = new Set<string>();
  readonly clientEvents = new PerSecond(CLIENT_EVENTS_PER_SECOND);
  /** Who signed in with the connection; null for a stranger. */
  readonly owner: Owner | null;
  /** Those whose tokens came with a subscribe instead. */
  readonly guests = new Map<string, Owner>();
  readonly #socket: Socket;
  /** Channels whose events are sent in Laravel Echo's words. */
  readonly #echo = new Set<string>();
  readonly #figure: DoorFigure;
  /** What was asked about a channel last, until it is done. */
  readonly #last = new Map<string, Promise<unknown>>();
  readonly #claimed = new Set<string>();
  #waitingBytes = 0;

  constructor(socket: Socket, { owner, figure }: { owner: Owner | null; figure: DoorFigure }) {
    this.#socket = socket;
    this.#figure = figure;
    this.socketId = `io.${socket.id}`;
    this.owner = owner;
    socket.conn.on('packetCreate', ({ data }) => this.#waiting(Buffer.byteLength(String(data ?? ''))));
    socket.conn.on('drain', () => (this.#waitingBytes = 0));
  }

  get isOpen(): boolean {
    return this.#socket.connected;
  }

  /** Does what it asks about a channel one after the other: who leaves while they are still joining has left. */
  async inOrder<T>(channel: string, act: () => T | Promise<T>): Promise<T> {
    const done = (this.#last.get(channel) ?? Promise.resolve()).then(act);
    const settled = done.catch(() => undefined);
    this.#last.set(channel, settled);
    try {
      return await done;
    } finally {
      if (this.#last.get(channel) === settled) this.#last.delete(channel);
    }
  }

  /** Keeps a place for a channel while it is judged whether it may be joined; false when all are taken. */
  claims(channel: string, max: number): boolean {
    if (new Set([...this.channels, ...this.#claimed]).size >= max) return false;
    this.#claimed.add(channel);
    return true;
  }

  release(channel: string): void {
    this.#claimed.delete(channel);
  }

  /** Reads on later, so that what a flood brings stays on its way. Polling has nothing to pause. */
  pause(): void {
    this.#stream()?.pause?.();
  }

  resume(): void {
    this.#stream()?.resume?.();
  }

  #stream(): { pause?(): void; resume?(): void } | undefined {
    return (this.#socket.conn.transport as { socket?: { pause?(): void; resume?(): void } }).socket;
  }

  /** Sends a channel's events in these words from now on. */
  speak(channel: string, form: Form): void {
    if (form === 'echo') this.#echo.add(channel);
    else this.#echo.delete(channel);
  }

  isEchoIn(channel: string): boolean {
    return this.#echo.has(channel);
  }

  deliver(event: ChannelEvent): void {
    const { channel } = event;
    const isEcho = this.isEchoIn(channel);
    switch (event.kind) {
      case 'event':
        return this.emit(channel, event.event, valueOf(event));
      case 'member_added': {
        const { userId, userInfo } = event.member;
        return this.emit(channel, isEcho ? 'presence:joining' : 'member_added', memberOf(userId, userInfo));
      }
      case 'member_removed':
        return this.emit(channel, isEcho ? 'presence:leaving' : 'member_removed', memberOf(event.userId));
      case 'subscription_count':
        return this.emit(channel, 'subscription_count', { subscription_count: event.count });
      case 'cache_miss':
        return this.emit(channel, 'cache_miss', {});
    }
  }

  /** A notice of the inbox that a channel is; the cursor comes beside what it says. */
  notice(channel: string, { type, payload, cursor }: Notice): void {
    this.emit(channel, type, payload, cursor);
  }

  /** Something may be missing; it goes on from this cursor. */
  lost(channel: string, cursor: string): void {
    this.emit(channel, INBOX_RESET, { cursor }, cursor);
  }

  emit(channel: string, type: string, ...[payload, cursor]: [payload: unknown, cursor?: string]): void {
    if (RESERVED.has(type)) return;
    this.#figure.delivered += 1;
    if (this.isEchoIn(channel)) this.#socket.emit(type, channel, payload);
    else this.#socket.emit(type, payload, { channel, ...(cursor === undefined ? {} : { cursor }) });
  }

  /** Its session is over, or somebody has sent it away: a client does not come back from this by itself. */
  sendAway(reason: DropReason): void {
    this.#figure.dropped(reason);
    this.#socket.disconnect(true);
  }

  /** Closes the connection beneath: clients come back by themselves, each after another time. */
  letGo(): void {
    this.#socket.conn.close();
  }

  #waiting(bytes: number): void {
    this.#waitingBytes += bytes;
    if (this.#waitingBytes <= WAITING_BYTES_MAX) return;
    this.#figure.dropped('slow');
    // With all that waits: closed in order it would first be read to its end, by somebody who does not read.
    this.#socket.conn.close(true);
  }
}

const values = new WeakMap<ChannelEvent, unknown>();

/** What an event carries, as a value; read once for all who get it. Text that is no JSON, or lies too deep, is passed on as it is. */
function valueOf(event: ChannelEvent & { kind: 'event' }): unknown {
  if (typeof event.data !== 'string') return event.data;
  if (!values.has(event)) values.set(event, parsed(event.data));
  return values.get(event);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isTooDeep(value) ? text : value;
  } catch {
    return text;
  }
}

/** As Laravel Echo reads members. */
export function memberOf(userId: string, userInfo: unknown = {}): { user_id: string; user_info: unknown } {
  return { user_id: userId, user_info: userInfo };
}
