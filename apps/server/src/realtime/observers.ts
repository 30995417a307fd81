import type { Member } from './channel.ts';
import type { Broadcast } from './hub.ts';

/** Who is told of what happens to channels on this node, besides their subscribers; what to make of it over all nodes is theirs. */
export interface ChannelObserver {
  /** The first subscriber of this node is in it. */
  opened(channel: string): void;
  /** The last one has left. */
  emptied(channel: string): void;
  /** A member who was on no other socket of this node. */
  arrived(channel: string, member: Member): void;
  /** A member who is on none any more. */
  departed(channel: string, member: Member): void;
  /** A client said something to the others. */
  said(broadcast: Broadcast): void;
  /** Somebody came to a cache channel that has no event. */
  missed(channel: string): void;
  /** So many sockets are in it, on all nodes; told where sockets are told, too (`tellsCounts`), by each node. */
  counted(channel: string, count: number): void;
}

/** All of them as one. */
export class Observers implements ChannelObserver {
  readonly #all = new Set<ChannelObserver>();

  /** @returns how to stop */
  add(observer: ChannelObserver): () => void {
    this.#all.add(observer);
    return () => this.#all.delete(observer);
  }

  opened(channel: string): void {
    for (const each of this.#all) each.opened(channel);
  }

  emptied(channel: string): void {
    for (const each of this.#all) each.emptied(channel);
  }

  arrived(channel: string, member: Member): void {
    for (const each of this.#all) each.arrived(channel, member);
  }

  departed(channel: string, member: Member): void {
    for (const each of this.#all) each.departed(channel, member);
  }

  said(broadcast: Broadcast): void {
    for (const each of this.#all) each.said(broadcast);
  }

  missed(channel: string): void {
    for (const each of this.#all) each.missed(channel);
  }

  counted(channel: string, count: number): void {
    for (const each of this.#all) each.counted(channel, count);
  }
}
