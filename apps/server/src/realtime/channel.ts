import { CHANNEL_NAME_MAX } from '@latido/protocol';

/** What a channel's prefix asks of those who join. */
export type ChannelKind = 'public' | 'private' | 'presence' | 'server-to-user';

/** The kind by the prefix; null for a name that cannot be one. */
export function kindOf(name: string): ChannelKind | null {
  if (name.startsWith('#server-to-user-')) return 'server-to-user';
  if (name.length > CHANNEL_NAME_MAX || !/^[A-Za-z0-9_\-=@,.;]+$/.test(name)) return null;
  if (name.startsWith('private-')) return 'private';
  return name.startsWith('presence-') ? 'presence' : 'public';
}

/** Whether the last event of a channel is kept for whoever comes later. */
export function isCacheChannel(name: string): boolean {
  return /^(private-encrypted-|private-|presence-)?cache-/.test(name);
}

/** The person whose inbox a channel is; null for every other channel. */
export function inboxOwner(name: string): string | null {
  return name.startsWith('private-inbox-') ? name.slice('private-inbox-'.length) : null;
}

/** One who is in a presence channel, however many sockets they have. */
export interface Member {
  readonly userId: string;
  readonly userInfo: unknown;
}

/** A socket in a channel. */
export interface Subscriber {
  readonly socketId: string;
  send(frame: Buffer): void;
}

interface Subscription<S extends Subscriber> {
  readonly subscriber: S;
  readonly member: Member | null;
}

/** Who is subscribed to one channel, on this node. */
export class Channel<S extends Subscriber> {
  readonly name: string;
  readonly #subscriptions = new Map<string, Subscription<S>>();

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Adds a socket. True when its member was not there before. */
  add(subscriber: S, member: Member | null): boolean {
    const isNew = member !== null && !this.#has(member.userId);
    this.#subscriptions.set(subscriber.socketId, { subscriber, member });
    return isNew;
  }

  /** Takes a socket out. Gives the member who is gone by that, with no other socket left. */
  remove(socketId: string): Member | null {
    const member = this.#subscriptions.get(socketId)?.member ?? null;
    this.#subscriptions.delete(socketId);
    return member !== null && !this.#has(member.userId) ? member : null;
  }

  has(socketId: string): boolean {
    return this.#subscriptions.has(socketId);
  }

  memberOf(socketId: string): Member | null {
    return this.#subscriptions.get(socketId)?.member ?? null;
  }

  /** One per user id. */
  members(): Map<string, Member> {
    const members = new Map<string, Member>();
    for (const { member } of this.#subscriptions.values()) if (member) members.set(member.userId, member);
    return members;
  }

  *subscribers(): Generator<S> {
    for (const { subscriber } of this.#subscriptions.values()) yield subscriber;
  }

  /** One frame, built once, to everybody but the sender. */
  send(frame: Buffer, exceptSocketId?: string): void {
    for (const { subscriber } of this.#subscriptions.values()) {
      if (subscriber.socketId !== exceptSocketId) subscriber.send(frame);
    }
  }

  #has(userId: string): boolean {
    for (const { member } of this.#subscriptions.values()) if (member?.userId === userId) return true;
    return false;
  }
}

/** Every channel that somebody on this node is subscribed to. */
export class Channels<S extends Subscriber> {
  readonly #channels = new Map<string, Channel<S>>();

  get(name: string): Channel<S> | undefined {
    return this.#channels.get(name);
  }

  open(name: string): Channel<S> {
    let channel = this.#channels.get(name);
    if (!channel) this.#channels.set(name, (channel = new Channel<S>(name)));
    return channel;
  }

  /** Takes a socket out of a channel and forgets the channel when it was the last. */
  leave(name: string, socketId: string): { channel: Channel<S>; gone: Member | null } | null {
    const channel = this.#channels.get(name);
    if (!channel?.has(socketId)) return null;
    const gone = channel.remove(socketId);
    if (channel.size === 0) this.#channels.delete(name);
    return { channel, gone };
  }

  all(): IterableIterator<Channel<S>> {
    return this.#channels.values();
  }
}
