import type { Clock, Db, Log, TimerHandle } from '../../platform/index.ts';
import {
  appOfName,
  kindOf,
  nameForClients,
  type Broadcast,
  type ChannelObserver,
  type Hub,
  type Member,
} from '../../realtime/index.ts';
import { addEvents, count, occupiedPlaces, occupy, vacate } from './store.ts';
import type { Counted, Place, WebhookEvent } from './store.ts';

export interface OccupancyDeps {
  readonly appId: string;
  /** As names in the hub say whose they are; null: our own app's. */
  readonly ofApp: string | null;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly hub: Hub;
  /** Names of events that are wanted. */
  readonly wanted: ReadonlySet<string>;
  /** Something waits to be sent. */
  readonly wake: () => void;
}

/** A page that reloads, or goes to another node, leaves nothing: so long nobody may be there before that is told. */
const VACATED_AFTER_MS = 3_000;
/** One transaction notes so much. */
const AT_ONCE = 500;
/** More than this is not kept while the database is away: what clients said is lost, places are found again. */
const WAITING_MOST = 10_000;

type Work =
  | { readonly kind: 'taken' | 'free'; readonly place: Place }
  | { readonly kind: 'counted'; readonly counted: Counted }
  | { readonly kind: 'event'; readonly event: WebhookEvent };

/**
 * Makes events of what happens to channels, once over all nodes: a channel is occupied by whichever node notes it first, and vacated by
 * whichever finds that nobody is in it any more, on no node. What was noted and is not so (a node died) is found by the sweep.
 */
export class Occupancy implements ChannelObserver {
  readonly #deps: OccupancyDeps;
  readonly #timers = new Map<string, TimerHandle>();
  #work: Work[] = [];
  #running: Promise<void> | null = null;
  readonly #looks = new Set<Promise<void>>();
  /** Places that the last sweep found nobody at: the next one frees them. */
  #suspects = new Set<string>();

  constructor(deps: OccupancyDeps) {
    this.#deps = deps;
  }

