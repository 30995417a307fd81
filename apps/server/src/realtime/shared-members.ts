import type { Member } from './channel.ts';

/** What a node's own sockets have made of a channel since it said so last. */
export interface Change {
  readonly channel: string;
  /** How many of its sockets are in it now; 0 forgets it. */
  readonly sockets: number;
  readonly joined: readonly Member[];
  /** User ids. */
  readonly left: readonly string[];
}

/**
 * Where nodes write who is in their channels, and read it of each other. Each writes only of itself; what a node has
 * written is gone soon after it has died. Everything rejects while it cannot be reached.
 */
export interface SharedMembers {
  /** Writes what this node's sockets have made of channels. */
  write(changes: readonly Change[]): Promise<void>;
  /** Says that this node lives, and is in these presence channels. False: it has written nothing, or that is lost. */
  renew(presenceChannels: readonly string[]): Promise<boolean>;
  /** The members of each channel on these nodes, in the order asked. */
  members(channels: readonly string[], nodes: readonly string[]): Promise<Member[][]>;
  /** Sockets by channel on these nodes: of all their channels, or of those asked for. */
  counts(nodes: readonly string[], channels?: readonly string[]): Promise<Map<string, number>>;
}

/** Where the last events of cache channels are kept for nodes that start later. Rejects while it cannot be reached. */
export interface SharedEvents {
  /** Keeps the last event of a channel for half an hour. */
  remember(channel: string, event: string): Promise<void>;
  /** The last event of a channel; null when none is kept. */
  recall(channel: string): Promise<string | null>;
}

/** What the nodes of a server share of their channels. */
export interface Shared {
  readonly members: SharedMembers;
  readonly events: SharedEvents;
  /** Takes away what this node has written of its members. */
  clear(): Promise<void>;
  /** The same, and lets go. */
  close(): Promise<void>;
}

/** How long the last event of a cache channel is kept: what Pusher promises. */
export const REMEMBERED_MS = 30 * 60_000;

interface Page {
  readonly counts: Map<string, number>;
  readonly members: Map<string, Map<string, Member>>;
}

/** What nodes in one process share. A server without Redis has it to itself. */
export function sharedInMemory(now: () => number): (node: string) => Shared {
  const pages = new Map<string, Page>();
  const events = eventsInMemory(now);
  return (node) => {
    const clear = async (): Promise<void> => void pages.delete(node);
    return { members: membersInMemory(pages, node), events, clear, close: clear };
  };
}

function membersInMemory(pages: Map<string, Page>, node: string): SharedMembers {
  const own = (): Page => {
    const page = pages.get(node) ?? { counts: new Map(), members: new Map() };
    pages.set(node, page);
    return page;
  };
  const membersAt = (each: string, channel: string): Member[] => [
    ...(pages.get(each)?.members.get(channel)?.values() ?? []),
  ];
  const countsAt = (each: string): [string, number][] => [...(pages.get(each)?.counts ?? [])];
  return {
    async write(changes) {
      for (const change of changes) writeChange(own(), change);
    },
    renew: async () => pages.has(node),
    members: async (channels, nodes) =>
      channels.map((channel) => nodes.flatMap((each) => membersAt(each, channel))),
    counts: async (nodes, channels) =>
      addUp(nodes.flatMap(countsAt).filter(([name]) => channels?.includes(name) ?? true)),
  };
}

function eventsInMemory(now: () => number): SharedEvents {
  const events = new Map<string, { event: string; until: number }>();
  return {
    async remember(channel, event) {
      for (const [name, { until }] of events) if (until <= now()) events.delete(name);
      events.set(channel, { event, until: now() + REMEMBERED_MS });
    },
    async recall(channel) {
      const kept = events.get(channel);
      return kept !== undefined && kept.until > now() ? kept.event : null;
    },
  };
}

function writeChange({ counts, members }: Page, { channel, sockets, joined, left }: Change): void {
  if (sockets > 0) counts.set(channel, sockets);
  else counts.delete(channel);
  const there = members.get(channel) ?? new Map<string, Member>();
  for (const userId of left) there.delete(userId);
  for (const member of joined) there.set(member.userId, member);
  if (there.size > 0) members.set(channel, there);
  else members.delete(channel);
}

/** Sums by name. */
export function addUp(counts: readonly (readonly [channel: string, count: number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [channel, count] of counts) sums.set(channel, (sums.get(channel) ?? 0) + count);
  return sums;
}
