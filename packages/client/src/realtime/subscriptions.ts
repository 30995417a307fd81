import type { CallState, ChannelAuth, Notice } from '@latido/protocol';
import { CALL_STATE, channelOf, INBOX_ACK, INBOX_RESET, NOTICE_WITHDRAWN } from '@latido/protocol';
import { request } from '../api/problem.ts';
import type { RealtimeOptions } from './options.ts';
import type { PusherSocket } from './pusher-socket.ts';
import type { Reading } from './reading.ts';

type Listen = (event: string, data: unknown) => void;

/** Where the events of a socket go. */
export interface SubscriptionsDeps {
  readonly options: RealtimeOptions;
  readonly reading: Reading;
  /** The inbox is attached: notices arrive. */
  readonly live: () => void;
  /** The inbox cannot be attached on this socket. */
  readonly failed: () => void;
  readonly ackMs: number;
}

/** The channels of one person, over whichever socket there is. */
export class Subscriptions {
  readonly #deps: SubscriptionsDeps;
  readonly #inbox: string;
  readonly #user: string;
  readonly #listeners = new Map<string, Set<Listen>>();
  #open: { socket: PusherSocket; socketId: string } | null = null;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
    this.#inbox = channelOf.inbox(deps.options.personId);
    this.#user = channelOf.user(deps.options.personId);
  }

  /** A socket is open: joins everything that is wanted on it. */
  open(socket: PusherSocket, socketId: string): void {
    this.#open = { socket, socketId };
    void this.#join(this.#inbox).catch(() => this.#deps.failed());
    for (const channel of new Set([this.#user, ...this.#listeners.keys()])) this.#tryToJoin(channel);
  }

  /** The socket is gone. */
  lost(): void {
    this.#open = null;
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  listen(channel: string, onEvent: Listen): () => void {
    const listeners = this.#listeners.get(channel);
    if (listeners) listeners.add(onEvent);
    else {
      this.#listeners.set(channel, new Set([onEvent]));
      if (this.#open && channel !== this.#user) this.#tryToJoin(channel);
    }
    return () => this.#forget(channel, onEvent);
  }

  event(name: string, data: unknown, channel: string | undefined): void {
    if (channel === this.#inbox) return this.#inboxEvent(name, data);
    if (channel === undefined || name.startsWith('pusher_internal:')) return;
    this.#give(channel, name, data);
    if (channel === this.#user && name === CALL_STATE) {
      this.#hear(channelOf.call((data as CallState).callId), name, data);
    }
  }

  /** What is live about the person, by whichever door it came. */
  personal(name: string, data: unknown): void {
    this.event(name, data, name === NOTICE_WITHDRAWN ? this.#inbox : this.#user);
  }

  #give(channel: string, name: string, data: unknown): void {
    this.#deps.options.onEvent?.(name, data, channel);
    this.#hear(channel, name, data);
  }

  #hear(channel: string, name: string, data: unknown): void {
    for (const listen of this.#listeners.get(channel) ?? []) listen(name, data);
  }

  #inboxEvent(name: string, data: unknown): void {
    const { reading, options } = this.#deps;
    switch (name) {
      case 'pusher_internal:subscription_succeeded':
        return this.#deps.live();
      case 'pusher:subscription_error':
        return this.#deps.failed();
      case INBOX_RESET:
        reading.moveTo((data as { cursor: string }).cursor);
        options.onReset?.();
        return;
      case NOTICE_WITHDRAWN:
        return this.#give(this.#inbox, name, data);
      default:
        if (reading.take(data as Notice)) this.#acknowledgeSoon();
    }
  }

  #acknowledgeSoon(): void {
    this.#ackTimer ??= setTimeout(() => {
      this.#ackTimer = undefined;
      this.#open?.socket.send(INBOX_ACK, { cursor: this.#deps.reading.cursor }, this.#inbox);
    }, this.#deps.ackMs);
  }

  /** A channel beside the inbox that cannot be joined is told to its listeners, and does not matter to the rest. */
  #tryToJoin(channel: string): void {
    this.#join(channel).catch((error: unknown) =>
      this.#hear(channel, 'pusher:subscription_error', {
        error: error instanceof Error ? error.message : '',
      }),
    );
  }

  async #join(channel: string): Promise<void> {
    const open = this.#open;
    if (!open) return;
    const signed = /^(private|presence)-/.test(channel) ? await this.#authorize(open.socketId, channel) : {};
    open.socket.send('pusher:subscribe', { channel, ...signed });
  }

  async #authorize(socketId: string, channel: string): Promise<ChannelAuth> {
    const { options, reading } = this.#deps;
    const { url: baseUrl, auth } = options;
    const response = await request(
      { baseUrl, ...(auth ? { auth } : {}) },
      {
        method: 'POST',
        path: '/broadcasting/auth',
        body: {
          socket_id: socketId,
          channel_name: channel,
          ...(channel === this.#inbox ? { after: reading.cursor ?? '' } : {}),
        },
      },
    );
    return (await response.json()) as ChannelAuth;
  }

  #forget(channel: string, onEvent: Listen): void {
    const listeners = this.#listeners.get(channel);
    listeners?.delete(onEvent);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(channel);
    if (channel !== this.#user) this.#open?.socket.send('pusher:unsubscribe', { channel });
  }
}