  opened(channel: string): void {
    if (!this.#isOurs(channel)) return;
    this.#add({ kind: 'taken', place: { channel, userId: '' } });
  }

  emptied(channel: string): void {
    if (!this.#isOurs(channel)) return;
    this.#freeLater({ channel, userId: '' });
  }

  arrived(channel: string, { userId }: Member): void {
    if (!this.#isOurs(channel)) return;
    this.#add({ kind: 'taken', place: { channel, userId } });
  }

  departed(channel: string, { userId }: Member): void {
    if (!this.#isOurs(channel)) return;
    this.#freeLater({ channel, userId });
  }

  said({ channel: named, event, data, except, userId }: Broadcast): void {
    if (!this.#isOurs(named)) return;
    const channel = nameForClients(named);
    const by = {
      ...(except === undefined ? {} : { socket_id: except }),
      ...(userId === undefined ? {} : { user_id: userId }),
    };
    this.#add({ kind: 'event', event: { name: 'client_event', channel, event, data, ...by } });
  }

  missed(channel: string): void {
    if (this.#isOurs(channel))
      this.#add({ kind: 'event', event: { name: 'cache_miss', channel: nameForClients(channel) } });
  }

  counted(channel: string, sockets: number): void {
    if (this.#isOurs(channel) && this.#deps.wanted.has('subscription_count'))
      this.#add({ kind: 'counted', counted: { channel, sockets } });
  }

  /** Resolves when everything until now is noted. */
  async settled(): Promise<void> {
    while (this.#running !== null || this.#looks.size > 0) await Promise.all([this.#running, ...this.#looks]);
  }

  /** Finds what is not as it was noted: channels of this node that are not, and places that nobody is at. */
  async sweep(): Promise<void> {
    const { db, appId, hub } = this.#deps;
    // What could not be noted waits: where nothing else happens, nothing else would start it.
    if (this.#work.length > 0) this.#noteSoon();
    const noted = await occupiedPlaces(db, appId);
    const known = new Set(noted.map(keyOf));
    for (const channel of hub.channels.all()) {
      if (!this.#isOurs(channel.name)) continue;
      const userIds =
        kindOf(nameForClients(channel.name)) === 'presence' ? [...channel.members().keys()] : [];
      for (const userId of ['', ...userIds]) {
        const place = { channel: channel.name, userId };
        if (!known.has(keyOf(place))) this.#add({ kind: 'taken', place });
      }
    }
    const free = await this.#freeOf(noted);
    for (const place of free) if (this.#suspects.has(keyOf(place))) this.#add({ kind: 'free', place });
    this.#suspects = new Set(free.map(keyOf));
    await this.settled();
  }

  close(): void {
    for (const timer of this.#timers.values()) this.#deps.clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #isOurs(channel: string): boolean {
    return appOfName(channel) === this.#deps.ofApp;
  }

  #freeLater(place: Place): void {
    const key = keyOf(place);
    const { clock, log } = this.#deps;
    const before = this.#timers.get(key);
    if (before !== undefined) clock.clearTimeout(before);
    const look = async (): Promise<void> => {
      this.#timers.delete(key);
      for (const free of await this.#freeOf([place])) this.#add({ kind: 'free', place: free });
    };
    const timer = clock.setTimeout(() => {
      const looked = look()
        // The sweep asks again.
        .catch((error: unknown) =>
          log.warn({ err: error }, 'the other nodes could not be asked who is in their channels'),
        )
        .finally(() => this.#looks.delete(looked));
      this.#looks.add(looked);
    }, VACATED_AFTER_MS);
    this.#timers.set(key, timer);
  }

  /** Those of the places that nobody is at, on any node. */
  async #freeOf(places: readonly Place[]): Promise<Place[]> {
    const { members } = this.#deps.hub;
    const names = [...new Set(places.map(({ channel }) => channel))];
    const counts = await members.counts(names);
    const withMembers = [
      ...new Set(places.filter(({ userId }) => userId !== '').map(({ channel }) => channel)),
    ];
    const users = await members.usersOf(withMembers);
    const there = new Map(withMembers.map((name, at) => [name, users[at] ?? new Set<string>()]));
    return places.filter(({ channel, userId }) =>
      userId === '' ? (counts.get(channel) ?? 0) === 0 : !there.get(channel)?.has(userId),
    );
  }

  #add(work: Work): void {
    if (work.kind === 'event' && !this.#deps.wanted.has(work.event.name)) return;
    if (this.#work.length >= WAITING_MOST) return;
    this.#work.push(work);
    this.#noteSoon();
  }

  #noteSoon(): void {
    this.#running ??= this.#note().finally(() => {
      this.#running = null;
    });
  }

  async #note(): Promise<void> {
    // What comes in one turn is noted together.
    await Promise.resolve();
    while (this.#work.length > 0) {
      const batch = this.#work.slice(0, AT_ONCE);
      try {
        await this.#noteBatch(batch);
      } catch (error) {
        // Tried again with what comes next, or by the sweep.
        return this.#deps.log.warn({ err: error }, 'what happened to channels could not be noted');
      }
      this.#work = this.#work.slice(batch.length);
      this.#deps.wake();
    }
  }

  async #noteBatch(batch: readonly Work[]): Promise<void> {
    const { db, appId, clock } = this.#deps;
    const placesOf = (kind: 'taken' | 'free'): Place[] =>
      batch.flatMap((work) => (work.kind === kind ? [work.place] : []));
    await db.transaction().execute(async (tx) => {
      const freed = await vacate(tx, appId, placesOf('free'));
      const taken = await occupy(tx, appId, placesOf('taken'));
      // Of several counts in a batch the last one is so.
      const counts = batch.flatMap((work) => (work.kind === 'counted' ? [work.counted] : []));
      const counted = await count(tx, appId, new Map(counts.map((each) => [each.channel, each.sockets])));
      const said = batch.flatMap((work) => (work.kind === 'event' ? [work.event] : []));
      const events = [
        ...freed.toSorted(membersFirst).map(goneFrom),
        ...taken.toSorted(channelsFirst).map(hereAt),
        ...counted.map(countOf),
        ...said,
      ];
      const wanted = events.filter(({ name }) => this.#deps.wanted.has(name));
      await addEvents(tx, { appId, events: wanted, at: new Date(clock.now()) });
    });
  }
}

const keyOf = ({ channel, userId }: Place): string => `${channel}\n${userId}`;
const channelsFirst = (a: Place, b: Place): number => Number(a.userId !== '') - Number(b.userId !== '');
const membersFirst = (a: Place, b: Place): number => channelsFirst(b, a);

function countOf({ channel, sockets }: Counted): WebhookEvent {
  return { name: 'subscription_count', channel: nameForClients(channel), subscription_count: sockets };
}

function hereAt({ channel: named, userId }: Place): WebhookEvent {
  const channel = nameForClients(named);
  return userId === ''
    ? { name: 'channel_occupied', channel }
    : { name: 'member_added', channel, user_id: userId };
}

function goneFrom({ channel: named, userId }: Place): WebhookEvent {
  const channel = nameForClients(named);
  return userId === ''
    ? { name: 'channel_vacated', channel }
    : { name: 'member_removed', channel, user_id: userId };
}
