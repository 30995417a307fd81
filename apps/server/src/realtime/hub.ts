import type { Feed, From, InboxFeeds } from '../inbox/index.ts';
import type { Clock, Hints, Log, TimerHandle } from '../platform/index.ts';
import type { Notice } from '@latido/protocol';
import type { Channel, ChannelEvent, Member, Subscriber } from './channel.ts';
import { Channels, isCacheChannel } from './channel.ts';
import { isOfClient } from './client-events.ts';
import { DoorFigures } from './door-figures.ts';
import { LastEvents } from './last-events.ts';
import { Members } from './members.ts';
import { Observers, type ChannelObserver } from './observers.ts';
import type { Broadcaster } from './ports.ts';
import type { Shared } from './shared-members.ts';

const SWEEP_EVERY_MS = 5_000;
/** Topic on which events travel between nodes. */
const BROADCAST_HINT = 'realtime.broadcast';
/** Topic on which every node is told to send a user away; the payload is the user's id. */
const TERMINATE_HINT = 'realtime.terminate';

/** An event on its way to every node. */
export interface Broadcast {
  readonly channel: string;
  readonly event: string;
  readonly data: string;
  /** The socket that caused it, which does not get it. */
  readonly except?: string | undefined;
  readonly userId?: string | undefined;
  /** Members of a presence channel, by their user ids, who do not get it. */
  readonly without?: readonly string[] | undefined;
}

export interface HubDeps {
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly shared: Shared;
  readonly inboxes: InboxFeeds;
  /** Whether `subscription_count` is told; an app of Pusher's asks for it. */
  readonly tellsCounts: boolean;
  /** How many members a presence channel may have; each of them is told of every other. */
  readonly membersMax: number;
  /** How long a member whose last socket was lost is still shown. */
  readonly lingerMs: number;
}

/** What is subscribed, on this node, by whichever door; what happens in a channel goes through here as an event. */
export class Hub implements Broadcaster {
  /** Channels that somebody on this node is in. */
  readonly channels = new Channels();
  /** Who is in the channels, on all nodes. */
  readonly members: Members;
  readonly inboxes: InboxFeeds;
  /** What the doors count of themselves. */
  readonly figures = new DoorFigures();
  readonly #observers = new Observers();
  readonly #lastEvents: LastEvents;
  readonly #feeds = new WeakMap<Subscriber, Map<string, Feed>>();
  /** The joins that are on their way, by the name of their channel. */
  readonly #wishes = new WeakMap<Subscriber, Map<string, symbol>>();
  readonly #deps: HubDeps;
  readonly #unsubscribe: () => void;
  #sweeper: TimerHandle | undefined;

  constructor(deps: HubDeps) {
    const { clock, hints, log, shared } = deps;
    this.#deps = deps;
    const counted = (channel: string, count: number): void => this.#observers.counted(channel, count);
    this.members = new Members({ ...deps, channels: this.channels, counted });
    this.#lastEvents = new LastEvents({ shared: shared.events, log, now: () => clock.now() });
    this.inboxes = deps.inboxes;
    this.#unsubscribe = hints.subscribe(BROADCAST_HINT, (payload) => this.#fanOut(payload));
    this.#sweepLater();
  }

  broadcast(channel: string, event: string, data: unknown): void {
    this.publish({ channel, event, data: typeof data === 'string' ? data : JSON.stringify(data) });
  }

  /** As `broadcast`, with the data as text, without whom it is not for, and with the user of the socket that caused it. */
  publish(broadcast: Broadcast): void {
    const { channel } = broadcast;
    if (isKept(broadcast)) this.#lastEvents.remember(channel, broadcast);
    if (isOfClient(broadcast.event)) this.#observers.said(broadcast);
    this.#deps.hints.publish(BROADCAST_HINT, JSON.stringify(broadcast));
  }

  /** Has somebody told of what happens to channels on this node. Returns how to stop. */
  observe(observer: ChannelObserver): () => void {
    return this.#observers.add(observer);
  }

  /** The last event of a cache channel, and for how long it is still kept; null when there is none. */
  async lastEvent(channel: string): Promise<{ data: string; forMs: number } | null> {
    await this.#lastEvents.load(channel);
    return this.#lastEvents.kept(channel);
  }

  /** To the subscribers on this node only: for content that every node makes for its own. */
  sendHere(channel: string, event: string, data: unknown): void {
    this.channels.get(channel)?.deliver({ kind: 'event', channel, event, data });
  }

  /** Has every door on every node close the sockets of a user who signed in. */
  terminate(userId: string): void {
    this.#deps.hints.publish(TERMINATE_HINT, userId);
  }

  /** For doors: calls back with the id of each user who is to be sent away. */
  onTerminate(sendAway: (userId: string) => void): () => void {
    return this.#deps.hints.subscribe(TERMINATE_HINT, sendAway);
  }

