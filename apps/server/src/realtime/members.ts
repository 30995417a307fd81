import type { Clock, Hints, Log } from '../platform/index.ts';
import { nameForClients } from './apps.ts';
import type { Channel, ChannelEvent, Channels, Member } from './channel.ts';
import { kindOf } from './channel.ts';
import { Lingering } from './lingering.ts';
import type { Change, Shared } from './shared-members.ts';

/** Hint that the sockets of a node have come to or gone from channels. Payload: JSON of {@link Moved}. */
const MOVED_HINT = 'realtime.moved';

interface Moved {
  readonly node: string;
  readonly channels: readonly string[];
}

export interface MembersDeps {
  readonly channels: Channels;
  readonly shared: Shared;
  readonly hints: Hints;
  readonly log: Log;
  /** Whether sockets are told how many are in their channel whenever that changes; presence channels say who. */
  readonly tellsCounts: boolean;
  /** Is told such a count as well. */
  readonly counted: (channel: string, count: number) => void;
  readonly clock: Clock;
  /** How long a member whose last socket was lost is still shown; 0: not at all. */
  readonly lingerMs: number;
}

/** Where more are in a channel, its count is told with each look only. */
const COUNTED_AT_ONCE_MAX = 100;

interface Pending {
  readonly joined: Map<string, Member>;
  readonly left: Set<string>;
}

/**
 * Who is in the channels on all nodes. A member is there while any socket of theirs is, wherever; each node tells its
 * own sockets who came and who went, by what it knew before: so each socket is told once.
 *
 * This node's own sockets count at once. Of the others it remembers what it read last, for the presence channels that
 * it serves: read when the first socket comes, when a node hints, and with each look, so that a lost hint or a dead node
 * costs no more than that.
 */
export class Members {
  readonly #deps: MembersDeps;
  readonly #unsubscribe: () => void;
  /** Members on other nodes, of the presence channels that are served here. */
  readonly #elsewhere = new Map<string, Map<string, Member>>();
  readonly #lingering: Lingering;
  readonly #moved = new Map<string, Pending>();
  readonly #wanted = new Set<string>();
  /** The counts that the sockets here know. */
  readonly #told = new Map<string, number>();
  #others: readonly string[] | null = null;
  #round: Promise<void> | null = null;
  #work: Promise<void> = Promise.resolve();
  #looking: Promise<void> | null = null;
  #isLost = false;

