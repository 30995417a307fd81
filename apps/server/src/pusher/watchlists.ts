import type { Clock, Hints, Log, TimerHandle } from '../platform/index.ts';
import { nameForClients, type ChannelObserver, type Hub } from '../realtime/index.ts';
import type { Connection } from './connection.ts';
import { eventFrame } from './frame.ts';

/** Hint that somebody may have come or gone, after the nodes were told. Payload: their user id. */
const SEEN_HINT = 'pusher.seen';
/** The channel that a client takes for itself when its user has signed in: who is in it is online. */
const OWN_CHANNEL = '#server-to-user-';
/** A page that reloads was not offline. */
const OFFLINE_AFTER_MS = 3_000;
/** What a lost hint or a dead node costs. */
const LOOK_EVERY_MS = 15_000;

export interface WatchlistsDeps {
  readonly hub: Hub;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who is told, on which node, of the users that their sign-in names, whether they are online on any node. */
export class Watchlists implements ChannelObserver {
  readonly #deps: WatchlistsDeps;
  readonly #watchers = new Map<string, Set<Connection>>();
  /** Those of the watched that a connection was told are online. */
  readonly #told = new Map<Connection, Map<string, boolean>>();
  readonly #stops: readonly (() => unknown)[];
  readonly #timers = new Set<TimerHandle>();
  #looks: Promise<void> = Promise.resolve();
  #sweeper: TimerHandle | undefined;

  constructor(deps: WatchlistsDeps) {
    this.#deps = deps;
    this.#stops = [
      deps.hub.observe(this),
      deps.hints.subscribe(SEEN_HINT, (userId) => {
        if (this.#watchers.has(userId)) this.#lookAt([userId]);
      }),
    ];
    this.#sweepLater();
  }

  /** Tells a connection of these users from now on: first which of them are online. */
  watch(connection: Connection, userIds: readonly string[]): void {
    this.unwatch(connection);
    if (userIds.length === 0) return;
    this.#told.set(connection, new Map(userIds.map((userId) => [userId, false])));
    for (const userId of userIds) {
      const watchers = this.#watchers.get(userId) ?? new Set();
      this.#watchers.set(userId, watchers.add(connection));
    }
    this.#lookAt(userIds);
  }

  unwatch(connection: Connection): void {
    for (const userId of this.#told.get(connection)?.keys() ?? []) {
      const watchers = this.#watchers.get(userId);
      watchers?.delete(connection);
      if (watchers?.size === 0) this.#watchers.delete(userId);
    }
    this.#told.delete(connection);
  }

  /** Resolves when everybody was told of what was looked at until now. */
  async settled(): Promise<void> {
    await this.#looks;
  }

  opened(channel: string): void {
    const userId = userOf(channel);
    // The other nodes ask for counts: those have to be written first.
    if (userId !== null)
      void this.#deps.hub.members.caughtUp().then(() => this.#deps.hints.publish(SEEN_HINT, userId));
  }

  emptied(channel: string): void {
    const userId = userOf(channel);
    if (userId === null) return;
    const timer = this.#deps.clock.setTimeout(() => {
      this.#timers.delete(timer);
      this.#deps.hints.publish(SEEN_HINT, userId);
    }, OFFLINE_AFTER_MS);
    this.#timers.add(timer);
  }

  arrived(): void {}
  departed(): void {}
  said(): void {}
  missed(): void {}
  counted(): void {}

  close(): void {
    const { clock } = this.#deps;
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) clock.clearTimeout(timer);
    if (this.#sweeper !== undefined) clock.clearTimeout(this.#sweeper);
  }

  #sweepLater(): void {
    this.#sweeper = this.#deps.clock.setTimeout(() => {
      if (this.#watchers.size > 0) this.#lookAt([...this.#watchers.keys()]);
      this.#sweepLater();
    }, LOOK_EVERY_MS);
  }

  #lookAt(userIds: readonly string[]): void {
    this.#looks = this.#looks
      .then(() => this.#look(userIds))
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'the other nodes could not be asked who is online'),
      );
  }

  async #look(userIds: readonly string[]): Promise<void> {
    const counts = await this.#deps.hub.members.counts(userIds.map((userId) => OWN_CHANNEL + userId));
    const online = new Set(userIds.filter((userId) => (counts.get(OWN_CHANNEL + userId) ?? 0) > 0));
    const concerned = new Set(userIds.flatMap((userId) => [...(this.#watchers.get(userId) ?? [])]));
    for (const connection of concerned) this.#tell(connection, { userIds, online });
  }

  #tell(
    connection: Connection,
    { userIds, online }: { userIds: readonly string[]; online: ReadonlySet<string> },
  ): void {
    const told = this.#told.get(connection);
    if (!told) return;
    const news = userIds.filter((userId) => told.has(userId) && told.get(userId) !== online.has(userId));
    for (const userId of news) told.set(userId, online.has(userId));
    const events = [
      { name: 'online', user_ids: news.filter((userId) => online.has(userId)).map(nameForClients) },
      { name: 'offline', user_ids: news.filter((userId) => !online.has(userId)).map(nameForClients) },
    ].filter(({ user_ids }) => user_ids.length > 0);
    if (events.length > 0)
      connection.send(eventFrame({ event: 'pusher_internal:watchlist_events', data: { events } }));
  }
}

function userOf(channel: string): string | null {
  return channel.startsWith(OWN_CHANNEL) ? channel.slice(OWN_CHANNEL.length) : null;
}
