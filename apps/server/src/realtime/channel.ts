import { CHANNEL_NAME_MAX } from '@latido/protocol';
import { isWhole } from '../platform/index.ts';
import { crossesApps } from './apps.ts';

/** What a channel's prefix asks of those who join. */
export type ChannelKind = 'public' | 'private' | 'presence' | 'server-to-user';

/** The kind by the prefix; null for a name that cannot be one. As clients say it: not as the hub has another app's. */
export function kindOf(name: string): ChannelKind | null {
  if (name.startsWith('#server-to-user-'))
    return crossesApps(name) || !isWhole(name) ? null : 'server-to-user';
  if (name.length > CHANNEL_NAME_MAX || !/^[A-Za-z0-9_\-=@,.;]+$/.test(name)) return null;
  if (name.startsWith('private-')) return 'private';
  return name.startsWith('presence-') ? 'presence' : 'public';
}

/** Whether the last event of a channel is kept for whoever comes later. */
export function isCacheChannel(name: string): boolean {
  return /^(private-encrypted-|private-|presence-)?cache-/.test(name);
}

/** Whether only its members can read what is sent: the payload is made with a secret that the auth route gives them. */
export function isEncrypted(name: string): boolean {
  return name.startsWith('private-encrypted-');
}

/** The person whose inbox a channel is; null for every other channel. */
export function inboxOwner(name: string): string | null {
  return name.startsWith('private-inbox-') && !crossesApps(name) ? name.slice('private-inbox-'.length) : null;
}

/** One who is in a presence channel, however many sockets they have. */
export interface Member {
  readonly userId: string;
  readonly userInfo: unknown;
}

/** What happens in a channel. Each door puts it into the words of its protocol. */
export type ChannelEvent = { readonly channel: string } & (
  | {
      readonly kind: 'event';
      readonly event: string;
      readonly data: unknown;
      readonly userId?: string | undefined;
    }
  | { readonly kind: 'member_added'; readonly member: Member }
  | { readonly kind: 'member_removed'; readonly userId: string }
  | { readonly kind: 'subscription_count'; readonly count: number }
  | { readonly kind: 'cache_miss' }
);

/** A client of some door. */
export interface Subscriber {
  /** No other has it, on any node. */
  readonly socketId: string;
  /** Names of the channels that it is in, or is joining. */
  readonly channels: Set<string>;
  readonly isOpen: boolean;
  /** The event is one object for all who get it, so that a door builds its bytes once. */
  deliver(event: ChannelEvent): void;
}

interface Subscription {
  readonly subscriber: Subscriber;
  readonly member: Member | null;
}

/** Whom an event passes by: a socket, and members by their user ids. */
interface NotFor {
  readonly except?: string | undefined;
  readonly without?: readonly string[] | undefined;
}

/** Who is subscribed to one channel, on this node. */
export class Channel {
  readonly name: string;
  readonly #subscriptions = new Map<string, Subscription>();

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** Adds a socket. True when its member was not there before. */
  add(subscriber: Subscriber, member: Member | null): boolean {
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

  /** To everybody but the socket that caused it, and the members whom it is not for. */
  deliver(event: ChannelEvent, { except, without = [] }: NotFor = {}): void {
    for (const { subscriber, member } of this.#subscriptions.values()) {
      if (member !== null && without.includes(member.userId)) continue;
      if (subscriber.socketId !== except) subscriber.deliver(event);
    }
  }

  #has(userId: string): boolean {
    for (const { member } of this.#subscriptions.values()) if (member?.userId === userId) return true;
    return false;
  }
}

/** Every channel that somebody on this node is subscribed to. */
export class Channels {
  readonly #channels = new Map<string, Channel>();

  get(name: string): Channel | undefined {
    return this.#channels.get(name);
  }

  open(name: string): Channel {
    let channel = this.#channels.get(name);
    if (!channel) this.#channels.set(name, (channel = new Channel(name)));
    return channel;
  }

  /** Takes a socket out of a channel and forgets the channel when it was the last. */
  leave(name: string, socketId: string): { channel: Channel; gone: Member | null } | null {
    const channel = this.#channels.get(name);
    if (!channel?.has(socketId)) return null;
    const gone = channel.remove(socketId);
    if (channel.size === 0) this.#channels.delete(name);
    return { channel, gone };
  }

  all(): IterableIterator<Channel> {
    return this.#channels.values();
  }
}