  constructor(deps: MembersDeps) {
    this.#deps = deps;
    this.#lingering = new Lingering({ clock: deps.clock, forMs: deps.lingerMs });
    this.#unsubscribe = deps.hints.subscribe(MOVED_HINT, (payload) => {
      const { node, channels } = JSON.parse(payload) as Moved;
      if (node === deps.hints.node) return;
      if (!this.#others?.includes(node)) this.#others = [...(this.#others ?? []), node];
      for (const name of channels)
        if (isPresence(name) && (this.#elsewhere.has(name) || deps.channels.get(name))) void this.load(name);
      this.#tellCountsSoon(channels);
    });
  }

  /** Whether the members of a presence channel have to be loaded before anybody may be told of them. */
  isUnknown(name: string): boolean {
    return !this.#elsewhere.has(name) && this.#others?.length !== 0;
  }

  /** Reads who is in a channel on the other nodes, and tells the sockets here what is new. Never rejects. */
  load(name: string): Promise<void> {
    this.#wanted.add(name);
    this.#round ??= this.#work = this.#work.then(() => this.#read());
    return this.#round;
  }

  /** Nobody came after all: what was loaded of a channel that is not served here is let go. */
  forget(name: string): void {
    if (!this.#deps.channels.get(name)) this.#elsewhere.delete(name);
  }

  /** One per user id, over all nodes. */
  membersOf(name: string): Map<string, Member> {
    const here = this.#deps.channels.get(name)?.members() ?? new Map<string, Member>();
    return new Map([...this.#lingering.of(name), ...(this.#elsewhere.get(name) ?? []), ...here]);
  }

  /** Says that a socket has joined a channel here; `arrived` is its member if no other socket here was theirs. */
  joined(channel: Channel, socketId: string, arrived: Member | null): void {
    const pending = this.#note(channel.name);
    if (arrived === null) return;
    pending.left.delete(arrived.userId);
    pending.joined.set(arrived.userId, arrived);
    if (this.#lingering.end(channel.name, arrived.userId)) return;
    if (this.#elsewhere.get(channel.name)?.has(arrived.userId)) return;
    channel.deliver(added(channel.name, arrived), { except: socketId });
  }

  /**
   * Says that a socket has left; `gone` is its member if no other socket here is theirs. Who has only `lost` the socket
   * lingers.
   */
  left(channel: Channel, gone: Member | null, { lost }: { lost: boolean }): void {
    const pending = this.#note(channel.name);
    const elsewhere = this.#elsewhere.get(channel.name);
    if (channel.size === 0) {
      this.#elsewhere.delete(channel.name);
      this.#told.delete(channel.name);
      this.#lingering.forget(channel.name);
    }
    if (gone === null) return;
    pending.joined.delete(gone.userId);
    pending.left.add(gone.userId);
    if (elsewhere?.has(gone.userId) || channel.size === 0) return;
    if (lost) this.#linger(channel.name, gone);
    else channel.deliver(removed(channel.name, gone.userId));
  }

  #linger(name: string, member: Member): void {
    const { userId } = member;
    this.#lingering.start(name, member, () => {
      if (!this.membersOf(name).has(userId)) this.#deps.channels.get(name)?.deliver(removed(name, userId));
    });
  }

  /** Sockets by channel, on all nodes: of `names`, or of every channel that has any. @throws Error when nobody answers */
  async counts(names?: readonly string[]): Promise<Map<string, number>> {
    const { hints, shared, channels } = this.#deps;
    const others = await hints.others();
    const counts = others.length > 0 ? await shared.members.counts(others, names) : new Map<string, number>();
    const here = names?.flatMap((name) => channels.get(name) ?? []) ?? channels.all();
    for (const { name, size } of here) counts.set(name, (counts.get(name) ?? 0) + size);
    return counts;
  }

  /** User ids in presence channels, on all nodes. @throws Error when nobody answers */
  async usersOf(names: readonly string[]): Promise<Set<string>[]> {
    const others = await this.#deps.hints.others();
    const elsewhere = others.length > 0 ? await this.#deps.shared.members.members(names, others) : [];
    return names.map((name, at) => {
      const here = this.#deps.channels.get(name)?.members() ?? new Map<string, Member>();
      return new Set([...here.keys(), ...(elsewhere[at] ?? []).map(({ userId }) => userId)]);
    });
  }

  /** Renews what this node has written, and looks at the other nodes: what no hint told is found here. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look().finally(() => (this.#looking = null)));
  }

  async #look(): Promise<void> {
    const { shared, channels, log } = this.#deps;
    try {
      const open = [...channels.all()];
      const isThere = await shared.members.renew(open.map(({ name }) => name).filter(isPresence));
      if (this.#isLost) await shared.clear();
      const isWhole = isThere && !this.#isLost;
      this.#isLost = false;
      if (!isWhole && open.length > 0) await this.#write(open.map(whole));
    } catch (error) {
      this.#isLost = true;
      log.warn({ err: error }, 'channels could not be told to the other nodes');
    }
    const known = this.#others?.length ?? 0;
    const others = await this.#deps.hints.others().catch(() => this.#others ?? []);
    this.#others = others;
    const served = [...channels.all()].map(({ name }) => name);
    if (others.length > 0 || known > 0)
      await Promise.all(served.filter(isPresence).map((name) => this.load(name)));
    await this.#tellCounts(served, { onlyNews: true });
  }

  /** Resolves when all that has happened until now is written and read. */
  async caughtUp(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let last; last !== this.#work; await last) last = this.#work;
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#lingering.close();
    await this.#looking;
    await this.caughtUp();
    await this.#deps.shared.close();
  }

  #note(name: string): Pending {
    const had = this.#moved.get(name);
    if (had) return had;
    if (this.#moved.size === 0) setImmediate(() => this.#flush());
    const pending = { joined: new Map<string, Member>(), left: new Set<string>() };
    this.#moved.set(name, pending);
    return pending;
  }

  #flush(): void {
    const changes = [...this.#moved].map(([channel, { joined, left }]): Change => ({
      channel,
      sockets: this.#deps.channels.get(channel)?.size ?? 0,
      joined: [...joined.values()],
      left: [...left],
    }));
    this.#moved.clear();
    this.#work = this.#work.then(() => this.#write(changes));
  }