  /**
   * Puts a subscriber into a channel, and tells the others when its member is new. Waits only for what other nodes
   * know: the members of a presence channel, the last event of a cache channel. One of both is called, and neither for
   * who has left meanwhile: `joined`, which acknowledges before anything else is delivered, or `full`, for a member too many.
   */
  async join(
    subscriber: Subscriber,
    { name, member, joined, full }: { name: string; member: Member | null; joined(): void; full(): void },
  ): Promise<void> {
    const wish = this.#wish(subscriber, name);
    if (isCacheChannel(name)) await this.#lastEvents.load(name);
    // Who gives up meanwhile may let go of what was loaded for both.
    while (member !== null && this.members.isUnknown(name)) await this.members.load(name);
    if (!wish.end()) return this.members.forget(name);
    if (member !== null && this.#isFull(name, member)) {
      subscriber.channels.delete(name);
      this.members.forget(name);
      return full();
    }
    const channel = this.channels.open(name);
    const isNew = channel.add(subscriber, member);
    joined();
    this.members.joined(channel, subscriber.socketId, isNew ? member : null);
    this.#observe(channel, isNew ? member : null);
    if (!isCacheChannel(name)) return;
    const last = this.#lastEvents.of(name);
    if (last.kind === 'cache_miss') this.#observers.missed(name);
    subscriber.deliver(last);
  }

  /**
   * Attaches a subscriber to an inbox. What is in it follows the acknowledgement; what is told after it is delivered,
   * whatever happens in between. Rejects, and leaves nothing attached, when the inbox cannot be read.
   */
  async joinInbox(subscriber: Subscriber, wish: InboxWish): Promise<void> {
    const { name, joined, ...of } = wish;
    const pending = this.#wish(subscriber, name);
    try {
      const feed = await this.inboxes.attach(of);
      if (!pending.end()) return feed.detach();
      const feeds = this.#feeds.get(subscriber) ?? new Map<string, Feed>();
      this.#feeds.set(subscriber, feeds.set(name, feed));
      const channel = this.channels.open(name);
      channel.add(subscriber, null);
      this.members.joined(channel, subscriber.socketId, null);
      this.#observe(channel, null);
      joined();
      feed.start();
    } catch (error) {
      if (pending.end()) subscriber.channels.delete(name);
      throw error;
    }
  }

  /**
   * Takes a subscriber out of a channel, and tells the others when its member is gone by that: at once where they left, a
   * while later where their socket was `lost`, unless they are back.
   */
  leave(subscriber: Subscriber, name: string, { lost = false } = {}): void {
    subscriber.channels.delete(name);
    this.#wishes.get(subscriber)?.delete(name);
    this.#feeds.get(subscriber)?.get(name)?.detach();
    this.#feeds.get(subscriber)?.delete(name);
    const left = this.channels.leave(name, subscriber.socketId);
    if (!left) return;
    this.members.left(left.channel, left.gone, { lost });
    if (left.gone !== null) this.#observers.departed(name, left.gone);
    if (left.channel.size === 0) this.#observers.emptied(name);
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    if (this.#sweeper !== undefined) this.#deps.clock.clearTimeout(this.#sweeper);
    await this.members.close();
  }

  #observe({ name, size }: Channel, arrived: Member | null): void {
    if (size === 1) this.#observers.opened(name);
    if (arrived !== null) this.#observers.arrived(name, arrived);
  }

  /**
   * Notes that somebody is on the way into a channel. `end` says whether it is still this wish that they have: who has
   * left and asked again meanwhile is put in by the second wish only.
   */
  #wish(subscriber: Subscriber, name: string): { end(): boolean } {
    const id = Symbol(name);
    subscriber.channels.add(name);
    const wishes = this.#wishes.get(subscriber) ?? new Map<string, symbol>();
    this.#wishes.set(subscriber, wishes.set(name, id));
    return {
      end() {
        if (wishes.get(name) !== id) return false;
        wishes.delete(name);
        return subscriber.isOpen;
      },
    };
  }

  #isFull(name: string, { userId }: Member): boolean {
    const members = this.members.membersOf(name);
    return members.size >= this.#deps.membersMax && !members.has(userId);
  }

  #fanOut(payload: string): void {
    const broadcast = JSON.parse(payload) as Broadcast;
    const { channel, event, data, except, userId, without } = broadcast;
    if (isKept(broadcast)) this.#lastEvents.hear(channel, { event, data });
    const said: ChannelEvent = { kind: 'event', channel, event, data, userId };
    this.channels.get(channel)?.deliver(said, { except, without });
  }

  #sweepLater(): void {
    this.#sweeper = this.#deps.clock.setTimeout(() => {
      this.#lastEvents.sweep();
      void this.members.look();
      this.#sweepLater();
    }, SWEEP_EVERY_MS);
  }
}

/** Whose inbox, from where, and what is done with what is in it. */
export interface InboxWish {
  /** Name of the channel. */
  readonly name: string;
  readonly recipientId: string;
  readonly from: From;
  readonly joined: () => void;
  readonly deliver: (notices: readonly Notice[]) => void;
  /** The cursor could not be continued: this is where it goes on. */
  readonly lost: (cursor: string) => void;
}

/** Of a cache channel the last event of a server is kept; those of clients are not. */
function isKept({ channel, event }: Broadcast): boolean {
  return isCacheChannel(channel) && !isOfClient(event);
}