  async #write(changes: readonly Change[]): Promise<void> {
    const { shared, hints, log, tellsCounts } = this.#deps;
    try {
      await shared.members.write(changes);
    } catch (error) {
      this.#isLost = true;
      return log.warn({ err: error }, 'channels could not be told to the other nodes');
    }
    const channels = changes
      .filter(({ joined, left }) => tellsCounts || joined.length + left.length > 0)
      .map(({ channel }) => channel);
    if (channels.length > 0)
      hints.publish(MOVED_HINT, JSON.stringify({ node: hints.node, channels } satisfies Moved));
    await this.#tellCounts(channels);
  }

  #tellCountsSoon(names: readonly string[]): void {
    if (this.#deps.tellsCounts) this.#work = this.#work.then(() => this.#tellCounts(names));
  }

  async #tellCounts(names: readonly string[], { onlyNews = false } = {}): Promise<void> {
    const { channels, log, tellsCounts } = this.#deps;
    const open = names.filter((name) => channels.get(name) && !isPresence(name));
    if (!tellsCounts || open.length === 0) return;
    const counts = await this.counts(open).catch((error: unknown) => {
      log.warn({ err: error }, 'the other nodes could not be asked how many are in their channels');
      return new Map<string, number>();
    });
    for (const [name, count] of counts) {
      if (onlyNews ? this.#told.get(name) === count : count > COUNTED_AT_ONCE_MAX) continue;
      this.#told.set(name, count);
      channels.get(name)?.deliver({ kind: 'subscription_count', channel: name, count });
      this.#deps.counted(name, count);
    }
  }

  async #read(): Promise<void> {
    const { shared, hints, log } = this.#deps;
    const names = [...this.#wanted];
    this.#wanted.clear();
    this.#round = null;
    try {
      this.#others = await hints.others();
      const found = this.#others.length > 0 ? await shared.members.members(names, this.#others) : [];
      names.forEach((name, at) => this.#take(name, found[at] ?? []));
    } catch (error) {
      log.warn({ err: error }, 'members on other nodes could not be read');
      // Whoever joins now sees this node's members; the next look makes it whole.
      for (const name of names) if (!this.#elsewhere.has(name)) this.#elsewhere.set(name, new Map());
    }
  }

  #take(name: string, found: readonly Member[]): void {
    const before = this.#elsewhere.get(name) ?? new Map<string, Member>();
    const after = new Map(found.map((member) => [member.userId, member]));
    this.#elsewhere.set(name, after);
    const channel = this.#deps.channels.get(name);
    if (!channel) return;
    const here = channel.members();
    for (const [userId, member] of after)
      if (!this.#lingering.end(name, userId) && !before.has(userId) && !here.has(userId))
        channel.deliver(added(name, member));
    for (const [userId, member] of before)
      if (!after.has(userId) && !here.has(userId)) this.#linger(name, member);
  }
}

function whole(channel: Channel): Change {
  return { channel: channel.name, sockets: channel.size, joined: [...channel.members().values()], left: [] };
}

function isPresence(name: string): boolean {
  return kindOf(nameForClients(name)) === 'presence';
}

function added(channel: string, member: Member): ChannelEvent {
  return { kind: 'member_added', channel, member };
}

function removed(channel: string, userId: string): ChannelEvent {
  return { kind: 'member_removed', channel, userId };
}
